"""Events are typed, frozen and told apart by their type, also after a trip through JSON."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pydantic import TypeAdapter, ValidationError

from nexusplanner.observability.events import (
    ApprovalEvent,
    CostEvent,
    DoneEvent,
    Event,
    EvidenceEvent,
    ProposalEvent,
    StageEvent,
    TokenEvent,
    VerdictEvent,
)

READ: TypeAdapter[Event] = TypeAdapter(Event)
EVENTS: tuple[Event, ...] = (
    StageEvent(stage="size", phase="start"),
    EvidenceEvent(tool="crm", count=3),
    ProposalEvent(proposal="p", lens="growth", rung="rules", revision=0, positioning="So.", p50=1.5),
    VerdictEvent(proposal="p", critic="finance", score=0.5, passed=9, failed=("money",)),
    CostEvent(part="summary", rung="m", usd=Decimal("0.010"), tokens_in=1, tokens_out=2),
    ApprovalEvent(id="i", approvers=("Ada",), plan_id="plan-1"),
    TokenEvent(part="debate", text="So it is."),
    DoneEvent(run_id="r", status="complete"),
)


@pytest.mark.parametrize("event", EVENTS, ids=lambda e: e.type)
def test_an_event_survives_json(event: Event) -> None:
    assert READ.validate_json(event.model_dump_json()) == event
    assert READ.validate_python(event.model_dump(mode="json")) == event


@pytest.mark.parametrize("raw", [{}, {"type": "gossip"}, {"type": "stage", "stage": "a"}, {"stage": "a"}])
def test_what_is_no_event_is_refused(raw: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        READ.validate_python(raw)


def test_an_event_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        EVENTS[0].type = "done"  # type: ignore[misc]
