"""Memory in SQLite, with Chroma for vectors and FTS5 for words."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from nexusplanner.adapters.memory.fusion import fuse
from nexusplanner.adapters.memory.index import IndexUnavailable, ScanIndex, VectorIndex
from nexusplanner.adapters.memory.store import PassageStore
from nexusplanner.adapters.memory.vectorizer import Vectorizer
from nexusplanner.calculators.signal_scores.stems import STOP_WORDS, words
from nexusplanner.domain.passage import Document, IngestReport, Passage
from nexusplanner.domain.person import Person
from nexusplanner.domain.tenant import storage_key, tenant_name
from nexusplanner.errors import InputError
from nexusplanner.ports.personal_data import Amount, Kept

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

_BATCH = 64
_MOST_RETURNED = 100
_MOST_QUERY_WORDS = 64
_LEAST_CANDIDATES = 32
_LONGEST_QUERY = 8_000
_LONGEST_DOCUMENT = 5_000_000
_LEAST_COSINE = 0.05
"""Below it two texts have nothing in common that a ranking could use."""


class ChromaMemory:
    """Documents that are kept, and passages that are recalled by their words and by their meaning.

    SQLite holds the truth; Chroma, in this process, is an index that is built again from it when it is missing,
    damaged or behind. Two rankings (FTS5's ``bm25`` and the vectors' cosine) are fused by reciprocal rank. A memory
    without a folder compares its vectors one by one as long as they are some ten thousand: it is gone with the
    process, and Chroma takes longer to load than to ask. Where Chroma cannot be used the vectors are compared one
    by one, and failing that words alone answer; where the embeddings fail, hashed words do. ``notes`` tells.

    One folder may be open in several planners and processes: writers take turns, and only the first holds Chroma.

    Args:
        folder: Where to keep it; ``None`` keeps it in this process's memory, apart from any other instance.
        embeddings: Any LangChain embeddings.
        name: What to call them, with their model: ``openai:text-embedding-3-small``.
        call_s: Wall clock of one call to embeddings of a provider, in seconds.

    Raises:
        StorageError: On first use: the folder cannot be used.
    """

    def __init__(self, folder: Path | None, embeddings: Embeddings, *, name: str = "", call_s: float = 30.0) -> None:
        self._folder = folder
        self._vectorizer = Vectorizer(embeddings, name=name or _name_of(embeddings), call_s=call_s)
        self._lock = threading.RLock()
        self._opened: PassageStore | None = None
        self._index: VectorIndex | None = None
        self._rungs = self._ladder()
        self._index_note = ""
        self._synced: dict[str, int] = {}

    def __repr__(self) -> str:
        place = "in this process" if self._folder is None else repr(self._folder.name)
        return f"ChromaMemory({place}, embedding={self.embedding!r})"

    @property
    def embedding(self) -> str:
        """What turns text into vectors now."""
        return self._vectorizer.name

    @property
    def notes(self) -> tuple[str, ...]:
        """What a plan should say: which parts failed and what answers instead."""
        return tuple(note for note in (self._vectorizer.note, self._index_note) if note)

    async def ingest(
        self, documents: Iterable[Document], *, tenant: str, collection: str = "documents"
    ) -> IngestReport:
        """Keep documents by their source; unchanged ones cost nothing, others of the collection stay.

        Raises:
            InputError: A document is larger than 5 million characters.
            StorageError: The memory cannot be written; then nothing of it is kept.
        """
        held = list(documents)
        return await asyncio.to_thread(self.keep, held, tenant=tenant, collection=collection, is_whole=False)

    async def sync(self, documents: Iterable[Document], *, tenant: str, collection: str) -> IngestReport:
        """Make a collection hold exactly these documents: like ``ingest``, and the others of it are removed."""
        held = list(documents)
        return await asyncio.to_thread(self.keep, held, tenant=tenant, collection=collection, is_whole=True)

    async def search(self, query: str, *, tenant: str, k: int = 8) -> tuple[Passage, ...]:
        """Return the ``k`` passages (at most 100) of the tenant that bear most on a query, best first.

        Fewer, or none, where no more have a word or a meaning in common with it.
        """
        return await asyncio.to_thread(self._search, query, tenant, k)

    def keep(self, documents: list[Document], *, tenant: str, collection: str, is_whole: bool) -> IngestReport:
        """Do what ``ingest`` (``is_whole=False``) and ``sync`` (``is_whole=True``) do, and block until it is done."""
        tenant_name(tenant)
        clean = [_clean(document) for document in documents]
        store = self._store()
        report = store.keep(
            {document.source: document for document in clean}, tenant=tenant, collection=collection, is_whole=is_whole
        )
        with self._lock:
            self._embed_missing(store, tenant)
        return report

    def amounts(self, *, tenant: str) -> tuple[Amount, ...]:
        """Tell how many documents are kept, and how long they are."""
        tenant_name(tenant)
        return self._store().amounts(tenant=tenant) if self._is_there else ()

    def export(self, *, tenant: str) -> Iterator[Kept]:
        """Yield the documents with their passages."""
        tenant_name(tenant)
        if self._is_there:
            yield from self._store().export(tenant=tenant)

    def erase(self, person: Person, *, tenant: str) -> int:
        """Take a person out of passages and names of documents; their vectors are made anew."""
        tenant_name(tenant)
        return self._store().erase(person, tenant=tenant) if self._is_there else 0

    def forget(self, *, tenant: str) -> int:
        """Forget a tenant's documents."""
        tenant_name(tenant)
        return self._store().forget(tenant=tenant) if self._is_there else 0

    def scrub(self) -> None:
        """Make what was deleted unreadable; the index is thrown away, and built anew at the next search."""
        with self._lock:
            if not self._is_there:
                return
            if self._index is not None:
                self._index.close()
            if self._folder is not None:
                _drop_chroma(self._folder / "index")
            self._index, self._rungs, self._index_note = None, self._ladder(), ""
            self._synced.clear()
            self._store().scrub()

    @property
    def _is_there(self) -> bool:
        return self._folder is None or self._folder.exists()

    def close(self) -> None:
        """Close files and let others in; calling it again does nothing. Later calls open it again."""
        with self._lock:
            if self._index is not None:
                self._index.close()
            if self._opened is not None:
                self._opened.close()
            self._index = self._opened = None
            self._rungs, self._index_note = self._ladder(), ""
            self._synced.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _search(self, query: str, tenant: str, k: int) -> tuple[Passage, ...]:
        tenant_name(tenant)
        store, limit = self._store(), max(0, min(k, _MOST_RETURNED))
        told = _printable(query)[:_LONGEST_QUERY]
        terms = [word for word in dict.fromkeys(words(told)) if word not in STOP_WORDS][:_MOST_QUERY_WORDS]
        if not terms or not limit or not store.revision(tenant=tenant):
            return ()
        candidates = max(_LEAST_CANDIDATES, 4 * limit)
        by_words = store.search_words(terms, tenant=tenant, limit=candidates)
        by_vectors = self._near(store, told, tenant, candidates)
        scores = fuse([by_words, by_vectors])
        found = store.passages(scores, tenant=tenant)
        ranked = sorted(found.values(), key=lambda passage: (-passage.score, passage.source, passage.locator))
        return tuple(ranked[:limit])

    def _near(self, store: PassageStore, query: str, tenant: str, limit: int) -> list[str]:
        name, vector = self._vectorizer.query(query)
        while (index := self._ready(store, tenant, name, vector.nbytes)) is not None:
            if name != self._vectorizer.name:
                name, vector = self._vectorizer.query(query)
                continue
            try:
                near = index.nearest(_set_name(tenant, name, vector.nbytes), vector, limit=limit)
            except IndexUnavailable as reason:
                self._lose(index, reason)
            else:
                return [key for key, cosine in near if cosine >= _LEAST_COSINE]
        return []

    def _ready(self, store: PassageStore, tenant: str, name: str, vector_bytes: int) -> VectorIndex | None:
        """Bring vectors and index up to what the store holds; ``None`` where there is no index to be had."""
        with self._lock:
            wanted = _set_name(tenant, name, vector_bytes)
            if self._synced.get(wanted) != store.revision(tenant=tenant):
                store.forget_vectors(name, tenant=tenant, other_than_bytes=vector_bytes)
                self._embed_missing(store, tenant)
            while (index := self._opened_index()) is not None:
                revision = store.revision(tenant=tenant)
                if self._synced.get(wanted) == revision:
                    return index
                try:
                    keys = store.embedded_keys(name, tenant=tenant)
                    index.sync(wanted, keys, lambda some: store.vectors(name, some, tenant=tenant))
                except IndexUnavailable as reason:
                    self._lose(index, reason)
                else:
                    self._synced[wanted] = revision
            return None

    def _embed_missing(self, store: PassageStore, tenant: str) -> None:
        """Embed what has no vector; each batch is kept as soon as it is there."""
        while missing := store.unembedded(self._vectorizer.name, tenant=tenant)[:_BATCH]:
            name, vectors = self._vectorizer.documents([item.text for item in missing])
            shas = [item.text_sha256 for item in missing]
            rows = {sha: vector.tobytes() for sha, vector in zip(shas, vectors, strict=True)}
            store.save_vectors(name, rows, tenant=tenant)

    def _store(self) -> PassageStore:
        with self._lock:
            if self._opened is None:
                self._opened = PassageStore(self._folder)
            return self._opened

    def _ladder(self) -> deque[Callable[[], VectorIndex]]:
        """Return what makes an index, in the order to try it."""
        if self._folder is None:
            return deque((ScanIndex, partial(_chroma, None)))
        return deque((partial(_chroma, self._folder / "index"), ScanIndex))

    def _opened_index(self) -> VectorIndex | None:
        """Open the first index of the ladder that can be; ``None`` where there is none left."""
        while self._index is None and self._rungs:
            try:
                self._index = self._rungs.popleft()()
            except IndexUnavailable as reason:
                self._note(f"Chroma cannot be used ({reason})")
        return self._index

    def _lose(self, index: VectorIndex, reason: IndexUnavailable) -> None:
        """Turn from an index that failed to the next of the ladder, and from the last to words alone."""
        with self._lock:
            if self._index is not index:
                return
            index.close()
            self._synced.clear()
            self._index = None
            is_scan = isinstance(index, ScanIndex)
            self._note(f"vectors cannot be compared ({reason})" if is_scan else f"Chroma failed ({reason})")

    def _note(self, why: str) -> None:
        if not self._rungs:
            self._index_note = f"Words alone answer for memory: {why}."
        elif self._rungs[0] is ScanIndex:
            self._index_note = f"Memory compares its vectors one by one: {why}."


