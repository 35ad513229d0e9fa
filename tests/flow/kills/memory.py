"""Writers of the memory and of its index, to be killed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path

import chromadb  # noqa: F401 - loaded before the fork, so that no writer waits for it
import numpy as np
from langchain_core.embeddings import Embeddings

from nexusplanner.adapters.memory.chroma import ChromaMemory
from nexusplanner.adapters.memory.chroma_index import ChromaIndex
from nexusplanner.domain.passage import Document
from nexusplanner.rendering.whole_files import write_whole

_PARTS, _DIMENSIONS = 3, 64


class WrittenMemory:
    """Documents of some passages each, kept, and found by a word or by a vector alone.

    Args:
        folder: Where.
    """

    def __init__(self, folder: Path) -> None:
        self._memory = ChromaMemory(folder / "memory", OfNumbers(), name="of-numbers")
        self.close = self._memory.close

    def write(self, number: int) -> None:
        """Keep a document, and look for something, which brings the index up to date."""
        document = Document(source=f"{number}.md", text="\n\n".join(_parts(number)), as_of=date(2027, 1, 9))
        asyncio.run(self._memory.ingest([document], tenant="acme"))
        asyncio.run(self._memory.search("vector 0 0", tenant="acme"))

    def whole(self) -> set[int]:
        """Read every document, and look for each both ways."""
        numbers: set[int] = set()
        for kept in self._memory.export(tenant="acme"):
            number, passages = int(kept.key.rpartition("/")[2].removesuffix(".md")), kept.content["passages"]
            assert isinstance(passages, list)
            assert [p["text"] for p in passages if isinstance(p, dict)] == _parts(number), number
            numbers.add(number)
        asyncio.run(self._look_for(numbers))
        assert self._memory.notes == ()
        return numbers

    async def _look_for(self, numbers: set[int]) -> None:
        for number in numbers:
            part = number % _PARTS
            for query in (f"item{number}part{part}", f"vector {number} {part}"):
                found = await self._memory.search(query, tenant="acme", k=1)
                assert [passage.text for passage in found] == [_parts(number)[part]], query


class WrittenIndex:
    """Vectors in the index alone, in sets that fill up; an item is some of them.

    Args:
        folder: Where, and where the numbers are that should be in it.
    """

    _EACH, _ITEMS = 300, 12
    """Vectors of an item, so many that Chroma writes its files at every fourth, and items of a set."""
    _EVERY = 5

    def __init__(self, folder: Path) -> None:
        self._folder, self._index = folder, ChromaIndex(folder / "index")
        self.close = self._index.close

    def write(self, number: int) -> None:
        """Bring the index up to date with numbers that are kept elsewhere."""
        numbers = [*self._numbers(), number]
        write_whole(self._folder, {"numbers": " ".join(map(str, numbers)).encode()})
        self._sync((len(numbers) - 1) // self._ITEMS)

    def whole(self) -> set[int]:
        """Look for vectors of the set that was written last, and of the one before."""
        latest = max(len(self._numbers()) - 1, 0) // self._ITEMS
        for at in {latest, max(latest - 1, 0)}:
            for key in self._sync(at)[:: self._EVERY]:
                (nearest,) = self._index.nearest(f"set-{at}", _vector(*map(int, key.split("-"))), limit=1)
                assert nearest[0] == key, f"{key} is not found"
        return set(self._numbers())

    def _sync(self, at: int) -> list[str]:
        numbers = self._numbers()[at * self._ITEMS : (at + 1) * self._ITEMS]
        keys = [f"{number}-{of_item}" for number in numbers for of_item in range(self._EACH)]
        self._index.sync(f"set-{at}", keys, _load)
        return keys

    def _numbers(self) -> list[int]:
        file = self._folder / "numbers"
        return [*map(int, file.read_text().split())] if file.exists() else []


class OfNumbers(Embeddings):
    """Turns ``item5part1`` and ``vector 5 1`` into the same vector, and what names neither into one apart."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed by the numbers of a passage."""
        return [self._embed(re.search(r"item(\d+)part(\d+)", text)) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        """Embed by the numbers of a query for a vector; the passage's own word is for the word index."""
        return self._embed(re.search(r"vector (\d+) (\d+)", text))

    def _embed(self, named: re.Match[str] | None) -> list[float]:
        if named is None:
            return [*[0.0] * _DIMENSIONS, 1.0]
        return [*_vector(int(named[1]), int(named[2])).tolist(), 0.0]


def _vector(*numbers: int) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    drawn = np.random.default_rng(numbers).standard_normal(_DIMENSIONS)
    return (drawn / np.linalg.norm(drawn)).astype(np.float32)


def _load(keys: Collection[str]) -> Mapping[str, bytes]:
    return {key: _vector(*map(int, key.split("-"))).tobytes() for key in keys}


def _parts(number: int) -> list[str]:
    """Return paragraphs, each long enough for a passage of its own."""
    return [f"item{number}part{part} " + "so it is and so it was " * 40 + "then" for part in range(_PARTS)]
