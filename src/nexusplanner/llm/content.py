"""A reply becomes a typed value, or is refused: complete, strict, and citing only what it was given."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from nexusplanner.errors import ProviderContentError
from nexusplanner.llm.request import Request, T, Usage

MAX_REPLY = 1_000_000
_ID = re.compile(r"\b(?:ev|calc)-[a-z_]+-[0-9a-f]{4,}\b")
_CITING = frozenset({"evidence", "calculations", "proof"})
"""Fields that hold nothing but ids."""
_FENCED = re.compile(r"```(?:json)?\s*\n(.*?)\n\s*```", re.DOTALL)


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
        value = request.schema.model_validate(from_json(_object_in(text), allow_inf_nan=False))
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
    fenced = _FENCED.search(text)
    body = fenced[1] if fenced else text
    start, end = body.find("{"), body.rfind("}")
    if start < 0 or end < start:
        raise ValueError("there is no JSON object in it")
    return body[start : end + 1]


def _first_fault(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(map(str, first['loc'])) or 'value'}: {first['msg']}"
    return str(error)[:200]
