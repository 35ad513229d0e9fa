"""The audience of a brief: where it lives, what it speaks, which segments of the customers it is."""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    SerializerFunctionWrapHandler,
    StringConstraints,
    model_serializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

from nexusplanner.domain.model import DomainModel
from nexusplanner.domain.texts import Name, Text

MAX_SEGMENTS = 20
_SELECT = re.compile(r"(?:select|with)\b", re.IGNORECASE)


def _segment_rule(value: str) -> str:
    if not _SELECT.match(value) or "customer_summary" not in value.lower():
        fix = "Write SELECT customer_id FROM customer_summary WHERE ..."
        raise PydanticCustomError("rule", "not a SELECT over customer_summary", {"fix": fix})
    return value


SegmentRule = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000), AfterValidator(_segment_rule)
]
"""SQL: ``SELECT customer_id FROM customer_summary WHERE ...``."""


class AudienceSegment(DomainModel):
    """A segment the campaign addresses: one that the customer data knows, or one found by a rule.

    In a file, one without a rule is its name alone.
    """

    name: Name
    """A label of the customer data, a built-in segment's name or id, or the name of your rule."""
    rule: SegmentRule | None = None
    """``SELECT customer_id FROM customer_summary WHERE ...``"""

    @model_validator(mode="before")
    @classmethod
    def _named(cls, given: object) -> object:
        return {"name": given} if isinstance(given, str) else given

    @model_serializer(mode="wrap")
    def _as_given(self, plainly: SerializerFunctionWrapHandler) -> str | dict[str, str]:
        written: dict[str, str] = plainly(self)
        return self.name if self.rule is None else written

    def __str__(self) -> str:
        return self.name


class Audience(DomainModel):
    """Whom the campaign addresses."""

    description: Text | None = None
    regions: tuple[Name, ...] = ()
    """ISO 3166 country codes (``US``) or names."""
    languages: tuple[Name, ...] = ()
    segments: tuple[AudienceSegment, ...] = ()
    """Names, or mappings of ``name`` and ``rule``."""

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        if len(self.segments) > MAX_SEGMENTS:
            raise _fault(
                f"{len(self.segments):,} are more than the {MAX_SEGMENTS} a campaign may have", fix="Name fewer."
            )
        names = [segment.name.casefold() for segment in self.segments]
        twice = next((s.name for s, name in zip(self.segments, names, strict=True) if names.count(name) > 1), None)
        if twice is not None:
            raise _fault(f"{twice!r} is named twice", fix="Name each once.")
        return self


def _fault(problem: str, *, fix: str) -> PydanticCustomError:
    return PydanticCustomError("fault", "{problem}", {"problem": problem, "field": "segments", "fix": fix})
