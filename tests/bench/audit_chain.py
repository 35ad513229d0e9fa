"""Change an audit log at random, a thousand times, and count what is found; then time the log.

Run: ``python tests/bench/audit_chain.py [--mutations 1000]``.

The log is a real one: a SQLite database, as a workspace has it, and the file it is exported to. Whoever changes it
knows the form: rows are changed in one column, deleted, swapped, blanked, put in with hashes that fit, cut off at the
end with the database's own head made to fit, or the chain is written anew. Each is checked against a head that was kept
elsewhere.
"""

from __future__ import annotations

import random
import sqlite3
import sys
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from nexusplanner.domain.audit import ACTIONS, AuditEntry, AuditHead, AuditNote
from nexusplanner.domain.audit_chain import genesis, head_of, link, verify_chain
from nexusplanner.domain.audit_file import export_lines, verify_file
from nexusplanner.errors import InputError
from nexusplanner.persistence.audit_sql import SqlAudit
from nexusplanner.persistence.database import FILE_NAME, Database
from nexusplanner.testing.audit import checked

NOW = datetime(2027, 1, 9, 12, tzinfo=UTC)
ENTRIES = 200
COLUMNS = ("at", "action", "subject", "payload", "payload_sha256", "previous", "hash")
Rows = list[AuditEntry]


def other(text: str, random_: random.Random) -> str:
    """Change one character of a text."""
    at = random_.randrange(len(text))
    return text[:at] + random_.choice([c for c in map(chr, range(33, 127)) if c != text[at]]) + text[at + 1 :]


def changed(rows: Rows, random_: random.Random) -> Rows:
    """Change a byte of one column of one row."""
    at, column = random_.randrange(len(rows)), random_.choice(COLUMNS)
    return replaced(rows, at, **{column: other(str(getattr(rows[at], column)), random_)})


def deleted(rows: Rows, random_: random.Random) -> Rows:
    """Delete a row that is not the last."""
    at = random_.randrange(len(rows) - 1)
    return rows[:at] + rows[at + 1 :]


def closed_up(rows: Rows, random_: random.Random) -> Rows:
    """Delete a row and number those behind it anew."""
    return [row.model_copy(update={"seq": n}) for n, row in enumerate(deleted(rows, random_), 1)]


def swapped(rows: Rows, random_: random.Random) -> Rows:
    """Swap two rows, each under the number of the other."""
    one, two = random_.sample(range(len(rows)), 2)
    rows = rows.copy()
    rows[one], rows[two] = (
        rows[two].model_copy(update={"seq": rows[one].seq}),
        rows[one].model_copy(update={"seq": rows[two].seq}),
    )
    return rows


def inserted(rows: Rows, random_: random.Random) -> Rows:
    """Put a row in whose hash fits the one before it, and number those behind it anew."""
    at = random_.randrange(1, len(rows))
    forged = forgery(head_of(rows[at - 1], tenant="acme"))
    return [*rows[:at], forged, *(row.model_copy(update={"seq": row.seq + 1}) for row in rows[at:])]


def swapped_in(rows: Rows, random_: random.Random) -> Rows:
    """Put another row in the place of one, with a hash that fits the one before it."""
    at = random_.randrange(len(rows))
    return replaced(rows, at, **dict(forgery(head_of(rows[at - 1], tenant="acme") if at else genesis("acme"))))


def blanked(rows: Rows, random_: random.Random) -> Rows:
    """Blank a payload as if a person had been erased."""
    return replaced(rows, random_.randrange(len(rows)), payload="")


def cut(rows: Rows, random_: random.Random) -> Rows:
    """Cut the end off; the head in the database is made to fit."""
    return rows[: -random_.randrange(1, len(rows))]


def written_anew(rows: Rows, random_: random.Random) -> Rows:
    """Write a whole chain anew from some row on; the head in the database is made to fit."""
    at = random_.randrange(len(rows))
    made, head = rows[:at], head_of(rows[at - 1], tenant="acme") if at else genesis("acme")
    for _ in rows[at:]:
        made.append(forgery(head))
        head = head_of(made[-1], tenant="acme")
    return made


MUTATIONS: tuple[Callable[[Rows, random.Random], Rows], ...] = (
    changed, changed, changed, deleted, closed_up, swapped, inserted, swapped_in, blanked, cut, written_anew,
)  # fmt: skip


def replaced(rows: Rows, index: int, **values: object) -> Rows:
    """Change columns of one row."""
    return [*rows[:index], rows[index].model_copy(update=values), *rows[index + 1 :]]


def forgery(head: AuditHead) -> AuditEntry:
    """Forge an entry that follows a head."""
    return link(AuditNote(action="plan.saved", subject="plan-forged"), head, at=NOW, salt="f" * 16)