def _chroma(folder: Path | None) -> VectorIndex:
    from nexusplanner.adapters.memory.chroma_index import ChromaIndex

    return ChromaIndex(folder)


def _drop_chroma(folder: Path) -> None:
    if folder.exists():
        from nexusplanner.adapters.memory.chroma_index import drop_index

        drop_index(folder)


def _set_name(tenant: str, embedding: str, vector_bytes: int) -> str:
    model = sha256(f"{embedding}/{vector_bytes}".encode()).hexdigest()[:12]
    return f"{storage_key(tenant)}-{model}"


def _name_of(embeddings: Embeddings) -> str:
    told = getattr(embeddings, "name", "") or getattr(embeddings, "model", "") or getattr(embeddings, "model_id", "")
    return str(told or type(embeddings).__name__)


def _clean(document: Document) -> Document:
    if len(document.text) > _LONGEST_DOCUMENT:
        raise InputError(
            f"longer than {_LONGEST_DOCUMENT:,} characters", source=document.source, fix="Split the document."
        )
    text = _printable(document.text).replace("\r\n", "\n").replace("\r", "\n")
    return document.model_copy(
        update={"source": _printable(document.source), "text": text, "origin": _printable(document.origin)}
    )


def _printable(text: str) -> str:
    """Drop what SQLite and UTF-8 cannot hold: NUL and lone surrogates."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode("utf-8")
