"""Many calls at once through the chain on one budget, in this process or in others on one ledger file.

python -m tests.flow.spending <ledger> <base url> <calls>    # what a process of a race does
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from pydantic import SecretStr
from tests.unit.llm.asking import GOOD, request
from tests.unit.llm.wires import NAMES, RULES

from nexusplanner.llm import Purse, build_chain
from nexusplanner.llm.breaker import Breakers
from nexusplanner.llm.price import Prices
from nexusplanner.llm.treasury import Treasury
from nexusplanner.persistence import SqliteLedger
from nexusplanner.ports.ledger import Balance, Ledger
from nexusplanner.settings import ModelPrice
from nexusplanner.testing.completion import Completion

CALL_USD = Decimal("0.01")
BUDGET_USD = 100 * CALL_USD
MOST_TOKENS = 100
DEAREST = Completion(GOOD, tokens_in=10, tokens_out=MOST_TOKENS)
"""A reply that costs all that was held for it."""
_RUN = "run-of-all"
_PRICES = Prices({NAMES["openai"]: ModelPrice(in_per_million=Decimal(0), out_per_million=CALL_USD * 10_000)})


@dataclass(frozen=True)
class Spent:
    """What calls came to."""

    by_model: int
    by_rules: int


async def spend(ledger: Ledger, base_url: str, calls: int) -> Spent:
    """Make calls at once on a purse that all who spend from the ledger share."""
    purse = Purse(usd=BUDGET_USD, max_calls=100_000, run=_RUN, treasury=Treasury(ledger))
    model = build_chain(
        [NAMES["openai"]],
        RULES,
        api_key=SecretStr("sk-test"),
        base_url=base_url,
        timeout_s=60,
        max_tokens=MOST_TOKENS,
        prices=_PRICES,
        breakers=Breakers(),
    )
    answers = await asyncio.gather(*(model.answer(request(held=purse, data=f"{i}")) for i in range(calls)))
    await purse.awritten()  # what the last calls took waits for the next one's money, or for this
    by_rules = sum(answer.rung == "rules" for answer in answers)
    return Spent(calls - by_rules, by_rules)


def balance(ledger: Ledger) -> Balance:
    """Return what the shared purse's account holds."""
    return ledger.balance(f"run:default:{_RUN}")


def command(file: Path, base_url: str, calls: int) -> tuple[str, ...]:
    """Return the command of a process that spends."""
    return (sys.executable, "-m", "tests.flow.spending", str(file), base_url, str(calls))


if __name__ == "__main__":
    books = SqliteLedger(Path(sys.argv[1]))
    spent = asyncio.run(spend(books, sys.argv[2], int(sys.argv[3])))
    books.close()
    sys.stdout.write(f"{spent.by_model}\n")
