"""The desk: everything an agent may look at, and nothing it could change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from nexusplanner.agents.facts import (
    ChannelFact,
    SegmentFact,
    channel_facts,
    segment_facts,
)
from nexusplanner.agents.memo import Memo
from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.domain.calculation import Calculation, canonical
from nexusplanner.domain.evidence import Evidence, EvidenceKind
from nexusplanner.domain.proposal import Lens
from nexusplanner.llm.purse import Purse

if TYPE_CHECKING:
    from nexusplanner.calculators.verification import FigurePool


_DRAWN = frozenset({"band", "by_week", "flights", "joint", "log_cov", "log_mean", "points"})
"""Outputs that are there to be drawn, or to be computed with, and say nothing to a writer."""
WITHHELD = "outside words, withheld"
_QUOTED = {"id", "kind", "source", "locator", "quote", "as_of", "trusted"}
"""What a model is told of a piece of evidence."""


@dataclass(frozen=True)
class Desk:
    """Brief, evidence and calculations of one run."""

    brief: CampaignBrief
    evidence: tuple[Evidence, ...]
    calculations: tuple[Calculation, ...]
    tenant: str
    seed: int
    today: date
    purse: Purse
    memo: Memo = field(default_factory=Memo, repr=False, compare=False)
    """What the desks of the run read and wrote already."""

    def calculation(self, name: str) -> Calculation | None:
        """Return the first calculation of a calculator, or None."""
        return next((c for c in self.calculations if c.name == name), None)

    def by_id(self, calculation_id: str) -> Calculation:
        """Return a calculation by id."""
        return next(c for c in self.calculations if c.id == calculation_id)

    def of_kind(self, *kinds: EvidenceKind) -> tuple[Evidence, ...]:
        """Return the evidence of some kinds, most relevant first."""
        found = [e for e in self.evidence if e.kind in kinds]
        return tuple(sorted(found, key=lambda e: (-e.relevance, e.id)))

    def about(self, locator: str) -> tuple[str, ...]:
        """Return the ids of the evidence found at a place (``offering.value_props.0``, ``channel tv``)."""
        return tuple(e.id for e in self.evidence if e.locator == locator)

    @cached_property
    def segments(self) -> tuple[SegmentFact, ...]:
        """The segments, as the calculator sized them; empty without customer data."""
        return segment_facts(self.calculation("customer_segments"))

    @cached_property
    def pool(self) -> FigurePool:
        """Every number that prose may repeat."""
        from nexusplanner.calculators.verification import (
            FigurePool,
            brief_figures,
            calculation_figures,
            evidence_figures,
        )

        known = (
            self.memo.of(brief_figures, self.brief),
            *(self.memo.of(evidence_figures, e) for e in self.evidence),
            *(self.memo.of(calculation_figures, c) for c in self.calculations),
        )
        return FigurePool(known, weeks=self.brief.period.weeks)

    @cached_property
    def own_pool(self) -> FigurePool:
        """Every number that prose may repeat without naming an outside source: of outside evidence only its date."""
        from nexusplanner.calculators.verification import (
            FigurePool,
            brief_figures,
            calculation_figures,
            dates_of,
            evidence_figures,
        )

        known = (
            self.memo.of(brief_figures, self.brief),
            *(self.memo.of(evidence_figures if e.trusted else dates_of, e) for e in self.evidence),
            *(self.memo.of(calculation_figures, c) for c in self.calculations),
        )
        return FigurePool(known, weeks=self.brief.period.weeks)

    @cached_property
    def allowed_ids(self) -> frozenset[str]:
        """The only ids a claim may cite."""
        return frozenset(e.id for e in self.evidence) | frozenset(c.id for c in self.calculations)

    def read_ahead(self) -> FigurePool:
        """Write and read all that is on the desk now, so that nobody waits for it between two calls."""
        self.as_data()
        return self.pool

    def as_data(self, **more: object) -> str:
        """Write the desk as JSON for a model: quotes as data, calculations without their raw inputs.

        Each part is written once a run; the whole reads as ``canonical`` would have written it.
        """
        return self._written(_evidence_text, {name: canonical(value) for name, value in more.items()})

    def as_judging_data(self, more: Mapping[str, str]) -> str:
        """Write the desk for those whose word decides between proposals, with what outside sources say left out.

        A text that nobody vouches for must not be able to ask for a verdict.

        Args:
            more: What stands beside the desk, each written as JSON already.
        """
        return self._written(_withheld_text, more)

    def _written(self, told: Callable[[Evidence], str], more: Mapping[str, str]) -> str:
        written = {
            "brief": self.memo.of(_brief_text, self.brief),
            "evidence": self.memo.of(_Listed(told, self.memo), *self.evidence),
            "calculations": self.memo.of(_Listed(_calculation_text, self.memo), *self.calculations),
            **more,
        }
        return "{" + ",".join(f"{canonical(name)}:{text}" for name, text in sorted(written.items())) + "}"


@dataclass(frozen=True)
class _Listed:
    """Writes a list of things, each of which is written once."""

    write: Callable[..., str]
    memo: Memo

    def __call__(self, *items: object) -> str:
        return f"[{','.join(self.memo.of(self.write, item) for item in items)}]"


def _brief_text(brief: CampaignBrief) -> str:
    return canonical(brief.model_dump(mode="json", exclude_none=True))


def _evidence_text(evidence: Evidence) -> str:
    return canonical(evidence.model_dump(mode="json", include=_QUOTED))


def _withheld_text(evidence: Evidence) -> str:
    if evidence.trusted:
        return _evidence_text(evidence)
    told = evidence.model_dump(mode="json", include={"id", "kind", "as_of", "trusted", "relevance"})
    return canonical({**told, "quote": f"{WITHHELD} ({len(evidence.quote.split())} words)"})


def _calculation_text(c: Calculation) -> str:
    return canonical({"id": c.id, "name": c.name, "explanation": c.explanation, "outputs": brief_outputs(c)})


@dataclass(frozen=True)
class Option:
    """The numbers of one lens: where its money goes and what that should bring."""

    lens: Lens
    segments: tuple[SegmentFact, ...]
    allocation: Calculation
    flights: Calculation
    forecast: Calculation
    channels: tuple[ChannelFact, ...]

    @classmethod
    def of(
        cls,
        lens: Lens,
        *,
        segments: tuple[SegmentFact, ...],
        allocation: Calculation,
        flights: Calculation,
        forecast: Calculation,
        curves: Calculation,
        past: Calculation | None,
    ) -> Option:
        """Read a lens's calculations once, for all who judge and describe it."""
        return cls(
            lens,
            segments,
            allocation,
            flights,
            forecast,
            channel_facts(allocation, curves, past),
        )

    @property
    def calculations(self) -> tuple[Calculation, ...]:
        """The calculations that carry its numbers."""
        return (self.allocation, self.flights, self.forecast)

    @property
    def calculation_ids(self) -> tuple[str, ...]:
        """Ids of the calculations that carry its numbers."""
        return tuple(c.id for c in self.calculations)

    def figure(self, name: str) -> float:
        """Return one figure of the forecast (``p50``, ``probability_of_target``)."""
        value = self.forecast.outputs[name]
        return float(value) if isinstance(value, int | float) else 0.0


def brief_outputs(calculation: Calculation) -> dict[str, object]:
    """Return a calculation's outputs without what is only there to be drawn or to be computed with."""
    outputs: dict[str, object] = {k: v for k, v in calculation.outputs.items() if k not in _DRAWN}
    channels = outputs.get("channels")
    if isinstance(channels, dict):
        outputs["channels"] = {
            name: {k: v for k, v in fact.items() if k not in _DRAWN} if isinstance(fact, dict) else fact
            for name, fact in channels.items()
        }
    return outputs
