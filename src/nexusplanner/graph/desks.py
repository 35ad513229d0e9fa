"""From state to what agents work with, and back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel

from nexusplanner.agents import Desk
from nexusplanner.agents.memo import Memo
from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.evidence import Evidence
from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.proposal import Proposal
from nexusplanner.graph.context import Stage
from nexusplanner.graph.state import PlanState, dump, load, load_all
from nexusplanner.llm.purse import Purse
from nexusplanner.llm.request import Answer, T
from nexusplanner.observability.events import CostEvent


def desk_of(state: PlanState, stage: Stage) -> Desk:
    """Lay the desk from state; nodes that find the same things in it share one."""
    lay = _Laying(state["tenant"], state["seed"], state["today"], stage.purse, stage.memo)
    return stage.memo.of(lay, state["brief"], state["evidence"], *state["calculations"].values())


@dataclass(frozen=True)
class _Laying:
    """Lays desks; two are equal where they would lay the same things the same way."""

    tenant: str
    seed: int
    today: str
    purse: Purse
    memo: Memo

    def __call__(self, brief: JsonObject, evidence: list[JsonObject], *calculations: JsonObject) -> Desk:
        return Desk(
            brief=load(CampaignBrief, brief, memo=self.memo),
            evidence=load_all(Evidence, evidence, memo=self.memo),
            calculations=load_all(Calculation, calculations, memo=self.memo),
            tenant=self.tenant,
            seed=self.seed,
            today=date.fromisoformat(self.today),
            purse=self.purse,
            memo=self.memo,
        )


def proposals_of(state: PlanState, memo: Memo) -> dict[str, Proposal]:
    """Read the proposals, by id, in a fixed order."""
    return {key: load(Proposal, raw, memo=memo) for key, raw in sorted(state["proposals"].items())}


def by_id(calculations: Iterable[Calculation]) -> dict[str, JsonObject]:
    """Write calculations as they rest in state."""
    return {c.id: dump(c) for c in calculations}


def used(part: str, answer: Answer[T], stage: Stage) -> JsonObject:
    """Note who answered a part of the plan at what cost, and tell it where it cost anything."""
    usage = answer.usage
    if usage.calls:
        stage.tell(
            CostEvent(
                part=part,
                rung=answer.rung,
                usd=usage.usd,
                tokens_in=usage.tokens_in,
                tokens_out=usage.tokens_out,
                latency_s=answer.latency_s,
                attempts=answer.attempts,
                score=answer.score,
                replayed=answer.replayed,
            )
        )
    return {
        "part": part,
        "rung": answer.rung,
        "score": answer.score,
        "attempts": answer.attempts,
        "prompt_id": answer.prompt_id,
        "prompt_sha256": answer.prompt_sha256,
        "calls": usage.calls,
        "tokens_in": usage.tokens_in,
        "tokens_out": usage.tokens_out,
        "usd": str(usage.usd),
        "cached_calls": usage.cached_calls,
        "saved_usd": str(usage.saved_usd),
        "lost": list(answer.lost),
        "refused": answer.refused,
    }


def dump_all(values: Iterable[BaseModel]) -> list[JsonObject]:
    """Write models as they rest in state."""
    return [dump(v) for v in values]
