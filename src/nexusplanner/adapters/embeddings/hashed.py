"""Embeddings with no model: words and word pairs hashed into a vector."""

from __future__ import annotations

import math
from collections import Counter
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise

from langchain_core.embeddings import Embeddings

from nexusplanner.calculators.signal_scores.stems import stems

_PAIR_WEIGHT = 0.5


class HashedWordEmbeddings(Embeddings):
    """Bag of hashed words and word pairs, L2-normalised: finds shared words, knows no meaning.

    Stop words are dropped and words cut to their stems. Each word and each pair of neighbours falls into one of
    ``dimensions`` buckets by a keyless BLAKE2b hash, the same on every machine, and adds ``1 + ln(count)`` (pairs
    half of it) to it (feature hashing, Weinberger et al. 2009). All entries are zero or more, so texts without a
    shared word have a cosine near 0. A text without any word has a fixed vector of its own rather than zeros,
    which have no direction.
    """

    name = "hashed-words"

    def __init__(self, dimensions: int = 1024) -> None:
        if dimensions < 2:
            raise ValueError(f"dimensions must be at least 2, not {dimensions!r}")
        self.dimensions = dimensions

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed texts, one vector of ``dimensions`` figures each."""
        return [self._embed(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        """Embed one text, exactly as a document."""
        return self._embed(text)

    def _embed(self, text: str) -> list[float]:
        words = stems(text)
        vector = [0.0] * self.dimensions
        for word, count in Counter(words).items():
            vector[_bucket(word, self.dimensions)] += 1.0 + math.log(count)
        for pair, count in Counter(pairwise(words)).items():
            vector[_bucket(" ".join(pair), self.dimensions)] += _PAIR_WEIGHT * (1.0 + math.log(count))
        if not words:
            vector[_bucket("", self.dimensions)] = 1.0
        length = math.sqrt(math.fsum(figure * figure for figure in vector if figure))
        return [figure / length if figure else 0.0 for figure in vector]


@lru_cache(maxsize=100_000)
def _bucket(term: str, dimensions: int) -> int:
    digest = blake2b(term.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big") % dimensions
