"""Hashed words: the same everywhere, unit length, and near where words are shared."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.embeddings import Embeddings
from langchain_tests.integration_tests import EmbeddingsIntegrationTests
from langchain_tests.unit_tests import EmbeddingsUnitTests

from nexusplanner.adapters.embeddings import HashedWordEmbeddings


class TestStandardUnit(EmbeddingsUnitTests):
    """LangChain's own suite: what every embeddings class must offer."""

    @property
    def embeddings_class(self) -> type[Embeddings]:
        return HashedWordEmbeddings


class TestStandardBehaviour(EmbeddingsIntegrationTests):
    """LangChain's own suite: queries, documents, and their async twins."""

    @property
    def embeddings_class(self) -> type[Embeddings]:
        return HashedWordEmbeddings


def cosine(first: str, second: str) -> float:
    """Compare two texts."""
    embeddings = HashedWordEmbeddings()
    left, right = embeddings.embed_documents([first, second])
    return sum(here * there for here, there in zip(left, right, strict=True))


def test_shared_words_are_near_and_other_words_far() -> None:
    """Forms of a word meet; order counts a little; stop words not at all."""
    assert cosine("vinyl prices", "the price of vinyl") > 0.6
    assert cosine("vinyl prices", "football results") < 0.05
    assert cosine("direct mail campaign", "direct mail campaign") == pytest.approx(1.0)
    assert cosine("direct mail campaign", "direct mail campaign") > cosine(
        "direct mail campaign", "campaign mail direct"
    )


def test_the_vectors_never_change() -> None:
    """Kept vectors must stay comparable: buckets and weights of a known text."""
    vector = HashedWordEmbeddings().embed_query("vinyl vinyl price")
    filled = {index: round(figure, 6) for index, figure in enumerate(vector) if figure}
    assert filled == {81: 0.239271, 251: 0.810244, 433: 0.478543, 709: 0.239271}


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.integers(2, 64))
def test_any_text_has_a_direction(text: str, dimensions: int) -> None:
    """Unit length and no negative entry, with words or without."""
    vector = HashedWordEmbeddings(dimensions).embed_query(text)
    assert len(vector) == dimensions
    assert math.isclose(math.sqrt(sum(figure**2 for figure in vector)), 1.0, rel_tol=1e-9)
    assert all(figure >= 0.0 for figure in vector)


def test_one_bucket_is_no_vector_space() -> None:
    """Everything would be the same."""
    with pytest.raises(ValueError, match="at least 2, not 1"):
        HashedWordEmbeddings(1)
