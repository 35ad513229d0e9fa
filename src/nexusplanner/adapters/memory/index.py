"""Finding near vectors: what an index must do, and the one that needs nothing but numpy."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector = NDArray[np.float32]

Load = Callable[[Collection[str]], Mapping[str, bytes]]
"""Fetches the vectors (float32 bytes, unit length) of some keys."""

_MOST_SCANNED = 50_000


class IndexUnavailable(Exception):  # noqa: N818 - a verdict
    """An index cannot be used; the memory turns to the next. Never leaves this room."""


class VectorIndex(Protocol):
    """Named sets of vectors, each rebuilt at will from what the store holds."""

    def sync(self, name: str, keys: Collection[str], load: Load) -> None:
        """Make a set hold exactly these keys; only missing ones are loaded."""
        ...

    def nearest(self, name: str, vector: Vector, *, limit: int) -> list[tuple[str, float]]:
        """Return the nearest keys with their cosine, best first."""
        ...

    def close(self) -> None:
        """Let go of files and locks."""
        ...


class ScanIndex:
    """Compare with every vector, one by one: exact, in memory, quick up to some ten thousand."""

    def __init__(self) -> None:
        self._sets: dict[str, tuple[tuple[str, ...], Vector]] = {}

    def sync(self, name: str, keys: Collection[str], load: Load) -> None:
        """Load the set anew.

        Raises:
            IndexUnavailable: There are more than 50,000 vectors.
        """
        import numpy as np

        if len(keys) > _MOST_SCANNED:
            raise IndexUnavailable(f"more than {_MOST_SCANNED:,} vectors")
        vectors = load(keys)
        ordered = tuple(sorted(vectors))
        matrix = np.stack([np.frombuffer(vectors[key], np.float32) for key in ordered]) if ordered else np.zeros((0, 0))
        self._sets[name] = (ordered, matrix.astype(np.float32))

    def nearest(self, name: str, vector: Vector, *, limit: int) -> list[tuple[str, float]]:
        """Return the nearest keys with their cosine, best first."""
        keys, matrix = self._sets.get(name, ((), None))
        if matrix is None or not keys:
            return []
        cosines = (matrix @ vector).tolist()
        ranked = sorted(
            zip(keys, cosines, strict=True),
            key=lambda item: (-round(item[1], 6), item[0]),
        )
        return ranked[:limit]

    def close(self) -> None:
        """Forget all sets."""
        self._sets.clear()
