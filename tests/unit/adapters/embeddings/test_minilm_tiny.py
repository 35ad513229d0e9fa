"""The encoder's arithmetic on a tiny model made here: same code, weights of a few kilobytes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from nexusplanner.adapters.embeddings import MiniLMEmbeddings

pytest.importorskip("safetensors", reason="the extra minilm is not installed")

WIDTH, WIDE, WORDS, PLACES = 8, 16, 12, 300


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a model of one layer and two heads, with seeded weights."""
    from safetensors.numpy import save_file
    from tokenizers import Tokenizer, models, pre_tokenizers

    place = tmp_path_factory.mktemp("tiny")
    rng = np.random.default_rng(7)
    shapes = {
        "embeddings.word_embeddings.weight": (WORDS, WIDTH),
        "embeddings.position_embeddings.weight": (PLACES, WIDTH),
        "embeddings.token_type_embeddings.weight": (2, WIDTH),
        "encoder.layer.0.intermediate.dense.weight": (WIDE, WIDTH),
        "encoder.layer.0.intermediate.dense.bias": (WIDE,),
        "encoder.layer.0.output.dense.weight": (WIDTH, WIDE),
        "encoder.layer.0.output.dense.bias": (WIDTH,),
    }
    for part in ("self.query", "self.key", "self.value", "output.dense"):
        shapes[f"encoder.layer.0.attention.{part}.weight"] = (WIDTH, WIDTH)
        shapes[f"encoder.layer.0.attention.{part}.bias"] = (WIDTH,)
    for norm in ("embeddings", "encoder.layer.0.attention.output", "encoder.layer.0.output"):
        shapes |= {f"{norm}.LayerNorm.weight": (WIDTH,), f"{norm}.LayerNorm.bias": (WIDTH,)}
    save_file(
        {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}, place / "model.safetensors"
    )
    config = {"num_hidden_layers": 1, "num_attention_heads": 2, "layer_norm_eps": 1e-12}
    (place / "config.json").write_text(json.dumps(config))
    vocabulary = {"[UNK]": 0} | {f"w{number}": number for number in range(1, WORDS)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(place / "tokenizer.json"))
    return place


def test_vectors_have_unit_length_and_the_order_of_the_texts(folder: Path) -> None:
    """Forty texts of many lengths, in batches sorted by length, come back in their own order."""
    embeddings = MiniLMEmbeddings(folder)
    texts = [" ".join(f"w{1 + (number * step) % 11}" for step in range(1, 2 + number % 9)) for number in range(40)]
    vectors = embeddings.embed_documents(texts)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(40))
    for text, vector in zip(texts, vectors, strict=True):
        assert embeddings.embed_query(text) == pytest.approx(vector, abs=1e-5)


def test_place_and_company_of_a_word_matter(folder: Path) -> None:
    """Attention and positions are at work: no bag of words."""
    embeddings = MiniLMEmbeddings(folder)
    assert embeddings.embed_query("w1 w2 w3") != pytest.approx(embeddings.embed_query("w3 w2 w1"), abs=1e-3)


def test_long_texts_are_cut(folder: Path) -> None:
    """What stands beyond 256 tokens changes nothing."""
    embeddings = MiniLMEmbeddings(folder)
    assert embeddings.embed_query("w1 " * 256) == pytest.approx(embeddings.embed_query("w1 " * 256 + "w2 " * 900))
    assert embeddings.embed_documents([]) == []
