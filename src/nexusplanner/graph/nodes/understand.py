"""Understand: feedback on a plan is read, and tried against it; nothing is computed yet."""

from __future__ import annotations

from datetime import date

from pydantic import TypeAdapter

from nexusplanner.agents.refinement.asked import Understood
from nexusplanner.agents.refinement.asking import Outcome, apply_all
from nexusplanner.agents.refinement.draft import Draft
from nexusplanner.agents.refinement.handed_in import apply_handed_in
from nexusplanner.agents.refinement.source import Source
from nexusplanner.agents.tasks import UnderstandTask
from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.domain.change import Change
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.errors import InputError, TenantError
from nexusplanner.graph.context import Stage
from nexusplanner.graph.desks import dump_all, used
from nexusplanner.graph.state import PlanState, dump, load

_CHANGE: TypeAdapter[Change] = TypeAdapter(Change)


async def understand(state: PlanState, stage: Stage) -> PlanState:
    """Read the feedback; what cannot be done comes back as refusals, and with no change at all the plan stays."""
    source = source_of(state, stage)
    draft = draft_of(state, stage, source)
    if state.get("edits"):
        return _told(outcome_of(state, stage, source))
    channels = tuple(dict.fromkeys((*draft.lines, *draft.known, *draft.brief.channels.allowed)))
    answer = await stage.refiner().understand(UnderstandTask(source.desk, state["feedback"], channels))
    outcome = apply_all(answer.value, draft)
    return {**_told(outcome), "asked": dump(answer.value), "usage": [used("feedback", answer, stage)]}


def _told(outcome: Outcome) -> PlanState:
    return {"changes": dump_all(outcome.changes), "refused": dump_all(outcome.refused), "status": "refused"}


def outcome_of(state: PlanState, stage: Stage, source: Source) -> Outcome:
    """Apply what was understood or handed in: the same as when it was understood."""
    if state.get("edits"):
        changes = (_CHANGE.validate_python(raw) for raw in state["edits"])
        return apply_handed_in(changes, draft_of(state, stage, source))
    asked = load(Understood, state["asked"], memo=stage.memo)
    return apply_all(asked, draft_of(state, stage, source))


def draft_of(state: PlanState, stage: Stage, source: Source) -> Draft:
    """Begin with the plan as it stands."""
    origin = load(CampaignBrief, state["origin"], memo=stage.memo) if state.get("origin") else source.plan.brief
    return Draft.of(source, origin)


def source_of(state: PlanState, stage: Stage) -> Source:
    """Read the plan back that is refined, once a run.

    Raises:
        TenantError: It is another tenant's.
        InputError: There is none, or it was changed by hand since it was finished.
    """
    from nexusplanner.calculators.verification import check_id, check_seal

    if not state.get("plan"):
        raise InputError(
            "there is no plan that the feedback could be on", field="plan", fix="Hand in plan and feedback."
        )
    plan = load(CampaignPlan, state["plan"], memo=stage.memo)
    if plan.tenant != stage.tenant:
        raise TenantError("This plan belongs to another tenant.", fix="Refine it as the tenant it was made for.")
    if faults := (*check_seal(state["plan"]), *check_id(state["plan"])):
        raise InputError(f"the plan was changed by hand: {faults[0]}", field="plan", fix="Refine one as it was made.")
    return Source.of(plan, today=date.fromisoformat(state["today"]), purse=stage.purse)
