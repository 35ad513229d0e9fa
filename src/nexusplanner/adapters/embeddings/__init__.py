"""Text into vectors: LangChain ``Embeddings``, from a provider, a local model, or plain hashing."""

from nexusplanner.adapters.embeddings.choice import (
    EmbeddingChoice,
    EmbeddingKind,
    choose_embeddings,
)
from nexusplanner.adapters.embeddings.hashed import HashedWordEmbeddings
from nexusplanner.adapters.embeddings.minilm import MiniLMEmbeddings, has_minilm

__all__ = [
    "EmbeddingChoice",
    "EmbeddingKind",
    "HashedWordEmbeddings",
    "MiniLMEmbeddings",
    "choose_embeddings",
    "has_minilm",
]
