"""A person: how we find what is said of somebody, and how it is taken out."""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cached_property
from typing import Self
from urllib.parse import quote

from pydantic import Field, JsonValue, field_validator

from nexusplanner.domain.model import DomainModel
from nexusplanner.domain.pointer import leaves
from nexusplanner.errors import InputError

ERASED = "[erased]"
"""What stands where a person was named."""
_LEAST = 3
_MOST = 254
# An address within a longer one is somebody else's: neither "joann@x.io" nor "jo.ann@x.io" is "ann@x.io". Text that
# was written as JSON may put an escape directly before a name.
_BEFORE = r"(?:(?<![\w+%-])(?<!\w\.)|(?<=\\[nrtbf])|(?<=\\u[0-9a-fA-F]{4}))"
_AFTER = r"(?![\w-])(?!\.\w)"


class Person(DomainModel):
    """Somebody whose data is asked for: all that names them, such as an e-mail address, a full name, a customer id."""

    names: tuple[str, ...] = Field(min_length=1, max_length=32)

    @classmethod
    def of(cls, *names: str) -> Self:
        """Name a person.

        Raises:
            InputError: A name is shorter than 3 or longer than 254 characters, or there is none or more than 32.
        """
        told = tuple(name.strip() for name in names)
        for name in told:
            if not _LEAST <= len(name) <= _MOST:
                raise InputError(
                    "too short or too long to tell a person by",
                    field="person",
                    value=name,
                    fix=f"Use {_LEAST} to {_MOST} characters, such as an e-mail address.",
                )
        if not 1 <= len(told) <= 32:
            raise InputError("no person is named, or by too many names", field="person", fix="Give 1 to 32 names.")
        return cls(names=told)

    @field_validator("names")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(names))

    def is_in(self, value: JsonValue) -> bool:
        """Tell whether a text, or any text within a JSON value, names the person."""
        if isinstance(value, str):
            return self._pattern.search(value) is not None
        if isinstance(value, dict):
            return any(self.is_in(key) or self.is_in(child) for key, child in value.items())
        return isinstance(value, list) and any(self.is_in(child) for child in value)

    def places(self, value: JsonValue) -> dict[str, str]:
        """Return the texts within a JSON value that name the person, by their pointers (``/evidence/3/quote``)."""
        found = {at: text for at, text in leaves(value) if isinstance(text, str) and self.is_in(text)}
        return found | {at: at for at, _ in leaves(value) if self.is_in(at)}

    def taken_out(self, text: str) -> str:
        """Return a text with ``[erased]`` in place of the person; JSON stays JSON."""
        return self._pattern.sub(ERASED, text)

    def taken_out_of(self, value: JsonValue) -> JsonValue:
        """Return a JSON value with ``[erased]`` in place of the person, in keys, too."""
        if isinstance(value, str):
            return self.taken_out(value)
        if isinstance(value, dict):
            return {self.taken_out(key): self.taken_out_of(child) for key, child in value.items()}
        return [self.taken_out_of(child) for child in value] if isinstance(value, list) else value

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        spellings = sorted({form for name in self.names for form in _spellings(name)}, key=lambda s: (-len(s), s))
        return re.compile(f"{_BEFORE}(?:{'|'.join(map(re.escape, spellings))}){_AFTER}", re.IGNORECASE)

    def __repr__(self) -> str:
        return f"<Person of {len(self.names)} names>"  # an error or a log that shows it names nobody


def _spellings(name: str) -> set[str]:
    """Return a name as it may stand in texts: in each Unicode form, in a URL, in JSON, and in JSON within JSON."""
    forms = {unicodedata.normalize(form, name) for form in ("NFC", "NFD", "NFKC")} | {name}
    once = {json.dumps(form)[1:-1] for form in forms}
    twice = {json.dumps(form)[1:-1] for form in once}
    return forms | once | twice | {quote(form, safe="") for form in forms}
