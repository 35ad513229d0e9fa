"""What is remembered: documents in, passages out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, runtime_checkable

from nexusplanner.domain.passage import Document, IngestReport, Passage


@runtime_checkable
class Memory(Protocol):
    """A searchable store of documents, one a tenant."""

    @property
    def embedding(self) -> str:
        """What turns text into vectors (``openai:text-embedding-3-small``, ``hashed-words``)."""
        ...

    async def ingest(
        self,
        documents: Iterable[Document],
        *,
        tenant: str,
        collection: str = "documents",
    ) -> IngestReport:
        """Keep documents; those already known and unchanged cost nothing, others of the collection stay."""
        ...

    async def search(self, query: str, *, tenant: str, k: int = 8) -> tuple[Passage, ...]:
        """Return the ``k`` passages that bear most on a query, best first."""
        ...
