"""Words to find a text by."""

from __future__ import annotations

import re
import unicodedata

MOST = 500
_LONGEST = 64
_WORD = re.compile(r"[^\W_]+")


def words_of(*texts: str) -> frozenset[str]:
    """Return the words of texts, without case and accents: ``Café-Aktion`` has ``cafe`` and ``aktion``."""
    split = unicodedata.normalize("NFKD", "\n".join(texts).casefold())
    bare = "".join(c for c in split if not unicodedata.combining(c))
    return frozenset([word[:_LONGEST] for word in _WORD.findall(bare)][:MOST])
