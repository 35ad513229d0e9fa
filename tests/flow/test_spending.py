"""Money through the whole chain: a storm, a race of processes and a kill never spend more than there is."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from tests.flow.races import WORTH, Outcome, killed, race, storm
from tests.flow.spending import BUDGET_USD

from nexusplanner.llm.ledger_memory import InMemoryLedger
from nexusplanner.persistence import SqliteLedger
from nexusplanner.ports.ledger import Ledger

MAKERS: dict[str, Callable[[Path], Ledger]] = {
    "memory": lambda _: InMemoryLedger(),
    "sqlite": lambda folder: SqliteLedger(folder / "ledger.sqlite"),
}
EXACT = Outcome(requests=WORTH, by_model=WORTH, spent_usd=BUDGET_USD, held_usd=Decimal(0))


@pytest.mark.parametrize("kind", MAKERS)
def test_a_storm_of_calls_spends_the_budget_and_no_more(kind: str, tmp_path: Path) -> None:
    """Two hundred and fifty at once on a hundred calls' worth: the others are answered by the rules."""
    ledger = MAKERS[kind](tmp_path)
    assert storm(ledger, 250) == EXACT
    ledger.close()


@pytest.mark.slow
def test_four_processes_on_one_file_spend_the_budget_and_no_more(tmp_path: Path) -> None:
    """Told by the provider's own count of requests."""
    assert race(tmp_path / "ledger.sqlite", 240) == EXACT


@pytest.mark.slow
def test_a_process_killed_in_the_middle_of_its_calls_leaves_nothing_held(tmp_path: Path) -> None:
    """What was under way counts in full; who comes after spends what is left, and no more."""
    outcome = killed(tmp_path / "ledger.sqlite")
    assert (outcome.requests, outcome.spent_usd, outcome.held_usd) == (WORTH, BUDGET_USD, Decimal(0))
    assert outcome.by_model == WORTH - 60
