"""What a run may tell, as the command line hears it."""

from __future__ import annotations

from decimal import Decimal

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

PROPOSAL = ProposalEvent(
    proposal="prop-growth", lens="growth", rung="rules", revision=0, positioning="Say it \x1b[31mloud", p50=1234.0
)
EVENTS: tuple[Event, ...] = (
    StageEvent(stage="intake", phase="start"),
    StageEvent(stage="intake", phase="end"),
    StageEvent(stage="research", phase="start"),
    StageEvent(stage="research", phase="end"),
    StageEvent(stage="crm", phase="start"),
    EvidenceEvent(tool="crm", count=3),
    StageEvent(stage="crm", phase="end"),
    EvidenceEvent(tool="feed", count=0, lost="no answer"),
    StageEvent(stage="propose", phase="start"),
    PROPOSAL,
    CostEvent(part="propose", rung="openai:gpt-5-mini", usd=Decimal("0.0123"), tokens_in=900, tokens_out=100),
    TokenEvent(part="propose", text="word"),
    StageEvent(stage="propose", phase="end"),
    StageEvent(stage="critique", phase="start"),
    VerdictEvent(proposal="prop-growth", critic="finance", score=0.5, passed=5, failed=("money",)),
    VerdictEvent(proposal="prop-growth", critic="audience", score=1.0, passed=10, failed=()),
    StageEvent(stage="critique", phase="end"),
    StageEvent(stage="argue", phase="start"),
    StageEvent(stage="argue", phase="end"),
    StageEvent(stage="save", phase="start"),
    StageEvent(stage="save", phase="end"),
    ApprovalEvent(id="q", approvers=("Ada",), plan_id="plan-1"),
    DoneEvent(run_id="run-1", status="complete", plan_id="plan-1"),
)
