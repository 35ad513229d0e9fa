"""Fingerprints of texts."""

from __future__ import annotations

import hashlib

_PIECE = 2_047


def sha256_of(text: str) -> str:
    """Fingerprint a text: the sha256 of its UTF-8 bytes, in hex.

    It is taken in small pieces: for more than 2,047 bytes ``hashlib`` lets go of the interpreter's lock, and the thread
    that takes it may keep it a hundred times as long as the fingerprint takes.
    """
    data, found = text.encode("utf-8", "replace"), hashlib.sha256()
    for start in range(0, len(data), _PIECE):
        found.update(data[start : start + _PIECE])
    return found.hexdigest()