def made(log: SqlAudit) -> Rows:
    """Fill a log."""
    for n in range(ENTRIES):
        log.append(
            AuditNote(action=ACTIONS[n % 8], subject=f"run-{n // 8}", actor="Ines Okonjo", details={"n": n}),
            tenant="acme",
        )
    return list(log.read(tenant="acme", limit=ENTRIES))


def put(path: Path, rows: Rows) -> None:
    """Write rows over those of the database, and a head that fits the last."""
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM audit")
        values = [("acme", *(getattr(row, name) for name in AuditEntry.model_fields)) for row in rows]
        connection.executemany(f"INSERT INTO audit VALUES ({','.join('?' * len(values[0]))})", values)
        connection.execute("UPDATE audit_heads SET seq = ?, hash = ?", (rows[-1].seq, rows[-1].hash))
    connection.close()


def in_database(folder: Path, mutations: int) -> tuple[Counter[str], Counter[str]]:
    """Change rows of a database; return how often each was done, and found."""
    database, random_ = Database(folder / FILE_NAME), random.Random(7)
    log = SqlAudit(database, lambda: NOW)
    rows = made(log)
    head, done, found = log.head(tenant="acme"), Counter[str](), Counter[str]()
    for _ in range(mutations):
        mutation = random_.choice(MUTATIONS)
        put(folder / FILE_NAME, mutation(rows, random_))
        is_found = not checked(log, "acme").is_intact
        entries = log.read(tenant="acme", limit=2 * ENTRIES)
        is_found = is_found or not verify_chain(entries, tenant="acme", heads=[head]).is_intact
        done[mutation.__name__] += 1
        found[mutation.__name__] += is_found
    put(folder / FILE_NAME, rows)
    assert checked(log, "acme").is_intact, "the untouched log is intact"
    database.close()
    return done, found


def in_file(mutations: int, rows: Rows) -> tuple[int, int]:
    """Change a byte, delete or double a line, swap two, or cut the file anywhere; return how many were found."""
    random_, found = random.Random(11), 0
    content = "".join(export_lines(rows, start=genesis("acme"))).encode()
    for n in range(mutations):
        lines = content.splitlines(keepends=True)
        at, to = random_.sample(range(len(lines)), 2)
        match n % 5:
            case 0 | 1:
                place = random_.randrange(len(content))
                bad = content[:place] + bytes([content[place] ^ random_.randrange(1, 256)]) + content[place + 1 :]
            case 2:
                bad = b"".join(lines[:at] + lines[at + 1 :])
            case 3:
                lines[at], lines[to] = lines[to], lines[at]
                bad = b"".join(lines)
            case _:
                bad = content[: random_.randrange(len(content))]
        try:
            found += not verify_file(BytesIO(bad), source="log").is_intact
        except InputError:
            found += 1
    return mutations, found


def speeds(folder: Path) -> None:
    """Time notes and checks."""
    database = Database(folder / FILE_NAME)
    log = SqlAudit(database, lambda: NOW)
    log.append(AuditNote(action="run.started", subject="run-0"), tenant="acme")
    wall, cpu, count = time.perf_counter(), time.process_time(), 500
    for n in range(count):
        log.append(AuditNote(action="run.started", subject=f"run-{n}"), tenant="acme")
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"     a note: {wall / count * 1e3:.2f} ms wall, {cpu / count * 1e3:.2f} ms CPU, on the disk each")
    begun = time.perf_counter()
    assert checked(log, "acme").is_intact
    print(f"     a check: {(time.perf_counter() - begun) / (count + 1) * 1e6:.0f} us an entry")
    database.close()


def main() -> int:
    """Print what was found beside what is asked."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--mutations", type=int, default=1000)
    mutations = parser.parse_args().mutations
    with TemporaryDirectory() as folder:
        done, found = in_database(Path(folder), mutations)
    for name, count in sorted(done.items()):
        print(f"{'ok  ' if found[name] == count else 'FAIL'} database, {name}: {found[name]} of {count} found")
    is_met = found == done
    head, rows = genesis("acme"), list[AuditEntry]()
    for n in range(ENTRIES):
        rows.append(link(AuditNote(action="plan.saved", subject=f"plan-{n}"), head, at=NOW, salt=f"{n:016x}"))
        head = head_of(rows[-1], tenant="acme")
    in_files, of_files = in_file(mutations, rows)
    print(f"{'ok  ' if is_met else 'FAIL'} database: {found.total()} of {done.total()} found   asked: all")
    print(f"{'ok  ' if of_files == in_files else 'FAIL'} exported file: {of_files} of {in_files} found   asked: all")
    with TemporaryDirectory() as folder:
        speeds(Path(folder))
    return 0 if is_met and of_files == in_files else 1


if __name__ == "__main__":
    sys.exit(main())
