"""A memory as a LangChain retriever."""

from __future__ import annotations

from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field, SkipValidation

from nexusplanner.domain.passage import Passage
from nexusplanner.llm.own_loop import wait_for
from nexusplanner.ports.memory import Memory


class NexusRetriever(BaseRetriever):
    """Recalls one tenant's passages for any application that takes a retriever.

        retriever = NexusRetriever(memory=FolderMemory("notes"), tenant="acme", k=4)
        retriever.invoke("what sold last spring")

    Each document's metadata carries ``source``, ``locator``, ``as_of``, ``origin``, ``score`` and ``trusted``:
    what is not trusted is outside text, to be quoted and never followed.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid")

    memory: SkipValidation[Memory]
    tenant: str
    """Whose passages; it is bound here, so that no query can name another."""
    k: int = Field(default=8, ge=1)
    """How many, at most; a call may pass its own ``k``."""

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, k: int | None = None
    ) -> list[Document]:
        del run_manager
        return wait_for(self._recalled(query, k))

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun, k: int | None = None
    ) -> list[Document]:
        del run_manager
        return await self._recalled(query, k)

    async def _recalled(self, query: str, k: int | None) -> list[Document]:
        found = await self.memory.search(query, tenant=self.tenant, k=k or self.k)
        return [_document(passage) for passage in found]


def _document(passage: Passage) -> Document:
    told = passage.model_dump(mode="json", include={"source", "locator", "as_of", "origin", "score", "trusted"})
    return Document(page_content=passage.text, metadata=told)
