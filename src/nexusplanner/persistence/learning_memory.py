"""Outcomes, lessons and priors in memory: gone with the process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field

from nexusplanner.domain.brief import Metric
from nexusplanner.domain.calculation import canonical
from nexusplanner.domain.learned import ChannelPrior
from nexusplanner.domain.lesson import Lesson, LessonStatus, LessonUse
from nexusplanner.domain.outcome import Outcome
from nexusplanner.domain.person import Person
from nexusplanner.domain.tenant import tenant_name
from nexusplanner.errors import InputError
from nexusplanner.ports.outcomes import Record
from nexusplanner.ports.personal_data import Amount, Kept

MOST = 256
"""Outcomes kept a tenant; the oldest are let go, with their lessons."""


@dataclass
class _Shelf:
    """What one tenant has."""

    outcomes: OrderedDict[str, Outcome] = field(default_factory=OrderedDict)
    lessons: OrderedDict[str, Lesson] = field(default_factory=OrderedDict)
    uses: dict[tuple[str, str], LessonUse] = field(default_factory=dict)
    priors: list[ChannelPrior] = field(default_factory=list)

    def forget(self, outcome_id: str) -> None:
        self.outcomes.pop(outcome_id, None)
        for lesson in [n for n in self.lessons.values() if n.outcome == outcome_id]:
            self.lessons[lesson.id] = lesson.model_copy(update={"status": "withdrawn"})
        self.uses = {key: use for key, use in self.uses.items() if use.outcome != outcome_id}
        self.priors = [p for p in self.priors if outcome_id not in p.outcomes]

    def counted(self, lesson: Lesson) -> Lesson:
        said = [use.has_helped for use in self.uses.values() if use.lesson == lesson.id]
        return lesson.model_copy(update={"helped": sum(said), "hurt": len(said) - sum(said)})


class InMemoryExperience:
    """Keeps what was reported and learnt; ``outcomes``, ``lessons`` and ``priors`` are its three ports."""

    def __init__(self) -> None:
        self._shelves: dict[str, _Shelf] = {}
        self.outcomes = InMemoryOutcomes(self)
        self.lessons = InMemoryLessons(self)
        self.priors = InMemoryPriors(self)

    def shelf(self, tenant: str) -> _Shelf:
        """Return what a tenant has; nothing is kept for one that was only asked about."""
        return self._shelves.get(tenant_name(tenant), _Shelf())

    def amounts(self, *, tenant: str) -> tuple[Amount, ...]:
        """Tell how much is kept for a tenant, by kind."""
        sizes: dict[str, list[int]] = {}
        for kept in self.export(tenant=tenant):
            sizes.setdefault(kept.kind, []).append(len(canonical(kept.content)))
        return tuple(Amount(kind, len(found), sum(found)) for kind, found in sizes.items())

    def export(self, *, tenant: str) -> Iterator[Kept]:
        """Yield all outcomes, lessons, what was said of them, and priors."""
        shelf = self.shelf(tenant)
        yield from (Kept("outcomes", o.id, o.model_dump(mode="json")) for o in shelf.outcomes.values())
        yield from (Kept("lessons", n.id, n.model_dump(mode="json")) for n in shelf.lessons.values())
        yield from (Kept("lesson_uses", "/".join(k), u.model_dump(mode="json")) for k, u in shelf.uses.items())
        yield from (Kept("priors", f"{p.outcome}/{p.channel}", p.model_dump(mode="json")) for p in shelf.priors)

    def erase(self, person: Person, *, tenant: str) -> int:
        """Take a person out of outcomes and lessons; a prior that names one goes."""
        shelf, count = self.shelf(tenant), 0
        for name, outcome in shelf.outcomes.items():
            if person.is_in(told := outcome.model_dump(mode="json")):
                shelf.outcomes[name] = Outcome.model_validate(person.taken_out_of(told))
                count += 1
        for name, lesson in shelf.lessons.items():
            if person.is_in(told := lesson.model_dump(mode="json")):
                shelf.lessons[name] = Lesson.model_validate(person.taken_out_of(told))
                count += 1
        left = [prior for prior in shelf.priors if not person.is_in(prior.model_dump(mode="json"))]
        count += len(shelf.priors) - len(left)
        shelf.priors[:] = left
        return count

    def forget(self, *, tenant: str) -> int:
        """Delete all that outcomes left of a tenant."""
        gone = self._shelves.pop(tenant_name(tenant), _Shelf())
        return len(gone.outcomes) + len(gone.lessons) + len(gone.uses) + len(gone.priors)

    def opened(self, tenant: str) -> _Shelf:
        """Return what a tenant has, to be written to."""
        return self._shelves.setdefault(tenant_name(tenant), _Shelf())


class InMemoryOutcomes:
    """Keeps outcomes; satisfies the port ``Outcomes``."""

    def __init__(self, kept: InMemoryExperience) -> None:
        self._kept = kept

    async def record(self, record: Record, *, tenant: str) -> None:
        """Keep an outcome with all that follows from it."""
        shelf, outcome = self._kept.opened(tenant), record.outcome
        if outcome.id in shelf.outcomes:
            return
        for earlier in [o.id for o in shelf.outcomes.values() if o.plan == outcome.plan]:
            shelf.forget(earlier)
        shelf.outcomes[outcome.id] = outcome
        shelf.lessons.update({lesson.id: lesson for lesson in record.lessons})
        shelf.uses.update({(use.lesson, use.outcome): use for use in record.uses})
        shelf.priors.extend(record.priors)
        while len(shelf.outcomes) > MOST:
            self._let_go(shelf)

    async def get(self, outcome_id: str, *, tenant: str) -> Outcome:
        """Return an outcome, or raise an InputError."""
        found = self._kept.shelf(tenant).outcomes.get(outcome_id)
        if found is None:
            raise no_such_outcome(outcome_id)
        return found

    async def list(self, *, tenant: str, limit: int = 100) -> tuple[Outcome, ...]:
        """Return the outcomes whose rows end last."""
        found = self._kept.shelf(tenant).outcomes.values()
        return tuple(sorted(found, key=lambda o: (o.end, o.id), reverse=True)[:limit])

    def _let_go(self, shelf: _Shelf) -> None:
        oldest, _ = shelf.outcomes.popitem(last=False)
        for name in [n.id for n in shelf.lessons.values() if n.outcome == oldest]:
            del shelf.lessons[name]


class InMemoryLessons:
    """Keeps lessons; satisfies the port ``Lessons``."""

    def __init__(self, kept: InMemoryExperience) -> None:
        self._kept = kept

    async def list(self, *, tenant: str, status: LessonStatus | None = None) -> tuple[Lesson, ...]:
        """Return lessons with their counters, the newest first."""
        shelf = self._kept.shelf(tenant)
        found = [shelf.counted(n) for n in shelf.lessons.values() if status in (None, n.status)]
        return tuple(sorted(found, key=lambda n: (-n.learnt_on.toordinal(), n.id)))

    async def withdraw(self, lesson_id: str, *, tenant: str) -> Lesson:
        """Take a lesson out of use, or raise an InputError."""
        shelf = self._kept.shelf(tenant)
        if lesson_id not in shelf.lessons:
            raise no_such_lesson(lesson_id)
        shelf.lessons[lesson_id] = shelf.lessons[lesson_id].model_copy(update={"status": "withdrawn"})
        return shelf.counted(shelf.lessons[lesson_id])


class InMemoryPriors:
    """Keeps priors; satisfies the port ``Priors``."""

    def __init__(self, kept: InMemoryExperience) -> None:
        self._kept = kept

    async def current(self, metric: Metric, *, tenant: str) -> dict[str, ChannelPrior]:
        """Return what is believed now, by channel."""
        return {p.channel: p for p in self._kept.shelf(tenant).priors if p.metric == metric}


def no_such_outcome(outcome_id: str) -> InputError:
    """Say that a tenant has no such outcome."""
    return InputError("no outcome of this tenant has that id", field="outcome", value=outcome_id)


def no_such_lesson(lesson_id: str) -> InputError:
    """Say that a tenant has no such lesson."""
    return InputError(
        "no lesson of this tenant has that id", field="lesson", value=lesson_id, fix="See: nexusplanner lessons."
    )
