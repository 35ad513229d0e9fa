"""Relevance by words: the memory's own word index, over texts that somebody else keeps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from nexusplanner.adapters.memory.store import PassageStore
from nexusplanner.calculators.signal_scores.stems import STOP_WORDS, words
from nexusplanner.domain.passage import Document

_DAY = date(1970, 1, 1)
_MOST_WORDS = 64
_MOST_FOUND = 500
_HALVED_AT = 4.0


class WordRelevance:
    """Ranks by ``bm25`` as the memory does; satisfies the port ``Relevance``. Nothing is kept.

    The text that leads has a relevance of 1, the fifth of a half: ``4 / (3 + rank)``.
    """

    def scores(self, query: str, texts: Mapping[str, str], *, tenant: str) -> dict[str, float]:
        """Return how much each text bears on a query, 0-1; those that share no word are left out."""
        terms = [word for word in dict.fromkeys(words(query)) if word not in STOP_WORDS][:_MOST_WORDS]
        if not terms or not texts:
            return {}
        store = PassageStore(None)
        try:
            known = {key: Document(source=key, text=text, as_of=_DAY) for key, text in texts.items()}
            store.keep(known, tenant=tenant, collection="texts", is_whole=True)
            found = store.search_words(terms, tenant=tenant, limit=_MOST_FOUND)
            passages = store.passages(dict.fromkeys(found, 0.0), tenant=tenant)
        finally:
            store.close()
        ranked = dict.fromkeys(passages[key].source for key in found)
        return {source: _HALVED_AT / (_HALVED_AT - 1 + rank) for rank, source in enumerate(ranked, start=1)}
