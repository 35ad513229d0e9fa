"""Leaks: words of the instruction that come back in a reply, however they are written.

An instruction is no secret of ours, but it may be of those who wrote their own; and a reply that repeats it is an
answer to somebody else. Looked for are a run of its words, and any mark in it that has letters and digits, such as a
canary: as they stand, spaced out, backwards, by ROT13, and within base64, hex and JSON or URL escapes.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote

from nexusplanner.llm.wire import Hear

_RUN = 40
_STRIDE = 12
"""A run of 51 letters and digits of the instruction is always found; a shorter one than 40 never is."""
_MARK = re.compile(r"(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{8,}")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}[\s:]?){8,}")
_MAY_BE_HEX = re.compile(r"[0-9A-Fa-f\s:]{16,}")
_BETWEEN = re.compile(r"[\W_]+")
"""What is no letter and no digit."""
_BEYOND_ASCII = re.compile(r"[a-z0-9]?[^\x00-\x7f]+")
"""Other letters and marks, with the letter before them: a mark may belong to it."""
_NO_WORD = bytes(code for code in range(128) if not chr(code).isalnum())
_SMALL = bytes(range(256)).lower()
_AS_HEX = bytes(code >= 128 or chr(code) in "0123456789ABCDEFabcdef:" or chr(code).isspace() for code in range(256))
"""Marks the bytes that hex may be written with; a letter that is no ASCII may be a space."""
_LEAST_HEX = bytes([1]) * 16
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})")
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
HELD_BACK = 240
_LOOKED_AT = 4 * HELD_BACK
_AT_A_TIME = 96
_MOST_KNOWN, _LONGEST_KNOWN = 256, 80
"""Runs of base64 that are remembered, and their letters: an id is, a page that a reply is filled with is not."""


class Leaks:
    """Finds an instruction in what a model says.

    Args:
        instruction: Our words, without what was filled in: a reply may well name its own aim.
    """

    def __init__(self, instruction: str) -> None:
        self._runs = frozenset(run for said in _disguised(_squeezed(instruction)) for run in _runs_of(said))
        self._marks = frozenset(said for mark in _MARK.findall(instruction) for said in _disguised(_squeezed(mark)))

        self._known: dict[str, bool] = {}
        self._least = min((_RUN, *map(len, self._marks)))

    def found_in(self, text: str) -> bool:
        """Tell whether a text repeats the instruction."""
        plain = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "\\u" in text else text
        return self.found_in_order(plain) or any(map(self._is_hidden_in, _BASE64.findall(plain)))

    def found_in_order(self, text: str) -> bool:
        """Tell whether the parts of a text repeat it that was looked at already as it stood, in another order."""
        return any(self._stands_in(view) for view in _views(text))

    def _is_hidden_in(self, base64: str) -> bool:
        """Tell whether a run of base64 hides it; the same ids come in many replies."""
        known = self._known.get(base64)
        if known is None:  # other threads read replies, too: what is kept may be gone the moment after
            known = any(map(self._stands_in, _of_base64(base64)))
            if len(base64) <= _LONGEST_KNOWN:
                if len(self._known) >= _MOST_KNOWN:
                    self._known.clear()
                self._known[base64] = known
        return known

    def _stands_in(self, squeezed: str) -> bool:
        if len(squeezed) < self._least:
            return False
        if any(mark in squeezed for mark in self._marks):
            return True
        return not self._runs.isdisjoint(_runs_of(squeezed, stride=_STRIDE))


@lru_cache(maxsize=64)
def leaks_of(instruction: str) -> Leaks:
    """Return what finds an instruction; each is read once."""
    return Leaks(instruction)


class HeldBack:
    """Tells words as they come, but for the last ones: what is told was looked at, and holds no instruction.

    Args:
        hear: Who is told.
        leaks: What finds the instruction.
    """

    def __init__(self, hear: Hear, leaks: Leaks) -> None:
        self._hear, self._leaks = hear, leaks
        self._held, self._told, self._unseen, self._is_shut = "", "", 0, False

    def __call__(self, text: str) -> None:
        """Take a piece, and tell what is far enough from the end."""
        self._held += text
        self._unseen += len(text)
        if not self._is_shut and self._unseen >= _AT_A_TIME and len(self._held) > HELD_BACK:
            self._tell(len(self._held) - HELD_BACK)

    def flush(self) -> None:
        """Tell the rest, where the whole reply was taken."""
        if not self._is_shut and self._held:
            self._tell(len(self._held))

    def _tell(self, count: int) -> None:
        self._unseen = 0
        if self._leaks.found_in(self._told + self._held):
            self._is_shut, self._held = True, ""
            return
        piece, self._held = self._held[:count], self._held[count:]
        self._told = (self._told + piece)[-_LOOKED_AT:]
        self._hear(piece)


def _disguised(text: str) -> tuple[str, str, str]:
    """Return a text as it stands, backwards, and by ROT13: what is looked for, so that a reply is read once."""
    return text, text[::-1], codecs.encode(text, "rot13")


def _runs_of(text: str, *, stride: int = 1) -> list[str]:
    return [text[i : i + _RUN] for i in range(0, len(text) - _RUN + 1, stride)]


def _views(text: str) -> Iterator[str]:
    """Yield what a text may stand for that may be spread over several words."""
    yield _squeezed(text)
    yield from _of_hex_in(text)
    if _PERCENT.search(text):
        yield _squeezed(unquote(text))


def _of_hex_in(text: str) -> Iterator[str]:
    if _LEAST_HEX in text.encode("utf-8", "surrogatepass").translate(_AS_HEX):  # spares most texts the slow search
        for place in _MAY_BE_HEX.findall(text):
            for found in _HEX.findall(place):
                yield from _of_hex(found)


def _of_base64(found: str) -> tuple[str, ...]:
    """Squeeze what a run of base64 stands for."""
    body = found.rstrip("=").replace("-", "+").replace("_", "/")
    views = []
    for start in range(4 if len(body) > 20 else 1):  # a run may have begun before what is decoded
        part = body[start:] if (len(body) - start) % 4 != 1 else body[start:-1]
        views.append(_squeezed(base64.b64decode(part + "=" * (-len(part) % 4)).decode("utf-8", "ignore")))
    return tuple(views)


@lru_cache(maxsize=4096)
def _of_hex(found: str) -> tuple[str, ...]:
    try:
        return (_squeezed(bytes.fromhex(re.sub(r"[\s:]", "", found)).decode("utf-8", "ignore")),)
    except (ValueError, binascii.Error):
        return ()


def _squeezed(text: str) -> str:
    small = text.encode("utf-8", "surrogatepass").translate(_SMALL, _NO_WORD)
    if small.isascii():
        return small.decode("ascii")
    return _BEYOND_ASCII.sub(lambda found: _folded(found[0]), small.decode("utf-8", "surrogatepass"))


@lru_cache(maxsize=4096)
def _folded(found: str) -> str:
    """Squeeze a run of other letters and marks; most are dashes and quotation marks, and come again and again."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", found).casefold())
