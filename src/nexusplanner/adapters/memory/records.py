"""A memory as a share of a tenant's data: its documents are exported, mended and forgotten.

A passage that named a person gets a new key with its new text, so that every index drops what it knew of the old one;
its vector goes and is made anew. The document keeps the fingerprint of the text that was taken in: whoever hands in
the same text again does not bring the person back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from nexusplanner.adapters.memory.passages import embedded_text, heading_of
from nexusplanner.domain.fingerprint import sha256_of
from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.person import Person
from nexusplanner.ports.personal_data import Amount, Kept

_DOCUMENTS = (
    "SELECT id, collection, source, as_of, trusted, origin FROM documents WHERE tenant = ? ORDER BY collection, source"
)


def amounts(connection: sqlite3.Connection, *, tenant: str) -> tuple[Amount, ...]:
    """Tell how many documents there are, and how long their passages."""
    items = connection.execute("SELECT count(*) FROM documents WHERE tenant = ?", (tenant,)).fetchone()[0]
    size = "SELECT coalesce(sum(length(CAST(text AS BLOB)) + length(locator)), 0) FROM passages WHERE tenant = ?"
    return (Amount("memory", items, connection.execute(size, (tenant,)).fetchone()[0]),) if items else ()


def exported(connection: sqlite3.Connection, *, tenant: str) -> Iterator[Kept]:
    """Yield the documents with their passages."""
    for number, collection, source, as_of, trusted, origin in connection.execute(_DOCUMENTS, (tenant,)).fetchall():
        asked = "SELECT locator, text FROM passages WHERE tenant = ? AND document_id = ? ORDER BY id"
        told = [{"locator": row[0], "text": row[1]} for row in connection.execute(asked, (tenant, number))]
        content: JsonObject = {"collection": collection, "source": source, "as_of": as_of, "trusted": bool(trusted)}
        yield Kept("memory", f"{collection}/{source}", {**content, "origin": origin, "passages": [*told]})


def erase(connection: sqlite3.Connection, person: Person, *, tenant: str, words: str) -> int:
    """Take a person out of passages and names of documents.

    Args:
        connection: In a transaction that writes.
        person: Who.
        tenant: Whose memory.
        words: The tenant's word index.
    """
    found = connection.execute("SELECT id, key, locator, text FROM passages WHERE tenant = ?", (tenant,)).fetchall()
    named = [row for row in found if person.is_in(row[2]) or person.is_in(row[3])]
    for number, key, locator, text in named:
        _mend(connection, number, key, locator=person.taken_out(locator), text=person.taken_out(text), words=words)
    if named:
        connection.execute(f"INSERT INTO {words} ({words}) VALUES ('optimize')")  # noqa: S608 - our own name
    return len(named) + _rename(connection, person, tenant=tenant)


def forget(connection: sqlite3.Connection, *, tenant: str, words: str) -> int:
    """Delete documents, passages, vectors and the word index."""
    gone = connection.execute("DELETE FROM documents WHERE tenant = ?", (tenant,)).rowcount
    for table in ("vectors", "revisions"):
        connection.execute(f"DELETE FROM {table} WHERE tenant = ?", (tenant,))  # noqa: S608 - our own names
    connection.execute(f"DROP TABLE IF EXISTS {words}")
    return gone


def _mend(connection: sqlite3.Connection, number: int, key: str, *, locator: str, text: str, words: str) -> None:
    told = embedded_text(locator, text)
    connection.execute(
        "UPDATE passages SET key = ?, locator = ?, text = ?, text_sha256 = ? WHERE id = ?",
        (sha256_of("\x1f".join((key, told)))[:32], locator, text, sha256_of(told), number),
    )
    connection.execute(f"DELETE FROM {words} WHERE rowid = ?", (number,))  # noqa: S608 - our own name
    connection.execute(
        f"INSERT INTO {words} (rowid, heading, text) VALUES (?, ?, ?)",  # noqa: S608 - our own name
        (number, heading_of(locator), text),
    )


def _rename(connection: sqlite3.Connection, person: Person, *, tenant: str) -> int:
    named = [
        row for row in connection.execute(_DOCUMENTS, (tenant,)).fetchall() if any(map(person.is_in, (row[2], row[5])))
    ]
    for number, _, source, _, _, origin in named:
        told = person.taken_out(source)
        connection.execute(
            "UPDATE documents SET source = ?, origin = ? WHERE id = ?",
            (told if told == source else f"{told} ({number})", person.taken_out(origin), number),
        )
    return len(named)
