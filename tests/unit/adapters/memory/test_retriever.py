"""A memory as a retriever: LangChain's own suite, over a double and over Chroma."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from langchain_core.retrievers import BaseRetriever
from langchain_tests.integration_tests import RetrieversIntegrationTests

from nexusplanner.adapters.embeddings import HashedWordEmbeddings
from nexusplanner.adapters.memory import ChromaMemory
from nexusplanner.adapters.memory.retriever import NexusRetriever
from nexusplanner.domain.passage import Document
from nexusplanner.testing import InMemoryMemory

NOTES = tuple(
    Document(source=f"note-{n}.md", text=f"Vinyl records sold {n} dozen in spring.", as_of=date(2026, 4, n))
    for n in range(1, 6)
)


class _Suite(RetrieversIntegrationTests):
    memory: Any

    @property
    def retriever_constructor(self) -> type[BaseRetriever]:
        return NexusRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"memory": self.memory, "tenant": "acme", "k": 4}

    @property
    def retriever_query_example(self) -> str:
        return "vinyl records in spring"


class TestOverADouble(_Suite):
    """LangChain's suite over a dictionary."""

    @pytest.fixture(autouse=True)
    def _kept(self) -> None:
        type(self).memory = InMemoryMemory(NOTES, tenant="acme")


class TestOverChroma(_Suite):
    """LangChain's suite over the real index."""

    @pytest.fixture(autouse=True)
    def _kept(self, tmp_path: Path) -> Iterator[None]:
        memory = ChromaMemory(tmp_path / "memory", embeddings=HashedWordEmbeddings())
        asyncio.run(memory.ingest(NOTES, tenant="acme"))
        type(self).memory = memory
        yield
        memory.close()


def test_a_document_says_where_it_is_from_and_whether_it_is_trusted() -> None:
    retriever = NexusRetriever(memory=InMemoryMemory(NOTES[:1], tenant="acme"), tenant="acme")
    (found,) = retriever.invoke("vinyl")
    assert found.page_content == NOTES[0].text
    assert (found.metadata["source"], found.metadata["as_of"]) == ("note-1.md", "2026-04-01")
    assert found.metadata["trusted"] is False


def test_another_tenants_passages_are_not_recalled() -> None:
    retriever = NexusRetriever(memory=InMemoryMemory(NOTES, tenant="acme"), tenant="other")
    assert retriever.invoke("vinyl") == []
