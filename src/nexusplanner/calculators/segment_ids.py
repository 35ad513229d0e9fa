"""Ids of the segments a brief names: readable, and never one of the built-in ones."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_LONGEST = 40
_NOT_PLAIN = re.compile(r"[^a-z0-9]+")


def own_ids(names: Sequence[str]) -> tuple[str, ...]:
    """Return an id for each name, no two the same; it depends on no name after it."""
    ids: list[str] = []
    for number, name in enumerate(names, 1):
        letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        plain = _NOT_PLAIN.sub("-", letters).strip("-")[:_LONGEST].rstrip("-")
        wanted = f"seg-own-{plain or number}"
        while wanted in ids:
            wanted += f"-{number}"
        ids.append(wanted)
    return tuple(ids)
