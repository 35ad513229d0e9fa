"""What is remembered, in SQL: the truth that every index can be built from."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from nexusplanner.adapters.memory import records
from nexusplanner.adapters.memory.database import Database
from nexusplanner.adapters.memory.passages import cut, embedded_text, heading_of
from nexusplanner.adapters.memory.schema import WORDS
from nexusplanner.domain.fingerprint import sha256_of
from nexusplanner.domain.passage import Document, IngestReport, Passage
from nexusplanner.domain.person import Person
from nexusplanner.domain.tenant import storage_key
from nexusplanner.ports.personal_data import Amount, Kept

_MOST_VARIABLES = 500
"""Bound values in one statement, well below SQLite's oldest limit."""


class Unembedded(NamedTuple):
    """A passage's words that have no vector yet."""

    text_sha256: str
    text: str


class PassageStore:
    """Documents, their passages, a word index a tenant, and vectors; every call is bound to a tenant.

    Args:
        folder: Where the database is; ``None`` keeps it in this process's memory.

    Raises:
        StorageError: It cannot be opened.
    """

    def __init__(self, folder: Path | None) -> None:
        self._database = Database(folder)

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def keep(
        self,
        documents: Mapping[str, Document],
        *,
        tenant: str,
        collection: str,
        is_whole: bool,
    ) -> IngestReport:
        """Keep documents by their source, in one transaction.

        One whose text is known keeps its passages and takes on the new date, trust and origin; a changed one
        replaces them.

        Args:
            documents: By source.
            tenant: Whose.
            collection: The set they belong to.
            is_whole: Whether they are all of the collection, so that others are to be removed.
        """
        with self._database.writing() as connection:
            return _Keeping(connection, tenant=tenant, collection=collection).keep(documents, is_whole=is_whole)

    def amounts(self, *, tenant: str) -> tuple[Amount, ...]:
        """Tell how much is kept."""
        with self._database.reading() as connection:
            return records.amounts(connection, tenant=tenant)

    def export(self, *, tenant: str) -> tuple[Kept, ...]:
        """Return all documents."""
        with self._database.reading() as connection:
            return tuple(records.exported(connection, tenant=tenant))

    def erase(self, person: Person, *, tenant: str) -> int:
        """Take a person out; returns how many passages and documents named them."""
        with self._database.writing() as connection:
            keeping = _Keeping(connection, tenant=tenant, collection="")
            changed = records.erase(connection, person, tenant=tenant, words=_word_table(tenant))
            if changed:
                keeping.forget_orphans()
                _bump(connection, tenant)
            return changed

    def forget(self, *, tenant: str) -> int:
        """Forget a tenant; returns how many documents there were."""
        with self._database.writing() as connection:
            return records.forget(connection, tenant=tenant, words=_word_table(tenant))

    def scrub(self) -> None:
        """Make what was deleted unreadable."""
        self._database.scrub()

    def search_words(self, words: Iterable[str], *, tenant: str, limit: int) -> list[str]:
        """Return keys of the passages that hold any of the words, best ``bm25`` first; headings count double."""
        quoted = " OR ".join(f'"{word}"' for word in words)
        if not quoted:
            return []
        table = _word_table(tenant)
        with self._database.reading() as connection:
            if not _has_table(connection, table):
                return []
            rows = connection.execute(
                f"SELECT p.key FROM {table} AS w JOIN passages AS p ON p.id = w.rowid "  # noqa: S608 - our own name
                f"WHERE {table} MATCH ? AND p.tenant = ? ORDER BY round(bm25({table}, 2.0, 1.0), 6), p.key LIMIT ?",
                (quoted, tenant, limit),
            )
            return [str(row[0]) for row in rows]

    def passages(self, scores: Mapping[str, float], *, tenant: str) -> dict[str, Passage]:
        """Return the tenant's passages among some keys, with their scores; unknown keys are left out."""
        found: dict[str, Passage] = {}
        for keys in _batches(scores):
            with self._database.reading() as connection:
                rows = connection.execute(
                    "SELECT p.key, d.source, p.locator, p.text, d.as_of, d.trusted, d.origin FROM passages AS p "  # noqa: S608 - marks only
                    f"JOIN documents AS d ON d.id = p.document_id WHERE p.tenant = ? AND p.key IN ({_marks(keys)})",
                    (tenant, *keys),
                ).fetchall()
            found.update((str(row[0]), _passage(row, score=scores[row[0]])) for row in rows)
        return found

    def revision(self, *, tenant: str) -> int:
        """Return a figure that grows with every change of the tenant's passages or vectors, in any process."""
        with self._database.reading() as connection:
            row = connection.execute("SELECT revision FROM revisions WHERE tenant = ?", (tenant,)).fetchone()
            return int(row[0]) if row else 0

    def unembedded(self, embedding: str, *, tenant: str) -> list[Unembedded]:
        """Return the words of the tenant that have no vector of an embedding, each once, in a fixed order."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT p.text_sha256, min(p.locator), min(p.text) FROM passages AS p LEFT JOIN vectors AS v "
                "ON v.tenant = p.tenant AND v.embedding = ? AND v.text_sha256 = p.text_sha256 "
                "WHERE p.tenant = ? AND v.text_sha256 IS NULL GROUP BY p.text_sha256 ORDER BY min(p.id)",
                (embedding, tenant),
            )
            return [Unembedded(str(row[0]), embedded_text(str(row[1]), str(row[2]))) for row in rows]

    def save_vectors(self, embedding: str, vectors: Mapping[str, bytes], *, tenant: str) -> None:
        """Keep vectors (float32 bytes) by the sha256 of their text."""
        with self._database.writing() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)",
                [(tenant, embedding, sha, vector) for sha, vector in vectors.items()],
            )
            _bump(connection, tenant)

    def forget_vectors(self, embedding: str, *, tenant: str, other_than_bytes: int) -> None:
        """Drop an embedding's vectors of another length: the model behind the name has changed."""
        with self._database.writing() as connection:
            found = connection.execute(
                "DELETE FROM vectors WHERE tenant = ? AND embedding = ? AND length(vector) <> ?",
                (tenant, embedding, other_than_bytes),
            )
            if found.rowcount:
                _bump(connection, tenant)

    def embedded_keys(self, embedding: str, *, tenant: str) -> set[str]:
        """Return the keys of all the tenant's passages that have a vector of an embedding."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT p.key FROM passages AS p JOIN vectors AS v ON v.tenant = p.tenant AND v.embedding = ? "
                "AND v.text_sha256 = p.text_sha256 WHERE p.tenant = ?",
                (embedding, tenant),
            )
            return {str(row[0]) for row in rows}

    def vectors(self, embedding: str, keys: Collection[str], *, tenant: str) -> dict[str, bytes]:
        """Return the vectors (float32 bytes) of some passages."""
        found: dict[str, bytes] = {}
        for batch in _batches(keys):
            with self._database.reading() as connection:
                rows = connection.execute(
                    "SELECT p.key, v.vector FROM passages AS p JOIN vectors AS v ON v.tenant = p.tenant "  # noqa: S608 - marks only
                    "AND v.embedding = ? AND v.text_sha256 = p.text_sha256 "
                    f"WHERE p.tenant = ? AND p.key IN ({_marks(batch)})",
                    (embedding, tenant, *batch),
                ).fetchall()
            found.update((str(row[0]), bytes(row[1])) for row in rows)
        return found


class _Keeping:
    """One transaction that brings a collection up to date."""

    def __init__(self, connection: sqlite3.Connection, *, tenant: str, collection: str) -> None:
        self._connection, self._tenant, self._collection = (
            connection,
            tenant,
            collection,
        )
        self._words = _word_table(tenant)
        connection.execute(WORDS.format(table=self._words))

    def keep(self, documents: Mapping[str, Document], *, is_whole: bool) -> IngestReport:
        known = self._known()
        changed = {
            source: document
            for source, document in documents.items()
            if source not in known or known[source][1] != sha256_of(document.text)
        }
        gone = [source for source in known if is_whole and source not in documents]
        for source in [*gone, *(source for source in changed if source in known)]:
            self._remove(known[source][0])
        passages = sum(self._add(document) for document in changed.values())
        is_retold = self._retell(documents, changed)
        if changed or gone or is_retold:
            _bump(self._connection, self._tenant)
            self.forget_orphans()
        return IngestReport(
            documents=len(documents),
            added=len(changed),
            unchanged=len(documents) - len(changed),
            removed=len(gone),
            passages=passages,
        )

    def _known(self) -> dict[str, tuple[int, str]]:
        rows = self._connection.execute(
            "SELECT source, id, sha256 FROM documents WHERE tenant = ? AND collection = ?",
            (self._tenant, self._collection),
        )
        return {str(row[0]): (int(row[1]), str(row[2])) for row in rows}

    def _remove(self, document_id: int) -> None:
        self._connection.execute(
            f"DELETE FROM {self._words} WHERE rowid IN (SELECT id FROM passages WHERE document_id = ?)",  # noqa: S608 - our own name
            (document_id,),
        )
        self._connection.execute("DELETE FROM documents WHERE id = ?", (document_id,))

    def _add(self, document: Document) -> int:
        inserted = self._connection.execute(
            "INSERT INTO documents (tenant, collection, source, sha256, as_of, trusted, origin) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                self._tenant,
                self._collection,
                document.source,
                sha256_of(document.text),
                document.as_of.isoformat(),
                document.trusted,
                document.origin,
            ),
        )
        pieces = cut(document.source, document.text)
        for number, piece in enumerate(pieces):
            told = embedded_text(piece.locator, piece.text)
            key = sha256_of("\x1f".join((self._collection, document.source, str(number), told)))[:32]
            passage = self._connection.execute(
                "INSERT INTO passages (tenant, document_id, key, locator, text, text_sha256) VALUES (?, ?, ?, ?, ?, ?)",
                (
                    self._tenant,
                    inserted.lastrowid,
                    key,
                    piece.locator,
                    piece.text,
                    sha256_of(told),
                ),
            )
            self._connection.execute(
                f"INSERT INTO {self._words} (rowid, heading, text) VALUES (?, ?, ?)",  # noqa: S608 - our own name
                (passage.lastrowid, heading_of(piece.locator), piece.text),
            )
        return len(pieces)

    def _retell(self, documents: Mapping[str, Document], changed: Collection[str]) -> bool:
        """Take on date, trust and origin of documents whose text stays."""
        rows = [
            (
                told.as_of.isoformat(),
                told.trusted,
                told.origin,
                self._tenant,
                self._collection,
                source,
            )
            for source, told in documents.items()
            if source not in changed
        ]
        updated = self._connection.executemany(
            "UPDATE documents SET as_of = ?1, trusted = ?2, origin = ?3 WHERE tenant = ?4 AND collection = ?5 "
            "AND source = ?6 AND (as_of, trusted, origin) <> (?1, ?2, ?3)",
            rows,
        )
        return updated.rowcount > 0

    def forget_orphans(self) -> None:
        """Drop vectors of texts that are in no passage any more."""
        self._connection.execute(
            "DELETE FROM vectors WHERE tenant = ?1 AND text_sha256 NOT IN "
            "(SELECT text_sha256 FROM passages WHERE tenant = ?1)",
            (self._tenant,),
        )


def _word_table(tenant: str) -> str:
    return f"words_{storage_key(tenant)}"


def _has_table(connection: sqlite3.Connection, table: str) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone() is not None


def _bump(connection: sqlite3.Connection, tenant: str) -> None:
    connection.execute(
        "INSERT INTO revisions VALUES (?, 1) ON CONFLICT (tenant) DO UPDATE SET revision = revision + 1",
        (tenant,),
    )


def _passage(row: tuple[str, str, str, str, str, int, str], *, score: float) -> Passage:
    _, source, locator, text, as_of, trusted, origin = row
    return Passage(
        source=source,
        locator=locator,
        text=text,
        as_of=date.fromisoformat(as_of),
        trusted=bool(trusted),
        origin=origin,
        score=round(score, 6),
    )


def _batches(keys: Collection[str]) -> Iterator[list[str]]:
    ordered = sorted(keys)
    for start in range(0, len(ordered), _MOST_VARIABLES):
        yield ordered[start : start + _MOST_VARIABLES]


def _marks(keys: Collection[str]) -> str:
    return ",".join("?" * len(keys))
