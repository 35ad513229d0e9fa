"""Outside words: what an untrusted source says may stand in a plan as its quote, never as the plan's own word.

A number that only such a source names may be repeated where the source is cited or quoted; a run of its words only
between quotation marks; a link, an address or a number to call only where the brief has it, too. So a text that
asks for something to be done can be quoted, and can have nothing done.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from nexusplanner.agents.desk import Desk
from nexusplanner.agents.filing import UNTRACED
from nexusplanner.domain.evidence import Evidence
from nexusplanner.domain.repair import RepairKind

_RUN = 7
"""Words in a row that are no chance."""
_QUOTED = re.compile(r"[“„«\"]([^“”„«»\"]{3,})[”“»\"]")
_WORD = re.compile(r"\w+")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_CONTACT = re.compile(
    r"[\w.+-]+\s?(?:@|\[at\])\s?[\w-]+\.[\w.-]+|(?:https?|ftp)://\S+|www\.\S+|(?<!\w)@\w{3,}"
    r"|(?<![\w.,-])\+\d[\d\s()/-]{6,}\d|\b[A-Z]{2}\d{2}(?:\s?\d{4}){3,}",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Censor:
    """Reads prose against a desk and says what may not be shipped."""

    desk: Desk

    def faults(self, text: str, *, cited: Iterable[str] = ()) -> tuple[RepairKind, ...]:
        """Name what is wrong with a piece of prose; nothing where it may stand.

        Args:
            text: The prose.
            cited: Ids of the evidence it rests on.
        """
        return tuple(self._faults(text, frozenset(cited)))

    def kept(self, text: str, *, cited: Iterable[str] = ()) -> tuple[str, tuple[RepairKind, ...]]:
        """Leave out the sentences that may not be shipped.

        Returns:
            What is left, and what was wrong with the rest.
        """
        ids = frozenset(cited)
        if not any(self._faults(text, ids)):
            return text, ()
        judged = [(sentence, tuple(self._faults(sentence, ids))) for sentence in _SENTENCE.split(text.strip())]
        left = " ".join(sentence for sentence, wrong in judged if not wrong)
        if any(self._faults(left, ids)):  # what is wrong spans sentences
            return "", tuple(self._faults(text, ids))
        return left, tuple(kind for _, wrong in judged for kind in wrong) or tuple(self._faults(text, ids))

    def _faults(self, text: str, cited: frozenset[str]) -> Iterator[RepairKind]:
        own = self._unquoted(text)
        for _ in self._untraced(own, cited):
            yield "untraced_number"
        if any(run in self._runs for run in _runs_of(own)):
            yield "outside_words"
        if any(contact.casefold() not in self._brief for contact in _CONTACT.findall(text)):
            yield "foreign_contact"
        if any(phrase.casefold() in text.casefold() for phrase in self.desk.brief.brand.never_say):
            yield "banned_phrase"

    def _untraced(self, text: str, cited: frozenset[str]) -> list[str]:
        """Name the numbers that neither our own figures nor a cited source explain."""
        from nexusplanner.calculators.verification import FigurePool, evidence_figures, orphans

        lost = orphans(text, self.desk.own_pool)
        named = [e for e in self._outside if e.id in cited]
        if not lost or not named:
            return list(lost)
        pool = FigurePool(map(evidence_figures, named), weeks=0)
        still = set(orphans(text, pool))
        return [number for number in lost if number in still]

    def _unquoted(self, text: str) -> str:
        """Leave out the passages between quotation marks that a source does say."""

        def told(found: re.Match[str]) -> str:
            passage = _letters(found[1])
            return "" if any(passage in said for said in self._sayings) else found[0]

        return _QUOTED.sub(told, text)

    @cached_property
    def _outside(self) -> tuple[Evidence, ...]:
        return tuple(e for e in self.desk.evidence if not e.trusted)

    @cached_property
    def _sayings(self) -> tuple[str, ...]:
        """What may be quoted: evidence of any kind, the brief as a whole."""
        return (*(_letters(e.quote) for e in self.desk.evidence), _letters(self._brief))

    @cached_property
    def _runs(self) -> frozenset[tuple[str, ...]]:
        """Runs of words that outside sources alone say."""
        outside = {run for e in self._outside for run in _runs_of(e.quote)}
        own = {run for e in self.desk.evidence if e.trusted for run in _runs_of(e.quote)}
        return frozenset(outside - own)

    @cached_property
    def _brief(self) -> str:
        return self.desk.brief.model_dump_json().casefold()


def shipped(desk: Desk, text: str, *, cited: Iterable[str] = ()) -> tuple[str, tuple[RepairKind, ...]]:
    """Return a text that must not be empty without what may not be shipped, and what was wrong with the rest."""
    left, wrong = censor(desk).kept(text, cited=cited)
    return left or (UNTRACED if text.strip() else text), wrong


def censor(desk: Desk) -> Censor:
    """Return the censor of a desk, once a run."""
    return desk.memo.of(Censor, desk)


def _letters(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def _runs_of(text: str) -> Iterator[tuple[str, ...]]:
    words = _WORD.findall(text.casefold())
    return (tuple(words[i : i + _RUN]) for i in range(len(words) - _RUN + 1))
