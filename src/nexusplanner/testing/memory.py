"""Memory for tests: a double, and what every memory must do."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from nexusplanner.adapters.memory.passages import cut
from nexusplanner.calculators.signal_scores.relevance import weigh_relevance
from nexusplanner.domain.passage import Document, IngestReport, Passage
from nexusplanner.domain.tenant import tenant_name
from nexusplanner.errors import TenantError
from nexusplanner.ports.memory import Memory


class InMemoryMemory:
    """Documents in a dictionary, recalled by the words they share with a query.

    Args:
        documents: What ``tenant`` remembers from the start.
        tenant: Whose documents these are.
    """

    embedding = "none"

    def __init__(self, documents: Iterable[Document] = (), *, tenant: str = "default") -> None:
        self._kept: dict[tuple[str, str, str], Document] = {}
        self._keep(documents, tenant, "documents")

    def __repr__(self) -> str:
        return f"InMemoryMemory({len(self._kept)} documents)"

    async def ingest(
        self, documents: Iterable[Document], *, tenant: str, collection: str = "documents"
    ) -> IngestReport:
        """Keep documents by their source."""
        return self._keep(documents, tenant, collection)

    async def search(self, query: str, *, tenant: str, k: int = 8) -> tuple[Passage, ...]:
        """Return the passages that share most words with a query, best first."""
        tenant_name(tenant)
        held = [
            (document, piece)
            for (owner, _, _), document in sorted(self._kept.items())
            if owner == tenant
            for piece in cut(document.source, document.text)
        ]
        if not query.strip():
            return ()
        scores = weigh_relevance([(piece.locator, piece.text) for _, piece in held], [query])
        found = [
            Passage(
                source=document.source,
                locator=piece.locator,
                text=piece.text,
                as_of=document.as_of,
                trusted=document.trusted,
                origin=document.origin,
                score=score,
            )
            for (document, piece), score in zip(held, scores, strict=True)
            if score > 0
        ]
        return tuple(sorted(found, key=lambda passage: -passage.score)[: max(k, 0)])

    def _keep(self, documents: Iterable[Document], tenant: str, collection: str) -> IngestReport:
        told = {(tenant_name(tenant), collection, document.source): document for document in documents}
        changed = {
            key: item for key, item in told.items() if key not in self._kept or self._kept[key].text != item.text
        }
        self._kept.update(told)
        return IngestReport(
            documents=len(told),
            added=len(changed),
            unchanged=len(told) - len(changed),
            removed=0,
            passages=sum(len(cut(item.source, item.text)) for item in changed.values()),
        )


def document(source: str, text: str, *, trusted: bool = False, origin: str = "folder") -> Document:
    """Make a document of 1 March 2026."""
    return Document(source=source, text=text, as_of=date(2026, 3, 1), trusted=trusted, origin=origin)


class MemoryContract(ABC):
    """What every memory must do; subclass it as ``Test...`` and say how yours is made.

    Runs under plain pytest. Memories that have a ``close`` are closed.
    """

    @abstractmethod
    def make(self, folder: Path) -> Memory:
        """Return an empty memory; ``folder`` is empty and may be written to."""

    DOCUMENTS = (
        document("tone.md", "# Voice\n\nWe speak plainly to vinyl collectors.\n"),
        document("spring.md", "# Spring campaign\n\nThe newsletter sold out the jazz reissues in nine days.\n"),
        document("notes.txt", "Podcast hosts asked for longer samples.\n"),
        document("past.csv", "campaign,channel,result\nautumn,radio,modest\nwinter,podcast,strong\n"),
    )

    def test_it_is_a_memory_and_names_its_embedding(self, tmp_path: Path) -> None:
        """It has the shape of the port."""
        memory = self.make(tmp_path)
        assert isinstance(memory, Memory)
        assert memory.embedding
        _close(memory)

    def test_what_was_kept_is_found_with_its_place(self, tmp_path: Path) -> None:
        """Markdown, text and CSV are found by what they say."""
        memory = self._filled(tmp_path)
        for query, source, said in (
            ("jazz reissues newsletter", "spring.md", "sold out"),
            ("vinyl collectors", "tone.md", "plainly"),
            ("longer samples", "notes.txt", "Podcast hosts"),
            ("winter podcast strong", "past.csv", "winter"),
        ):
            best = _search(memory, query)[0]
            assert best.source == source
            assert said in best.text
            assert best.locator
        _close(memory)

    def test_scores_fall_lie_between_0_and_1_and_k_bounds_them(self, tmp_path: Path) -> None:
        """Best first, never more than asked for."""
        memory = self._filled(tmp_path)
        found = _search(memory, "podcast newsletter campaign", k=2)
        scores = [passage.score for passage in found]
        assert len(found) == 2
        assert scores == sorted(scores, reverse=True)
        assert all(0.0 <= score <= 1.0 for score in scores)
        assert _search(memory, "podcast", k=0) == ()
        _close(memory)

    def test_keeping_the_same_again_changes_nothing(self, tmp_path: Path) -> None:
        """Ingestion is idempotent."""
        memory = self._filled(tmp_path)
        before = _search(memory, "newsletter podcast")
        report = asyncio.run(memory.ingest(self.DOCUMENTS, tenant="acme"))
        assert (report.added, report.unchanged, report.removed, report.passages) == (0, 4, 0, 0)
        assert _search(memory, "newsletter podcast") == before
        _close(memory)

    def test_a_changed_document_replaces_its_passages_and_the_others_stay(self, tmp_path: Path) -> None:
        """No old words survive beside the new ones."""
        memory = self._filled(tmp_path)
        changed = document("spring.md", "# Spring campaign\n\nThe billboards brought nobody.\n")
        report = asyncio.run(memory.ingest([changed], tenant="acme"))
        assert (report.documents, report.added, report.removed) == (1, 1, 0)
        assert _search(memory, "billboards")[0].source == "spring.md"
        assert not [passage for passage in _search(memory, "jazz reissues") if "jazz" in passage.text]
        assert _search(memory, "vinyl collectors")[0].source == "tone.md"
        _close(memory)

    def test_a_tenant_finds_only_its_own(self, tmp_path: Path) -> None:
        """Names that differ in case or by a space are other tenants."""
        memory = self._filled(tmp_path)
        asyncio.run(memory.ingest([document("secret.md", "The vinyl price is a secret.")], tenant="ACME"))
        for stranger in ("Acme", "acme 2", "other"):
            assert _search(memory, "vinyl secret newsletter", tenant=stranger) == ()
        assert {passage.source for passage in _search(memory, "vinyl secret", tenant="ACME")} == {"secret.md"}
        assert "secret.md" not in {passage.source for passage in _search(memory, "vinyl secret")}
        _close(memory)

    def test_trust_and_origin_survive_and_can_be_withdrawn(self, tmp_path: Path) -> None:
        """Recalled words carry where they came from, and the last word on their trust."""
        memory = self.make(tmp_path)
        told = document("rules.md", "Never discount the box sets.", trusted=True, origin="feed:desk")
        asyncio.run(memory.ingest([told], tenant="acme"))
        found = _search(memory, "discount box sets")[0]
        assert (found.trusted, found.origin, found.as_of) == (True, "feed:desk", told.as_of)
        asyncio.run(memory.ingest([told.model_copy(update={"trusted": False})], tenant="acme"))
        assert not _search(memory, "discount box sets")[0].trusted
        _close(memory)

    def test_odd_words_do_no_harm(self, tmp_path: Path) -> None:
        """Query syntax, NUL and lone surrogates are words like any other, or none."""
        memory = self._filled(tmp_path)
        asyncio.run(memory.ingest([document("odd.txt", "nul \x00 lone \ud800 and 'quotes\" NEAR(")], tenant="acme"))
        for query in (
            "",
            " ",
            "\x00",
            "\ud800",
            '" OR 1',
            "NEAR(",
            "tenant:acme*",
            "'); DROP TABLE passages; --",
            "🎷",
        ):
            assert isinstance(_search(memory, query), tuple)
        assert _search(memory, "lone quotes")[0].source == "odd.txt"
        assert _search(memory, "vinyl")[0].source == "tone.md"
        _close(memory)

    def test_a_hundred_searches_at_once_agree(self, tmp_path: Path) -> None:
        """Searches do not disturb each other."""
        memory = self._filled(tmp_path)

        async def many() -> list[tuple[Passage, ...]]:
            return await asyncio.gather(*(memory.search("newsletter podcast", tenant="acme") for _ in range(100)))

        assert set(asyncio.run(many())) == {_search(memory, "newsletter podcast")}
        _close(memory)

    def test_a_call_without_a_proper_tenant_is_refused(self, tmp_path: Path) -> None:
        """Every call is bound to a tenant."""
        memory = self._filled(tmp_path)
        for call in (memory.search("vinyl", tenant=""), memory.ingest(self.DOCUMENTS, tenant="\u212bcme")):
            try:
                asyncio.run(call)
            except TenantError:
                continue
            raise AssertionError("an improper tenant was taken")
        _close(memory)

    def _filled(self, folder: Path) -> Memory:
        memory = self.make(folder)
        asyncio.run(memory.ingest(self.DOCUMENTS, tenant="acme"))
        return memory


def _search(memory: Memory, query: str, *, tenant: str = "acme", k: int = 8) -> tuple[Passage, ...]:
    return asyncio.run(memory.search(query, tenant=tenant, k=k))


def _close(memory: Memory) -> None:
    close = getattr(memory, "close", None)
    if close is not None:
        close()
