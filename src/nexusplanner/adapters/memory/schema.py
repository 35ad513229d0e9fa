"""Tables of a memory."""

from __future__ import annotations

TABLES = """
CREATE TABLE IF NOT EXISTS documents (
    id INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    collection TEXT NOT NULL,
    source TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    as_of TEXT NOT NULL,
    trusted INTEGER NOT NULL,
    origin TEXT NOT NULL,
    UNIQUE (tenant, collection, source)
);
CREATE TABLE IF NOT EXISTS passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL,
    document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    locator TEXT NOT NULL,
    text TEXT NOT NULL,
    text_sha256 TEXT NOT NULL,
    UNIQUE (tenant, key)
);
CREATE INDEX IF NOT EXISTS passages_of_document ON passages (document_id);
CREATE INDEX IF NOT EXISTS passages_by_text ON passages (tenant, text_sha256);
CREATE TABLE IF NOT EXISTS vectors (
    tenant TEXT NOT NULL,
    embedding TEXT NOT NULL,
    text_sha256 TEXT NOT NULL,
    vector BLOB NOT NULL,
    PRIMARY KEY (tenant, embedding, text_sha256)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS revisions (
    tenant TEXT PRIMARY KEY,
    revision INTEGER NOT NULL
) WITHOUT ROWID;
"""
"""Vectors hang on the text, not on the passage: the same words are never embedded twice."""

WORDS = "CREATE VIRTUAL TABLE IF NOT EXISTS {table} USING fts5(heading, text, tokenize='porter unicode61')"
"""One word index a tenant: how rare a word is must not depend on what others keep."""

PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA busy_timeout = 30000",
    "PRAGMA foreign_keys = ON",
)
