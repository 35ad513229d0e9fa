"""Memory: documents that are kept and passages that are recalled."""

from __future__ import annotations

from datetime import date

from nexusplanner.domain.model import DomainModel


class Document(DomainModel):
    """A text to remember."""

    source: str
    """File name or id, without a machine's folders."""
    text: str
    as_of: date
    trusted: bool = False
    origin: str = "folder"


class Passage(DomainModel):
    """A piece of a document, recalled for a query."""

    source: str
    locator: str
    """Heading path or line range within the document."""
    text: str
    as_of: date
    trusted: bool
    origin: str
    score: float
    """0-1, fused rank of vectors and words."""


class IngestReport(DomainModel):
    """What an ingestion changed."""

    documents: int
    added: int
    unchanged: int
    removed: int
    passages: int
