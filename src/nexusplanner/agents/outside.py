"""Outside words: what an untrusted source says may stand in a plan as its quote, never as the plan's own word.

A number that only such a source names, and a run of its words, may be repeated between quotation marks alone; a link,
an address or a number to call only where the brief has it, too. So a text that asks for something to be done can be
quoted, and can have nothing done.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from nexusplanner.agents.desk import WITHHELD, Desk
from nexusplanner.agents.filing import UNTRACED
from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.domain.calculation import canonical
from nexusplanner.domain.evidence import Evidence
from nexusplanner.domain.repair import RepairKind

_RUN = 6
"""Words in a row that are no chance."""
_LONG = 32
"""Letters of a word that is none."""
_QUOTED = re.compile(r"[“„«\"]([^“”„«»\"]{3,})[”“»\"]")
_WORD = re.compile(r"\w+")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_CONTACT = re.compile(
    r"[\w.+-]+\s?(?:@|\[at\])\s?[\w-]+\.[\w.-]+|(?:https?|ftp)://\S+|www\.\S+|(?<!\w)@\w{3,}"
    r"|(?<![\w.,-])\+\d[\d\s()/-]{6,}\d|\b[A-Z]{2}\d{2}(?:\s?\d{4}){3,}",
    re.IGNORECASE,
)

_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_FOUR_DIGITS = re.compile(r"\d{4}")
"""A text without these holds no contact, and is not searched for one, which takes far longer."""


@dataclass(frozen=True, eq=False)
class _Said:
    """What brief and evidence say, read once a run for all desks that hold the same."""

    brief: str
    evidence: tuple[Evidence, ...]

    @classmethod
    def by(cls, brief: CampaignBrief, *evidence: Evidence) -> _Said:
        """Take a brief and evidence."""
        return cls(brief.model_dump_json().casefold(), evidence)

    def read(self) -> None:
        """Read all of it now."""
        _ = self.sayings, self.outside_sayings, self.long_words, self.runs

    @cached_property
    def outside(self) -> tuple[Evidence, ...]:
        return tuple(e for e in self.evidence if not e.trusted)

    @cached_property
    def sayings(self) -> tuple[str, ...]:
        """What may be quoted: evidence of any kind, the brief as a whole."""
        return (*(_letters(e.quote) for e in self.evidence), _letters(self.brief))

    @cached_property
    def outside_sayings(self) -> tuple[str, ...]:
        return tuple(_letters(f"{e.quote}\n{e.source}\n{e.locator}") for e in self.outside)

    @cached_property
    def long_words(self) -> frozenset[str]:
        """What is written as one long word is no word: it says something to those who can decode it."""
        return frozenset(word for e in self.outside for word in e.quote.split() if len(word) >= _LONG)

    @cached_property
    def runs(self) -> frozenset[tuple[str, ...]]:
        """Runs of words that outside sources alone say."""
        outside = {run for e in self.outside for run in _runs_of(e.quote)}
        own = {run for e in self.evidence if e.trusted for run in _runs_of(e.quote)}
        return frozenset(outside - own)


@dataclass(frozen=True, eq=False)
class Censor:
    """Reads prose against a desk and says what may not be shipped; what it read it need not read again."""

    desk: Desk
    _read: dict[str, tuple[RepairKind, ...]] = field(default_factory=dict, repr=False)

    @cached_property
    def _said(self) -> _Said:
        return self.desk.memo.of(_Said.by, self.desk.brief, *self.desk.evidence)

    def read_ahead(self) -> None:
        """Read what answers are held against, and write what judges are told, so that nobody waits for it then."""
        _ = self.desk.pool, self.desk.own_pool
        self.desk.as_judging_data({})
        self.faults("")
        self._said.read()

    def faults(self, text: str) -> tuple[RepairKind, ...]:
        """Name what is wrong with a piece of prose; nothing where it may stand."""
        if text not in self._read:
            self._read[text] = tuple(self._faults(text))
        return self._read[text]

    def kept(self, text: str) -> tuple[str, tuple[RepairKind, ...]]:
        """Leave out the sentences that may not be shipped.

        Returns:
            What is left, and what was wrong with the rest.
        """
        if not self.faults(text):
            return text, ()
        judged = [(sentence, self.faults(sentence)) for sentence in _SENTENCE.split(text.strip())]
        left = " ".join(sentence for sentence, wrong in judged if not wrong)
        if self.faults(left):  # what is wrong spans sentences
            return "", self.faults(text)
        return left, tuple(kind for _, wrong in judged for kind in wrong) or self.faults(text)

    def withheld(self, text: str) -> str:
        """Return a text with the passages left out that it quotes from outside."""
        if not _may_quote(text) or not self._said.outside:
            return text

        def told(found: re.Match[str]) -> str:
            passage = _letters(found[1])
            return f"“{WITHHELD}”" if any(passage in said for said in self._said.outside_sayings) else found[0]

        return _QUOTED.sub(told, text)

    @cached_property
    def _never_say(self) -> tuple[str, ...]:
        return tuple(phrase.casefold() for phrase in self.desk.brief.brand.never_say)

    def _faults(self, text: str) -> Iterator[RepairKind]:
        from nexusplanner.calculators.verification import orphans

        own, small = self._unquoted(text), text.casefold()
        for _ in orphans(own, self.desk.own_pool):
            yield "untraced_number"
        if self._said.outside and (
            not self._said.runs.isdisjoint(_runs_of(own)) or not self._said.long_words.isdisjoint(own.split())
        ):
            yield "outside_words"
        if _may_hold_contact(small) and any(c.casefold() not in self._said.brief for c in _CONTACT.findall(text)):
            yield "foreign_contact"
        if any(phrase in small for phrase in self._never_say):
            yield "banned_phrase"

    def _unquoted(self, text: str) -> str:
        """Leave out the passages between quotation marks that a source does say, and what nobody sees."""

        def told(found: re.Match[str]) -> str:
            passage = _letters(found[1])
            return "" if any(passage in said for said in self._said.sayings) else found[0]

        text = text if text.isascii() else _seen(text)
        return _QUOTED.sub(told, text) if _may_quote(text) else text


@dataclass(frozen=True)
class Told:
    """Something that those who judge are told beside the desk: what a pure function makes of some things."""

    make: Callable[..., object]
    sources: tuple[object, ...]

    @classmethod
    def of(cls, make: Callable[..., object], *sources: object) -> Told:
        """Name what is told; it is made where it is wanted, and once for the very same sources."""
        return cls(make, sources)


def judging_data(desk: Desk, **more: Told) -> str:
    """Write a desk for those whose word decides, without what outside sources say, in ``more`` neither."""
    reader = censor(desk)
    told = {name: desk.memo.of(_Judged(one.make, reader), *one.sources) for name, one in more.items()}
    return desk.as_judging_data(told)


@dataclass(frozen=True)
class _Judged:
    """Writes what a function makes, for those who judge."""

    make: Callable[..., object]
    reader: Censor

    def __call__(self, *sources: object) -> str:
        return canonical(_withheld(self.reader, self.make(*sources)))


def _withheld(reader: Censor, node: object) -> object:
    if isinstance(node, str):
        return reader.withheld(node)
    if isinstance(node, list):
        return [_withheld(reader, child) for child in node]
    return {key: _withheld(reader, child) for key, child in node.items()} if isinstance(node, dict) else node


def shipped(desk: Desk, text: str) -> tuple[str, tuple[RepairKind, ...]]:
    """Return a text that must not be empty without what may not be shipped, and what was wrong with the rest."""
    left, wrong = censor(desk).kept(text)
    return left or (UNTRACED if text.strip() else text), wrong


def censor(desk: Desk) -> Censor:
    """Return the censor of a desk, once a run."""
    return desk.memo.of(Censor, desk)


def _letters(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def _runs_of(text: str) -> Iterator[tuple[str, ...]]:
    words = _WORD.findall(text.casefold())
    return zip(*[words[i:] for i in range(_RUN)], strict=False)


def _seen(text: str) -> str:
    hidden = {ord(c): "" for c in set(_BEYOND_ASCII.findall(text)) if unicodedata.category(c) == "Cf"}
    return text.translate(hidden) if hidden else text


def _may_quote(text: str) -> bool:
    return "“" in text or '"' in text or "„" in text or "«" in text


def _may_hold_contact(small: str) -> bool:
    marked = "@" in small or "[at]" in small or "://" in small or "www." in small or "+" in small
    return marked or _FOUR_DIGITS.search(small) is not None
