"""The bill: what models and tools cost, summed up one way."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Literal

from nexusplanner.domain.dollars import dollars
from nexusplanner.domain.model import DomainModel
from nexusplanner.domain.sections import Exact
from nexusplanner.ports.ledger import Spend

CostGroup = Literal["tenant", "day", "model", "agent"]


class CostLine(DomainModel):
    """What one tenant, day, model or agent cost."""

    name: str
    usd: Exact
    calls: int
    cached_calls: int
    tokens_in: int
    tokens_out: int
    saved_usd: Exact
    """What the cached calls would have cost."""


class Costs(DomainModel):
    """A bill: its lines, and their sum."""

    by: CostGroup
    lines: tuple[CostLine, ...]
    total: CostLine


def costs_by(by: CostGroup, spends: Iterable[Spend]) -> Costs:
    """Sum up what was spent by tenant, day, model or agent; days in order, all else the dearest first."""
    groups: dict[str, list[Spend]] = {}
    for spend in spends:
        groups.setdefault(_name(spend, by), []).append(spend)
    lines = [_line(name, group) for name, group in groups.items()]
    lines.sort(key=lambda line: (Decimal(0) if by == "day" else -line.usd, line.name))
    return Costs(by=by, lines=tuple(lines), total=_line("total", [s for group in groups.values() for s in group]))


def _name(spend: Spend, by: CostGroup) -> str:
    names = {"tenant": spend.tenant, "day": spend.day.isoformat(), "model": spend.model, "agent": spend.agent}
    return names[by] or "none"


def _line(name: str, spends: list[Spend]) -> CostLine:
    return CostLine(
        name=name,
        usd=dollars(sum(s.amount for s in spends)),
        calls=sum(s.calls for s in spends),
        cached_calls=sum(s.cached_calls for s in spends),
        tokens_in=sum(s.tokens_in for s in spends),
        tokens_out=sum(s.tokens_out for s in spends),
        saved_usd=dollars(sum(s.saved for s in spends)),
    )
