"""The ledger's file: shared by processes, none of which leaves money held when it is killed."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from nexusplanner.errors import StorageError
from nexusplanner.persistence.ledger_owner import is_gone, owner_of
from nexusplanner.persistence.ledger_sqlite import SqliteLedger
from nexusplanner.ports.ledger import Balance, Call, Hold, Paid, Refusal, Scope

CALL = Call("acme", date(2027, 1, 9), "run-1", "critic.critique", "openai:gpt-5-mini")
DAY = Scope("day", "day:2027-01-09", 100)
_SPENDS = """
import sys
from datetime import date
from pathlib import Path
from nexusplanner.persistence.ledger_sqlite import SqliteLedger
from nexusplanner.ports.ledger import Call, Hold, Paid, Scope

call = Call("acme", date(2027, 1, 9), "run-1", "critic.critique", "m")
books, day = SqliteLedger(Path(sys.argv[1])), Scope("day", "day:2027-01-09", 100)
sys.stdin.readline()
paid = 0
for _ in range(250):
    hold = books.reserve(2, (day,), call, now=0, hold_s=60)
    if isinstance(hold, Hold):
        books.settle(hold, Paid(1))
        paid += 1
print(paid)
"""
_HOLDS = """
import sys
from datetime import date
from pathlib import Path
from nexusplanner.persistence.ledger_sqlite import SqliteLedger
from nexusplanner.ports.ledger import Call, Scope

call = Call("acme", date(2027, 1, 9), "run-1", "critic.critique", "m")
books = SqliteLedger(Path(sys.argv[1]))
books.reserve(40, (Scope("day", "day:2027-01-09", 100),), call, now=0, hold_s=60)
print("held", flush=True)
sys.stdin.readline()
"""


def started(script: str, file: Path) -> subprocess.Popen[str]:
    """Run a script in a process of its own."""
    return subprocess.Popen(
        (sys.executable, "-c", script, str(file)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def test_four_processes_on_one_file_spend_no_more_than_there_is(tmp_path: Path) -> None:
    """A thousand calls that may cost 2 and do cost 1, on a budget of 100: spent to within one call of it."""
    file = tmp_path / "ws" / "ledger.sqlite"
    processes = [started(_SPENDS, file) for _ in range(4)]
    paid = [int(process.communicate("go\n", timeout=60)[0]) for process in processes]
    books = SqliteLedger(file)
    assert books.balance(DAY.key) == Balance(spent=99, held=0)
    assert sum(paid) == 99
    assert sum(row.amount for row in books.spend()) == 99
    books.close()


def test_what_a_killed_process_held_is_spent_and_nothing_stays_held(tmp_path: Path) -> None:
    """Killed in the middle of a call: its fate is unknown, so it counts in full, once."""
    file = tmp_path / "ledger.sqlite"
    books = SqliteLedger(file)
    process = started(_HOLDS, file)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    assert books.recover(now=0) == 0, "it is alive"
    assert books.balance(DAY.key) == Balance(held=40)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)
    assert books.recover(now=0) == 1
    assert books.balance(DAY.key) == Balance(spent=40)
    assert books.recover(now=0) == 0
    (row,) = books.spend()
    assert (row.calls, row.amount, row.agent) == (1, 40, "critic.critique")
    books.close()


def test_opening_the_books_recovers_them(tmp_path: Path) -> None:
    file, gone = tmp_path / "ledger.sqlite", set[str]()
    first = SqliteLedger(file, owner="a 1 1", is_gone=gone.__contains__)
    assert isinstance(first.reserve(40, (DAY,), CALL, now=0, hold_s=60), Hold)
    gone.add("a 1 1")
    second = SqliteLedger(file, owner="a 2 2", is_gone=gone.__contains__)
    assert second.balance(DAY.key) == Balance(spent=40)
    first.close()
    second.close()


def test_a_process_is_told_from_another_that_has_its_number_now() -> None:
    me = owner_of(os.getpid())
    place, pid, started_at = me.split(" ")
    assert not is_gone(me)
    assert not is_gone(f"elsewhere {pid} {started_at}"), "of another machine nothing is known"
    if sys.platform == "linux":
        assert is_gone(f"{place} {pid} 1"), "the number was given again"
    child = subprocess.Popen((sys.executable, "-c", "input()"), stdin=subprocess.PIPE)
    theirs = owner_of(child.pid)
    assert not is_gone(theirs)
    child.communicate(b"\n", timeout=30)
    assert is_gone(theirs)


def test_the_file_is_its_owners_alone_and_made_at_the_first_call(tmp_path: Path) -> None:
    file = tmp_path / "ws" / "ledger.sqlite"
    books = SqliteLedger(file)
    assert books.spend() == ()
    assert not file.parent.exists()
    books.note(CALL, Paid(outcome="cached"))
    assert file.stat().st_mode & 0o077 == 0
    assert file.parent.stat().st_mode & 0o077 == 0
    books.close()
    assert books.spend()[0].cached_calls == 1, "closed books open again"
    books.close()


def test_the_file_survives_what_a_power_cut_may_undo(tmp_path: Path) -> None:
    books = SqliteLedger(tmp_path / "ledger.sqlite")
    books.note(CALL, Paid())
    assert books._connection is not None
    settings = [books._connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]
    assert settings == ["wal", 2]
    assert books._connection.execute("PRAGMA busy_timeout").fetchone()[0] == 10_000
    books.close()


@pytest.mark.parametrize("content", [b"not a database at all" * 100, b"\0" * 4096])
def test_a_file_that_is_no_ledger_is_a_storage_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "ledger.sqlite").write_bytes(content)
    books = SqliteLedger(tmp_path / "ledger.sqlite")
    with pytest.raises(StorageError, match=r"ledger\.sqlite cannot be used"):
        books.reserve(1, (DAY,), CALL, now=0, hold_s=1)


def test_a_locked_file_is_a_storage_error_not_a_hang(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nexusplanner.persistence.ledger_sqlite.BUSY_S", 0.05)
    file = tmp_path / "ledger.sqlite"
    books = SqliteLedger(file)
    books.note(CALL, Paid())
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="locked"):
        books.note(CALL, Paid())
    other.execute("ROLLBACK")
    other.close()
    books.note(CALL, Paid())
    books.close()


def test_the_names_of_tenants_are_text_and_nothing_else(tmp_path: Path) -> None:
    books = SqliteLedger(tmp_path / "ledger.sqlite")
    odd = "a'; DROP TABLE calls; --"
    scope = Scope("tenant_day", f"tenant_day:{odd}:2027-01-09", 5)
    call = Call(odd, date(2027, 1, 9), "r", "a", "m")
    hold = books.reserve(5, (scope,), call, now=0, hold_s=9)
    assert isinstance(hold, Hold)
    books.settle(hold, Paid(5))
    assert isinstance(books.reserve(1, (scope,), call, now=0, hold_s=9), Refusal)
    assert books.spend(tenant=odd)[0].amount == 5
    books.close()
