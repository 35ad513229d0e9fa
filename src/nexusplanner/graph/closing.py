"""Closing: the calculations that only the chosen option needs, and what can be known of them before it is chosen."""

from __future__ import annotations

from dataclasses import replace

from nexusplanner.agents.assembly import closing_calculations
from nexusplanner.agents.desk import Desk, Option
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.customers import CustomerSummary
from nexusplanner.domain.history import ChannelHistory
from nexusplanner.graph.nodes.size import findings_of
from nexusplanner.graph.state import PlanState


def closed(desk: Desk, option: Option, state: PlanState) -> tuple[Desk, tuple[Calculation, ...]]:
    """Run the closing calculations of an option, once a run.

    Returns:
        The desk with them on it, and they alone.
    """
    findings = findings_of(state, desk.memo)
    customers = next((f.customers for f in findings if f.customers), None)
    history = next((f.history for f in findings if f.history), None)
    return desk.memo.of(_closed, desk, option, customers, history)


def close_ahead(desk: Desk, option: Option, state: PlanState) -> None:
    """Run them, and write and read what is on the desk then, while nothing is decided and a model thinks."""
    closed(desk, option, state)[0].read_ahead()


def _closed(
    desk: Desk, option: Option, customers: CustomerSummary | None, history: ChannelHistory | None
) -> tuple[Desk, tuple[Calculation, ...]]:
    has_consent = customers.has_consent if customers else False
    closing = closing_calculations(desk, option, has_consent=has_consent, history=history)
    return replace(desk, calculations=(*desk.calculations, *closing)), closing
