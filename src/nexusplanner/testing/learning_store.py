"""What every store of outcomes, lessons and priors must do.

class TestMyExperience(LearningContract):
    def make(self, folder: Path) -> Stores:
        return Stores(MyOutcomes(folder), MyLessons(folder), MyPriors(folder))
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

from nexusplanner.domain.history import ChannelHistory, ChannelSeries
from nexusplanner.domain.learned import ChannelPrior
from nexusplanner.domain.lesson import Lesson, LessonUse, lesson_id
from nexusplanner.domain.outcome import ForecastCheck, Outcome, outcome_id
from nexusplanner.domain.sections import Range
from nexusplanner.errors import InputError, NexusError, TenantError
from nexusplanner.ports.outcomes import Lessons, Outcomes, Priors, Record

T = TypeVar("T")
DAY = date(2027, 3, 1)
FIRST, SECOND = "plan-0000000000000001", "plan-0000000000000002"
_ALIKE = ("A", "a", "ａ", "А")


@dataclass(frozen=True)
class Stores:
    """The three ports over one store."""

    outcomes: Outcomes
    lessons: Lessons
    priors: Priors


class LearningContract(ABC):
    """What every store of what was learnt must do; subclass it as ``Test...`` and say how yours is made."""

    @abstractmethod
    def make(self, folder: Path) -> Stores:
        """Return an empty store; ``folder`` is empty and may be written to."""

    def test_they_are_the_ports(self, tmp_path: Path) -> None:
        """They have the shapes of the ports."""
        stores = self.make(tmp_path)
        assert isinstance(stores.outcomes, Outcomes)
        assert isinstance(stores.lessons, Lessons)
        assert isinstance(stores.priors, Priors)

    def test_an_empty_store_knows_nothing(self, tmp_path: Path) -> None:
        """A tenant of whom nothing was reported is no error."""
        stores = self.make(tmp_path)
        assert _run(stores.outcomes.list(tenant="acme")) == ()
        assert _run(stores.lessons.list(tenant="acme")) == ()
        assert _run(stores.priors.current("conversions", tenant="acme")) == {}

    def test_what_was_recorded_comes_back_whole(self, tmp_path: Path) -> None:
        """Every field is the one that was handed in."""
        stores, record = self.make(tmp_path), sample_record(FIRST)
        _run(stores.outcomes.record(record, tenant="acme"))
        assert _run(stores.outcomes.get(record.outcome.id, tenant="acme")) == record.outcome
        assert _run(stores.outcomes.list(tenant="acme")) == (record.outcome,)
        assert set(_run(stores.lessons.list(tenant="acme"))) == set(record.lessons)
        assert _run(stores.priors.current("conversions", tenant="acme")) == {p.channel: p for p in record.priors}
        assert _run(stores.priors.current("revenue", tenant="acme")) == {}

    def test_the_latest_campaign_stands_first(self, tmp_path: Path) -> None:
        """Whatever the order in which they were reported."""
        stores = self.make(tmp_path)
        later, earlier = sample_record(FIRST, day=DAY + timedelta(days=90)), sample_record(SECOND)
        for record in (later, earlier):
            _run(stores.outcomes.record(record, tenant="acme"))
        assert _run(stores.outcomes.list(tenant="acme")) == (later.outcome, earlier.outcome)
        assert _run(stores.outcomes.list(tenant="acme", limit=1)) == (later.outcome,)

    def test_the_prior_that_was_recorded_last_is_believed(self, tmp_path: Path) -> None:
        """Each outcome moves what is believed of its channels, and leaves the others."""
        stores = self.make(tmp_path)
        first, second = sample_record(FIRST), sample_record(SECOND, channels=("search",))
        for record in (first, second):
            _run(stores.outcomes.record(record, tenant="acme"))
        believed = _run(stores.priors.current("conversions", tenant="acme"))
        assert {name: prior.outcome for name, prior in believed.items()} == {
            "search": second.outcome.id,
            "tv": first.outcome.id,
        }

    def test_the_same_again_changes_nothing(self, tmp_path: Path) -> None:
        """What was counted is counted once."""
        stores, (first, second) = self.make(tmp_path), _used()
        for record in (first, second, second, first):
            _run(stores.outcomes.record(record, tenant="acme"))
        assert len(_run(stores.outcomes.list(tenant="acme"))) == 2
        found = {lesson.id: lesson for lesson in _run(stores.lessons.list(tenant="acme"))}
        assert (found[first.lessons[0].id].helped, found[first.lessons[0].id].hurt) == (1, 0)

    def test_counters_grow_with_each_outcome_that_used_a_lesson(self, tmp_path: Path) -> None:
        """Its words stay as they were written."""
        stores, (first, second) = self.make(tmp_path), _used()
        third = sample_record("plan-0000000000000003", uses=(first.lessons[0].id,), has_helped=False)
        for record in (first, second, third):
            _run(stores.outcomes.record(record, tenant="acme"))
        found = {lesson.id: lesson for lesson in _run(stores.lessons.list(tenant="acme"))}
        counted = found[first.lessons[0].id]
        assert (counted.helped, counted.hurt, counted.text) == (1, 1, first.lessons[0].text)

    def test_another_report_of_a_plan_takes_the_place_of_the_one_before(self, tmp_path: Path) -> None:
        """Its lessons are withdrawn, its word on others is taken back, what rests on it is dropped."""
        stores, (first, second) = self.make(tmp_path), _used()
        corrected = sample_record(SECOND, brought=7.0)
        resting = sample_record("plan-0000000000000003", earlier=(second.outcome.id,))
        for record in (first, second, resting, corrected):
            _run(stores.outcomes.record(record, tenant="acme"))
        listed = {outcome.id for outcome in _run(stores.outcomes.list(tenant="acme"))}
        assert listed == {first.outcome.id, resting.outcome.id, corrected.outcome.id}
        found = {lesson.id: lesson for lesson in _run(stores.lessons.list(tenant="acme"))}
        assert found[second.lessons[0].id].status == "withdrawn"
        assert found[corrected.lessons[0].id].status == "active"
        assert found[first.lessons[0].id].helped == 0
        believed = _run(stores.priors.current("conversions", tenant="acme"))
        assert {prior.outcome for prior in believed.values()} == {corrected.outcome.id}
        assert _refused(stores.outcomes.get(second.outcome.id, tenant="acme")) is InputError

    def test_a_report_that_was_replaced_can_count_again(self, tmp_path: Path) -> None:
        """Whoever corrects a correction gets what was there before."""
        stores, wrong, right = self.make(tmp_path), sample_record(FIRST, brought=7.0), sample_record(FIRST)
        for record in (right, wrong, right):
            _run(stores.outcomes.record(record, tenant="acme"))
        assert _run(stores.outcomes.list(tenant="acme")) == (right.outcome,)
        active = _run(stores.lessons.list(tenant="acme", status="active"))
        assert {lesson.outcome for lesson in active} == {right.outcome.id}
        assert _run(stores.priors.current("conversions", tenant="acme")) == {p.channel: p for p in right.priors}

    def test_a_withdrawn_lesson_stays_to_be_read(self, tmp_path: Path) -> None:
        """Only its status changes; withdrawing it again is no error."""
        stores, record = self.make(tmp_path), sample_record(FIRST)
        _run(stores.outcomes.record(record, tenant="acme"))
        gone, *rest = record.lessons
        for _ in range(2):
            assert _run(stores.lessons.withdraw(gone.id, tenant="acme")).status == "withdrawn"
        assert set(_run(stores.lessons.list(tenant="acme", status="active"))) == set(rest)
        (withdrawn,) = _run(stores.lessons.list(tenant="acme", status="withdrawn"))
        assert withdrawn == gone.model_copy(update={"status": "withdrawn"})

    def test_what_is_not_there_is_refused(self, tmp_path: Path) -> None:
        """An unknown id is wrong input."""
        stores = self.make(tmp_path)
        assert _refused(stores.outcomes.get("out-000000000000", tenant="acme")) is InputError
        assert _refused(stores.lessons.withdraw("les-000000000000", tenant="acme")) is InputError

    def test_tenants_see_nothing_of_each_other(self, tmp_path: Path) -> None:
        """However much their names look alike."""
        stores, record = self.make(tmp_path), sample_record(FIRST)
        _run(stores.outcomes.record(record, tenant="A"))
        for other in _ALIKE[1:]:
            assert _seen(stores, other) in ((), TenantError)
            assert _refused(stores.outcomes.get(record.outcome.id, tenant=other)) in (InputError, TenantError)
            assert _refused(stores.lessons.withdraw(record.lessons[0].id, tenant=other)) in (InputError, TenantError)
        assert {lesson.status for lesson in _run(stores.lessons.list(tenant="A"))} == {"active"}


def sample_record(
    plan: str,
    *,
    day: date = DAY,
    brought: float = 10.0,
    channels: tuple[str, ...] = ("search", "tv"),
    uses: tuple[str, ...] = (),
    has_helped: bool = True,
    earlier: tuple[str, ...] = (),
) -> Record:
    """Make an outcome of a plan with a lesson and a prior a channel.

    Args:
        plan: Its id.
        day: The first of its two weeks.
        brought: What each channel brought a week.
        channels: Its channels.
        uses: Ids of lessons that its plan had used.
        has_helped: Whether those helped.
        earlier: Ids of outcomes that are in its priors besides.
    """
    outcome = _outcome(plan, day=day, brought=brought, channels=channels)
    return Record(
        outcome,
        tuple(_lesson(outcome, channel) for channel in channels),
        tuple(LessonUse(lesson=name, outcome=outcome.id, has_helped=has_helped) for name in uses),
        tuple(_prior(outcome, channel, earlier) for channel in channels),
    )


def _used() -> tuple[Record, Record]:
    first = sample_record(FIRST)
    return first, sample_record(SECOND, uses=(first.lessons[0].id,))


def _outcome(plan: str, *, day: date, brought: float, channels: tuple[str, ...]) -> Outcome:
    series = ChannelSeries(spend=(100.0, 120.0), conversions=(brought, brought))
    rows = ChannelHistory(
        source="outcome.csv",
        layout="long",
        cadence="weekly",
        dates=(day, day + timedelta(days=7)),
        channels=dict.fromkeys(channels, series),
    )
    far = Range(p10=15.0, p50=20.0, p90=26.0)
    checks = [
        ForecastCheck(
            channel=name, planned_spend=220.0, spend=220.0, planned=far, expected=far, actual=2 * brought, factor=1.0
        )
        for name in ("", *channels)
    ]
    return Outcome(
        id=outcome_id(plan, rows),
        plan=plan,
        name="Spring",
        metric="conversions",
        currency="USD",
        recorded_on=day + timedelta(days=20),
        start=day,
        end=day + timedelta(days=13),
        rows=rows,
        total=checks[0],
        channels=tuple(checks[1:]),
        before={"search": 90.0},
        about="Spring\nrunning shoes",
    )


def _lesson(outcome: Outcome, channel: str) -> Lesson:
    return Lesson(
        id=lesson_id(outcome.id, "surprise", channel),
        kind="surprise",
        outcome=outcome.id,
        plan=outcome.plan,
        channel=channel,
        metric=outcome.metric,
        condition=f"{channel} at about 110 USD a week",
        text=f"{channel} brought 20 conversions for 220 USD",
        learnt_on=outcome.recorded_on,
    )


def _prior(outcome: Outcome, channel: str, earlier: tuple[str, ...]) -> ChannelPrior:
    return ChannelPrior(
        channel=channel,
        metric=outcome.metric,
        outcome=outcome.id,
        outcomes=(*earlier, outcome.id),
        status="measured",
        reference_spend=110.0,
        log_mean=(0.1, 4.7, 0.05, 2.3),
        log_cov=tuple(tuple(0.04 if i == j else 0.0 for j in range(4)) for i in range(4)),
        noise=1.2,
        noise_power=1.0,
        weeks=2,
        max_spend=120.0,
    )


def _seen(stores: Stores, tenant: str) -> object:
    try:
        return (
            *_run(stores.outcomes.list(tenant=tenant)),
            *_run(stores.lessons.list(tenant=tenant)),
            *_run(stores.priors.current("conversions", tenant=tenant)),
        )
    except TenantError as error:
        return type(error)


def _refused(asked: Coroutine[object, object, object]) -> type[NexusError] | None:
    try:
        _run(asked)
    except NexusError as error:
        return type(error)
    return None


def _run(asked: Coroutine[object, object, T]) -> T:
    return asyncio.run(asked)
