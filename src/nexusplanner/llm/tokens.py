"""Tokens of a text, counted before the call and without a network."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from nexusplanner.llm.price import tokens_at_most

if TYPE_CHECKING:
    from tiktoken import Encoding

FRAME_TOKENS = 32
"""Added for the marks that a provider puts around messages."""
MOST_CHARACTERS = 400_000
_FROM = "https://openaipublic.blob.core.windows.net/encodings"
VOCABULARIES: dict[str, tuple[str, str]] = {
    "o200k_base": (
        f"{_FROM}/o200k_base.tiktoken",
        "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
    ),
    "cl100k_base": (
        f"{_FROM}/cl100k_base.tiktoken",
        "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
    ),
}
"""Encoding -> the address its vocabulary is cached under, and the file's sha256."""


@dataclass(frozen=True)
class TokenCount:
    """How many tokens a text takes at most, and how that is known."""

    tokens: int
    counted_by: Literal["tiktoken", "estimate"]


def count_tokens(text: str, model: str) -> TokenCount:
    """Count a text's tokens by the model's own vocabulary where that is on this machine; else estimate, high.

    tiktoken fetches a vocabulary that it does not find, or finds broken, and waits for the network as
    long as it takes. So it is only asked once the right file is seen to be there.

    Args:
        text: All text of a request.
        model: ``provider:model``.
    """
    encoding = _encoding_of(model) if len(text) <= MOST_CHARACTERS else None
    if encoding is None:
        return TokenCount(tokens_at_most(text), "estimate")
    return TokenCount(len(encoding.encode_ordinary(text)) + FRAME_TOKENS, "tiktoken")


def _encoding_of(model: str) -> Encoding | None:
    provider, _, name = model.partition(":")
    folder = _cache_folder()
    return _encoding(name, folder) if provider == "openai" and name and folder else None


def _cache_folder() -> str:
    """Return where tiktoken looks; an empty name means that it keeps nothing."""
    default = f"{tempfile.gettempdir()}/data-gym-cache"
    return os.environ.get("TIKTOKEN_CACHE_DIR", os.environ.get("DATA_GYM_CACHE_DIR", default))


@lru_cache(maxsize=32)
def _encoding(name: str, folder: str) -> Encoding | None:
    from tiktoken import get_encoding
    from tiktoken.model import encoding_name_for_model

    try:
        encoding = encoding_name_for_model(name)
    except KeyError:
        return None
    return get_encoding(encoding) if _is_there(encoding, folder) else None


def _is_there(encoding: str, folder: str) -> bool:
    if encoding not in VOCABULARIES:
        return False
    address, sha256 = VOCABULARIES[encoding]
    file = Path(folder) / hashlib.sha1(address.encode(), usedforsecurity=False).hexdigest()
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest() == sha256
    except OSError:
        return False
