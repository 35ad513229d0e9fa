"""The source: a finished plan read back as the desk, option and words it was assembled from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from nexusplanner.agents.desk import Desk, Option
from nexusplanner.agents.facts import ChannelFact
from nexusplanner.agents.lenses import POLICIES
from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.domain.proposal import ChannelNote, Lens, ProposalWords
from nexusplanner.errors import InputError
from nexusplanner.llm.purse import Purse


@dataclass(frozen=True)
class Source:
    """A plan, and what it was made of."""

    plan: CampaignPlan
    desk: Desk
    option: Option
    words: ProposalWords

    @classmethod
    def of(cls, plan: CampaignPlan, *, today: date, purse: Purse) -> Source:
        """Read a plan back.

        Raises:
            InputError: The plan does not carry the calculations it would take.
        """
        desk = Desk(
            brief=plan.brief,
            evidence=plan.evidence,
            calculations=plan.calculations,
            tenant=plan.tenant,
            seed=plan.seed,
            today=today,
            purse=purse,
        )
        return cls(plan, desk, _option(plan, desk), _words(plan))

    def calculation(self, name: str) -> Calculation | None:
        """Return the calculation of this name that the plan was closed with, or None."""
        return self.desk.calculation(name)


def _option(plan: CampaignPlan, desk: Desk) -> Option:
    curves = desk.calculation("response_curves")
    allocation, flights, forecast = (
        _bound(plan, pointer) for pointer in ("/budget/total", "/budget/flights/0/amount", "/forecast/p50")
    )
    if curves is None or allocation is None or flights is None or forecast is None:
        raise InputError("The plan does not carry the calculations behind its numbers", fix="Plan anew from the brief.")
    by_id = {s.id: s for s in desk.segments}
    option = Option.of(
        _lens(allocation),
        segments=tuple(by_id[s.id] for s in plan.segments if s.id in by_id),
        allocation=allocation,
        flights=flights,
        forecast=forecast,
        curves=curves,
        past=desk.calculation("allocation_past_split"),
    )
    return unpinned(option, plan.brief)


def unpinned(option: Option, brief: CampaignBrief, *, before: Option | None = None) -> Option:
    """Say of lines that a refinement held where they are what else holds them: the brief's bounds, or nothing.

    Args:
        option: Split with lines whose least is their most.
        brief: Its bounds.
        before: What a line that has not moved was held by.
    """
    was = {c.channel: c for c in before.channels} if before else {}
    low, high = (option.allocation.inputs.get(name) for name in ("minimum", "maximum"))
    low, high = (bounds if isinstance(bounds, dict) else {} for bounds in (low, high))
    held = {name for name in low if low[name] == high.get(name)}
    facts = (_free(c, brief, was=was.get(c.channel)) if c.channel in held else c for c in option.channels)
    return replace(option, channels=tuple(facts))


def _free(fact: ChannelFact, brief: CampaignBrief, *, was: ChannelFact | None) -> ChannelFact:
    rules, bound = brief.channels, "none"
    if was is not None and was.amount == fact.amount:
        bound = was.bound
    elif fact.amount == rules.minimum.get(fact.channel):
        bound = "minimum"
    elif fact.amount == rules.maximum.get(fact.channel):
        bound = "maximum"
    return fact.model_copy(update={"bound": bound})


def _bound(plan: CampaignPlan, pointer: str) -> Calculation | None:
    name = plan.figures.get(pointer, "").partition("#")[0]
    return next((c for c in plan.calculations if c.id == name), None)


def _lens(allocation: Calculation) -> Lens:
    """Tell the lens of a split by what it maximised."""
    goal = allocation.inputs.get("quantile")
    return next((lens for lens, policy in POLICIES.items() if policy.quantile == goal), "efficiency")


def _words(plan: CampaignPlan) -> ProposalWords:
    notes = (
        ChannelNote(channel=c.channel, role=c.role, formats=c.formats, why=c.why, evidence=c.evidence)
        for c in plan.channels
    )
    return ProposalWords(
        positioning=plan.strategy.positioning,
        big_idea=plan.strategy.big_idea,
        pillars=plan.strategy.pillars,
        angles=plan.strategy.angles,
        channels=tuple(notes),
        claims=plan.claims,
    )
