"""A reply becomes a typed value, or is refused: complete, strict, and citing only what it was given."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from nexusplanner.errors import ProviderContentError
from nexusplanner.llm.request import Request, T, Usage

MAX_REPLY = 1_000_000
MAX_DEPTH = 64
_FENCE = "```"
_NESTING = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)
_ID = re.compile(r"\b(?:ev|calc)-[a-z_]+-[0-9a-f]{4,}\b")
_CITING = frozenset({"evidence", "calculations", "proof"})
"""Fields that hold nothing but ids."""


class ReplyUnusableError(ProviderContentError):
    """A reply was cut or withheld: asking the same again would bring the same; carries what it cost."""

    def __init__(self, why: str, *, usage: Usage) -> None:
        super().__init__(why)
        self.usage = usage


class ReplyCutError(ReplyUnusableError):
    """A reply ran into the most tokens it may have: the same question will, too, unless it is asked in parts."""


class ContentRefusedError(ProviderContentError):
    """A reply was refused; carries it, so that it can be asked to be mended."""

    def __init__(self, why: str, *, reply: str, usage: Usage) -> None:
        super().__init__(why)
        self.reply, self.usage = reply, usage


def parse_reply(text: str, request: Request[T], usage: Usage) -> T:
    """Turn a complete reply into the request's schema.

    Raises:
        ContentRefusedError: Too long, not one JSON object, not the schema, or an id that was never given.
    """
    if len(text) > MAX_REPLY:
        raise ContentRefusedError(
            "The reply is longer than a million characters.",
            reply=text[:2000],
            usage=usage,
        )
    try:
        found = _object_in(text)
        _check_depth(found)
        value = request.schema.model_validate(_without_nul(from_json(found, allow_inf_nan=False)))
    except (ValueError, ValidationError) as error:
        why = _first_fault(error)
        raise ContentRefusedError(
            f"The reply does not fit the schema: {why}.",
            reply=text[:20_000],
            usage=usage,
        ) from error
    unknown = sorted(i for i in ids_in(value) if i not in request.allowed_ids)
    if unknown:
        raise ContentRefusedError(
            f"It cites {unknown[0]!r}, which was not given.",
            reply=text[:20_000],
            usage=usage,
        )
    return value


def ids_in(value: object) -> Iterator[str]:
    """Find every id of evidence or a calculation within a value: in its prose, and whatever its fields cite."""
    if isinstance(value, BaseModel):
        value = value.model_dump()
    if isinstance(value, str):
        yield from _ID.findall(value)
    elif isinstance(value, dict):
        for key, child in value.items():
            is_cited = key in _CITING and isinstance(child, list | tuple)
            yield from (str(i) for i in child) if is_cited else ids_in(child)
    elif isinstance(value, list | tuple):
        for child in value:
            yield from ids_in(child)


def _object_in(text: str) -> str:
    """Find the object, fenced or among prose, in time that grows with the text alone."""
    fence = text.find(_FENCE)
    closed = text.find(f"\n{_FENCE}", fence + 1) if fence >= 0 else -1
    body = text[fence:closed] if closed >= 0 else text
    start, end = body.find("{"), body.rfind("}")
    if start < 0 or end < start:
        raise ValueError("there is no JSON object in it")
    return body[start : end + 1]


def _check_depth(text: str) -> None:
    depth = 0
    for found in _NESTING.finditer(text):
        mark = found[0]
        depth += (mark in "[{") - (mark in "]}") if len(mark) == 1 else 0
        if depth > MAX_DEPTH:
            raise ValueError(f"it is nested deeper than {MAX_DEPTH} levels")


def _without_nul(value: object) -> object:
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, list):
        return [_without_nul(child) for child in value]
    if isinstance(value, dict):
        return {_without_nul(key): _without_nul(child) for key, child in value.items()}
    return value


def _first_fault(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(map(str, first['loc'])) or 'value'}: {first['msg']}"
    return str(error)[:200]
