"""The index of a plan: what can be asked for, found by id, by place, by name and by its own words."""

from __future__ import annotations

from collections import Counter
from difflib import get_close_matches
from functools import cached_property

from pydantic import JsonValue

from nexusplanner.domain.calculation import Calculation, canonical
from nexusplanner.domain.critique import CRITERIA
from nexusplanner.domain.evidence import Evidence
from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.place import as_dotted, as_pointer, nearest
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.domain.pointer import ABSENT, follow
from nexusplanner.domain.proposal import LENSES, Claim
from nexusplanner.domain.spoken import spoken
from nexusplanner.domain.texts import one_line

CHOICE = ("choice", "proposal", "decision", "alternatives", "dissent", "debate", "critique")
"""Names under which the choice of the proposal is explained."""
_NEAR = 3
_OWN_SIZE = 40
"""Characters from which a value can be told from others: two equal numbers need not be the same."""
_WORDS = 3
"""Words from which a text is looked for in the plan's lines."""


def plain_name(name: str) -> str:
    """Write a name as it is compared: without case, ``_``, ``-`` and spaces."""
    return "".join(c for c in name.casefold() if c.isalnum())


class Index:
    """One plan, read once for all that is asked of it."""

    def __init__(self, plan: CampaignPlan) -> None:
        self.plan = plan

    @cached_property
    def tree(self) -> JsonObject:
        """The plan as its plan.json tells it."""
        tree: JsonObject = self.plan.model_dump(mode="json")
        return tree

    @cached_property
    def claims(self) -> dict[str, Claim]:
        """Claims by id."""
        return {c.id: c for c in reversed(self.plan.claims)}

    @cached_property
    def evidence(self) -> dict[str, Evidence]:
        """Evidence by id."""
        return {e.id: e for e in reversed(self.plan.evidence)}

    @cached_property
    def calculations(self) -> dict[str, Calculation]:
        """Calculations by id."""
        return {c.id: c for c in reversed(self.plan.calculations)}

    @cached_property
    def _answers(self) -> dict[str, Calculation]:
        """Every part of an answer that can be told from others, and whose it is."""
        parts = ((part, c) for c in self.plan.calculations for part in (*c.outputs.values(), c.outputs))
        return {canonical(part): c for part, c in parts if _is_own(part)}

    def at(self, pointer: str) -> object:
        """Return what stands at a place, or ``ABSENT``."""
        return follow(self.tree, pointer)

    def bound_inside(self, pointer: str) -> list[str]:
        """Return the places within a place whose numbers a calculation gave."""
        return [place for place in self.plan.figures if place.startswith(f"{pointer}/")]

    def calculation_of(self, pointer: str) -> Calculation | None:
        """Return the calculation that a place's number comes from."""
        return self.calculations.get(self.plan.figures.get(pointer, "").partition("#")[0])

    def runs_of(self, calculator: str) -> list[Calculation]:
        """Return a calculator's runs, first the one that most figures of the plan come from."""
        figures = Counter(bound.partition("#")[0] for bound in self.plan.figures.values())
        runs = [c for c in self.plan.calculations if c.name == calculator]
        return sorted(runs, key=lambda c: -figures[c.id])

    def sources(self, calculation: Calculation) -> dict[str, Calculation]:
        """Return, for each input that is another calculation's answer, that calculation."""
        found = {k: self._answers.get(canonical(v)) for k, v in calculation.inputs.items() if _is_own(v)}
        return {key: c for key, c in found.items() if c is not None and c.id != calculation.id}

    def named_by(self, calculation: Calculation) -> list[Calculation]:
        """Return the calculations that an explanation says it builds on."""
        return [c for c in self.plan.calculations if c.id != calculation.id and c.id in calculation.explanation]

    @cached_property
    def chosen_lens(self) -> str:
        """The lens of the proposal that became the plan; empty where the plan does not tell."""
        beaten = [a.proposal.partition(":")[0].strip().replace(" ", "_") for a in self.plan.alternatives]
        left = [lens for lens in LENSES if lens not in beaten]
        return left[0] if len(left) == 1 else ""

    @cached_property
    def named(self) -> dict[str, str]:
        """Names of channels, segments, lenses and criteria, as they are compared -> the place they stand at."""
        places = {plain_name(c): f"/critique/{i}" for i, c in enumerate(v.criterion for v in self.plan.critique)}
        for i, segment in enumerate(self.plan.segments):
            places |= {plain_name(segment.id): f"/segments/{i}", plain_name(segment.name): f"/segments/{i}"}
        for i, channel in enumerate(self.plan.channels):
            names = (channel.channel, spoken(channel.channel))
            places |= {plain_name(name): f"/channels/{i}" for name in names}
        return places | {plain_name(f"prop-{self.chosen_lens}"): "/choice"}

    def by_words(self, text: str) -> str:
        """Return the one place whose words hold a text; empty where none or several do, or it is short."""
        wanted = one_line(text).casefold()
        if len(wanted.split()) < _WORDS:
            return ""
        found = [place for place, words in self._lines if wanted in words]
        return found[0] if len(found) == 1 else ""

    @cached_property
    def _lines(self) -> list[tuple[str, str]]:
        plan = self.plan
        lines = [
            *((f"/claims/{i}", c.text) for i, c in enumerate(plan.claims)),
            *((f"/risks/{i}", f"{r.risk} {r.sign} {r.answer}") for i, r in enumerate(plan.risks)),
            *((f"/calendar/{i}", a.activity) for i, a in enumerate(plan.calendar)),
            *((f"/channels/{i}", c.why) for i, c in enumerate(plan.channels)),
            *((f"/strategy/pillars/{i}", p.text) for i, p in enumerate(plan.strategy.pillars)),
            *((f"/strategy/angles/{i}", a.message) for i, a in enumerate(plan.strategy.angles)),
            ("/strategy/positioning", plan.strategy.positioning),
            ("/strategy/big_idea", plan.strategy.big_idea),
            ("/summary", plan.summary),
        ]
        return [(place, one_line(words).casefold()) for place, words in lines]

    def near(self, what: str) -> tuple[str, ...]:
        """Return what there is that is nearest to a name that nothing has, nearest first."""
        channels = [name for c in self.plan.channels for name in (c.channel, spoken(c.channel))]
        segments = [name for s in self.plan.segments for name in (s.id, s.name)]
        ids = [*self.claims, *self.evidence, *self.calculations]
        known = ["choice", *channels, *segments, *CRITERIA, *ids, *(c.name for c in self.plan.calculations)]
        place = nearest(self.tree, as_pointer(what))
        found = get_close_matches(what, dict.fromkeys((*known, place, *self.tree)), n=_NEAR, cutoff=0.5)
        return tuple(dict.fromkeys((*found, place)))


def _is_own(value: JsonValue) -> bool:
    return isinstance(value, dict | list) and len(canonical(value)) > _OWN_SIZE


__all__ = ["ABSENT", "CHOICE", "Index", "as_dotted", "plain_name"]
