"""The ledger of a server: shared by processes, none of which leaves money held when it is killed."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select

from nexusplanner.persistence.database import Database
from nexusplanner.persistence.ledger_postgres import PostgresLedger
from nexusplanner.persistence.tables.books import alerts, calls, holds, scopes
from nexusplanner.persistence.tables.tenants import tenants
from nexusplanner.ports.ledger import Balance, Call, Hold, Paid, Scope

pytestmark = pytest.mark.slow

CALL = Call("acme", date(2027, 1, 9), "run-1", "critic.critique", "openai:gpt-5-mini")
DAY = Scope("day", "day:2027-01-09", 100)
_BEGINS = """
import sys
from datetime import date
from pydantic import SecretStr
from nexusplanner.persistence.database import Database
from nexusplanner.persistence.ledger_postgres import PostgresLedger
from nexusplanner.ports.ledger import Call, Hold, Paid, Scope

books, day = PostgresLedger(Database(SecretStr(sys.argv[1]))), Scope("day", "day:2027-01-09", 100)
sys.stdin.readline()
"""
_SPENDS = (
    _BEGINS
    + """
paid = 0
for number in range(30):
    call = Call(f"t{number % 3}", date(2027, 1, 9), "run-1", "critic.critique", "m")
    tenant = Scope("tenant_day", f"tenant_day:{call.tenant}", 100)
    asked = (tenant, day) if number % 2 else (day, tenant)
    with books.together():
        held = [books.reserve(2, asked, call, now=0, hold_s=60) for _ in range(2)]
    for hold in held:
        if isinstance(hold, Hold):
            books.settle(hold, Paid(1))
            paid += 1
print(paid)
"""
)
_HOLDS = (
    _BEGINS
    + """
call = Call("acme", date(2027, 1, 9), "run-1", "critic.critique", "m")
books.reserve(40, (day,), call, now=0, hold_s=60)
print("held", flush=True)
sys.stdin.readline()
"""
)


@pytest.fixture
def database(postgres_url: SecretStr) -> Iterator[Database]:
    """Return a database with empty books."""
    opened = Database(postgres_url)
    with opened.begin() as connection:
        for table in (scopes, holds, calls, alerts, tenants):
            connection.execute(table.delete())
    yield opened
    opened.close()


def started(script: str, url: SecretStr) -> subprocess.Popen[str]:
    """Run a script in a process of its own."""
    return subprocess.Popen(
        (sys.executable, "-c", script, url.get_secret_value()), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def test_processes_spend_no_more_than_there_is_and_never_wait_for_each_other_for_ever(
    database: Database, postgres_url: SecretStr
) -> None:
    """Each names its scopes in another order."""
    processes = [started(_SPENDS, postgres_url) for _ in range(3)]
    paid = [int(process.communicate("go\n", timeout=60)[0]) for process in processes]
    books = PostgresLedger(database)
    found = books.balance(DAY.key)
    assert found.held == 0
    assert found.spent == sum(paid) == sum(row.amount for row in books.spend())
    assert found.spent in (98, 99)


def test_what_a_killed_process_held_is_spent_and_nothing_stays_held(
    database: Database, postgres_url: SecretStr
) -> None:
    books, process = PostgresLedger(database), started(_HOLDS, postgres_url)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("go\n")
    process.stdin.flush()
    assert process.stdout.readline() == "held\n"
    assert books.recover(now=0) == 0, "it is alive"
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)
    assert books.recover(now=0) == 1
    assert books.balance(DAY.key) == Balance(spent=40)


def test_what_else_is_written_within_the_books_stands_or_falls_with_them(database: Database) -> None:
    books = PostgresLedger(database)

    def written(*, fails: bool) -> None:
        with books.together():
            assert isinstance(books.reserve(10, (DAY,), CALL, now=0, hold_s=60), Hold)
            with database.begin() as connection:
                connection.execute(tenants.insert().values(tenant=f"fails={fails}", created_at=1))
            if fails:
                raise LookupError

    with pytest.raises(LookupError):
        written(fails=True)
    written(fails=False)
    assert books.balance(DAY.key) == Balance(held=10)
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(tenants)).scalar_one() == 1


def test_opening_the_books_recovers_them(database: Database) -> None:
    gone = set[str]()
    first = PostgresLedger(database, owner="a 1 1", is_gone=gone.__contains__)
    hold = first.reserve(40, (DAY,), CALL, now=0, hold_s=60)
    assert isinstance(hold, Hold)
    gone.add("a 1 1")
    second = PostgresLedger(database, owner="a 2 2", is_gone=gone.__contains__)
    second.note(CALL, Paid(outcome="cached"))
    assert second.balance(DAY.key) == Balance(spent=40)
