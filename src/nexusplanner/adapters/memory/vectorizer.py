"""Text into unit vectors, by embeddings that may fail."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from nexusplanner.adapters.deadline import within
from nexusplanner.adapters.embeddings.hashed import HashedWordEmbeddings
from nexusplanner.adapters.embeddings.minilm import MiniLMEmbeddings
from nexusplanner.errors import one_line

if TYPE_CHECKING:
    import numpy as np
    from langchain_core.embeddings import Embeddings
    from numpy.typing import NDArray

    Vector = NDArray[np.float32]

_LONGEST_REASON = 200
_Call = Callable[[], list[list[float]]]


class Vectorizer:
    """Embeddings with a way out: after their first failure hashed words answer, and ``note`` says so.

    Args:
        embeddings: Any LangChain embeddings.
        name: What to call them.
        call_s: Wall clock of one call to them, in seconds; local ones run as long as they need.
    """

    def __init__(self, embeddings: Embeddings, *, name: str, call_s: float) -> None:
        self._current = (embeddings, name)
        self._call_s = call_s
        self._lock = threading.Lock()
        self._note = ""

    @property
    def name(self) -> str:
        """What turns text into vectors now."""
        return self._current[1]

    @property
    def note(self) -> str:
        """Why another embedding answers than the one chosen; empty where none does."""
        return self._note

    def documents(self, texts: Sequence[str]) -> tuple[str, list[Vector]]:
        """Embed texts; returns the name of what embedded them, too."""
        embeddings, name = self._current
        try:
            raw = self._timed(embeddings, lambda: embeddings.embed_documents(list(texts)))
            if len(raw) != len(texts):
                raise ValueError(f"{len(raw)} vectors for {len(texts)} texts")
            return name, [_unit(vector) for vector in raw]
        except Exception as error:  # noqa: BLE001 - any failure of a vendor has the same answer
            self._fall_back(name, error)
            return self.documents(texts)

    def query(self, text: str) -> tuple[str, Vector]:
        """Embed a query; returns the name of what embedded it, too."""
        embeddings, name = self._current
        try:
            return name, _unit(self._timed(embeddings, lambda: [embeddings.embed_query(text)])[0])
        except Exception as error:  # noqa: BLE001 - as above
            self._fall_back(name, error)
            return self.query(text)

    def _timed(self, embeddings: Embeddings, call: _Call) -> list[list[float]]:
        if isinstance(embeddings, HashedWordEmbeddings | MiniLMEmbeddings):
            return call()
        return within(self._call_s, call, name="nexusplanner-embeddings")

    def _fall_back(self, name: str, error: Exception) -> None:
        if name == HashedWordEmbeddings.name:
            raise error
        with self._lock:
            if self._current[1] == name:
                reason = one_line(f"{type(error).__name__}: {error}")[:_LONGEST_REASON]
                self._note = f"Hashed words answer for memory: {name} failed ({reason})."
                self._current = (HashedWordEmbeddings(), HashedWordEmbeddings.name)


def _unit(raw: Sequence[float]) -> Vector:
    import numpy as np

    vector = np.asarray(raw, dtype=np.float64)
    length = float(np.linalg.norm(vector))
    if vector.ndim != 1 or not np.isfinite(length) or length == 0.0:
        raise ValueError("a vector without a direction")
    unit: Vector = (vector / length).astype(np.float32)
    return unit
