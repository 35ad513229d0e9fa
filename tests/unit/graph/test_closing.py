"""What is computed ahead of the choice is what the choice would have computed, and is found again."""

from __future__ import annotations

from tests.unit.agents.kiln import CUSTOMERS, desk, proposed
from tests.unit.calculators.markets import long_history

from nexusplanner.agents.assembly import closing_calculations
from nexusplanner.domain.model import JsonObject
from nexusplanner.graph.closing import close_ahead, closed
from nexusplanner.graph.state import PlanState
from nexusplanner.ports import Findings

_FOUND: list[JsonObject] = [
    Findings(tool="crm", customers=CUSTOMERS).model_dump(mode="json"),
    Findings(tool="history", history=long_history()).model_dump(mode="json"),
]


def test_what_was_closed_ahead_is_found_by_whoever_closes() -> None:
    at, option, _ = proposed("efficiency", desk())
    state = PlanState(findings=_FOUND)
    close_ahead(at, option, state)
    kept = repr(at.memo)
    full, closing = closed(at, option, state)
    _, again = closed(at, option, state)
    assert again is closing
    assert full.calculations == (*at.calculations, *closing)
    full.as_data()
    assert repr(at.memo) == kept


def test_an_option_closes_with_what_the_tools_brought() -> None:
    at, option, _ = proposed("efficiency", desk())
    _, closing = closed(at, option, PlanState(findings=_FOUND))
    alone = closing_calculations(at, option, has_consent=CUSTOMERS.has_consent, history=long_history())
    assert closing == alone
    _, without = closed(at, option, PlanState(findings=[]))
    assert without == closing_calculations(at, option, has_consent=False, history=None) != alone
