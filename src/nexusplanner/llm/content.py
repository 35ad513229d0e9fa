"""A reply becomes a typed value, or is refused: complete, strict, and citing only what it was given."""

from __future__ import annotations

import re

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from nexusplanner.errors import ProviderContentError
from nexusplanner.llm.leaks import leaks_of
from nexusplanner.llm.messages import FRAME
from nexusplanner.llm.request import Request, T, Usage

MAX_REPLY = 1_000_000
MAX_DEPTH = 64
_FENCE = "```"
_ID = re.compile(r"\b(?:ev|calc)-[a-z_]+-(?:[0-9a-f]{4,}|(?=[0-9a-z]*\d)[0-9a-z]{4,})\b", re.IGNORECASE)
_UNSEEN = re.compile("[\x00\u00ad\u200b\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\U000e0000-\U000e007f]")
"""What nobody sees: it says nothing to a reader, and hides numbers and words from code."""
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
    """A reply was refused; carries it, so that it can be asked to be mended.

    Args:
        why: What is wrong, for everybody: it stands in plans and logs, so nothing the reply made up is in it.
        reply: The reply.
        usage: What it cost.
        detail: What is wrong, for the model alone; ``why`` where it is left out.
    """

    def __init__(self, why: str, *, reply: str, usage: Usage, detail: str = "") -> None:
        super().__init__(why)
        self.reply, self.usage, self.detail = reply, usage, detail or why
        self.times = 1
        """How many replies were refused, this one among them."""


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
    leaks = leaks_of(instruction_of(request))
    try:
        if leaks.found_in(text):
            raise _repeating(usage)
        texts, names = list[str](), list[str]()
        raw = _as_seen(from_json(_object_in(text), allow_inf_nan=False), texts, names)
        found_in = leaks.found_in if "\\" in text or _UNSEEN.search(text) else leaks.found_in_order
        if found_in(" ".join((*texts, *names))):  # a run of words may be spread over either
            raise _repeating(usage)
        value = request.schema.model_validate(raw)
    except (ValueError, ValidationError) as error:
        raise ContentRefusedError(
            f"The reply does not fit the schema: {_first_fault(error)}.",
            reply=text[:20_000],
            usage=usage,
            detail=f"The reply does not fit the schema: {_first_fault(error, is_quoting=True)}.",
        ) from error
    unknown = sorted({i for i in ids_in(value) if i not in request.allowed_ids})
    if unknown:
        raise ContentRefusedError(
            f"It cites {len(unknown)} {'id' if len(unknown) == 1 else 'ids'} never given.",
            reply=text[:20_000],
            usage=usage,
            detail=f"It cites {unknown[0]!r}, which was not given.",
        )
    return value


def instruction_of(request: Request[T]) -> str:
    """Return the words of an instruction that no reply may repeat: what was filled in is not among them."""
    return f"{request.prompt.text}\n{FRAME}"


def _repeating(usage: Usage) -> ContentRefusedError:
    return ContentRefusedError("The reply repeats its instructions.", reply="{}", usage=usage)


def ids_in(value: object) -> list[str]:
    """Find every id of evidence or a calculation within a value: in its prose, and whatever its fields cite."""
    found: list[str] = []
    _gather_ids(value, found)
    return found


def _gather_ids(node: object, found: list[str]) -> None:
    if isinstance(node, str):
        if "-" in node and ("ev-" in (small := node.lower()) or "calc-" in small):
            found += _ID.findall(node)
    elif isinstance(node, BaseModel | dict):
        for key, child in (vars(node) if isinstance(node, BaseModel) else node).items():
            if key in _CITING and isinstance(child, list | tuple):
                found += map(str, child)
            else:
                _gather_ids(child, found)
    elif isinstance(node, list | tuple):
        for child in node:
            _gather_ids(child, found)


def _object_in(text: str) -> str:
    """Find the object, fenced or among prose, in time that grows with the text alone."""
    fence = text.find(_FENCE)
    closed = text.find(f"\n{_FENCE}", fence + 1) if fence >= 0 else -1
    body = text[fence:closed] if closed >= 0 else text
    start, end = body.find("{"), body.rfind("}")
    if start < 0 or end < start:
        raise ValueError("there is no JSON object in it")
    return body[start : end + 1]


def _as_seen(node: object, texts: list[str], names: list[str], depth: int = 0) -> object:
    """Return what is read without what nobody sees, and note its texts and the names of its fields.

    Raises:
        ValueError: It is nested too deep. What parsed it goes deeper, but not without end.
    """
    if isinstance(node, str):
        texts.append(text := _seen(node))
        return text
    if depth == MAX_DEPTH:
        raise ValueError(f"it is nested deeper than {MAX_DEPTH} levels")
    if isinstance(node, dict):
        seen = {_seen(key): _as_seen(child, texts, names, depth + 1) for key, child in node.items()}
        names.extend(seen)
        return seen
    return [_as_seen(child, texts, names, depth + 1) for child in node] if isinstance(node, list) else node


def _seen(text: str) -> str:
    return text if text.isascii() and "\0" not in text else _UNSEEN.sub("", text)


def _first_fault(error: Exception, *, is_quoting: bool = False) -> str:
    """Name the first fault; the name of a field that nobody asked for is the reply's own word."""
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        loc = first["loc"] if is_quoting or first["type"] != "extra_forbidden" else first["loc"][:-1]
        return f"{'.'.join(map(str, loc)) or 'value'}: {first['msg']}"
    return str(error)[:200]
