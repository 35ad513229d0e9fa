"""A provider that knows the whole answer, and cuts each reply at the most tokens it gives."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from nexusplanner.domain.model import JsonObject
from nexusplanner.testing.completion import Completion

_CHARACTERS = 4
"""What a token is here."""
_PAGE = re.compile(r'the list "(\w+)" now, from number (\d+) on, at most (\d+)')


@dataclass(frozen=True)
class Said:
    """One reply, and whether it was cut."""

    text: str
    is_cut: bool
    tokens_out: int


def said(whole: Mapping[str, object], system: str, user: str, *, most_tokens: int) -> Said:
    """Answer what is asked for of the whole: some fields, or some items of one list."""
    text = json.dumps(_wanted(whole, system, user))
    most = most_tokens * _CHARACTERS
    return Said(text[:most], len(text) > most, min(len(text) // _CHARACTERS + 1, most_tokens))


def cutting(whole: Mapping[str, object], *, most_tokens: int) -> Callable[[JsonObject], Completion]:
    """Serve an answer on OpenAI's wire or Bedrock's."""

    def respond(body: JsonObject) -> Completion:
        system, user = _texts(body)
        reply = said(whole, system, user, most_tokens=most_tokens)
        reason = "length" if reply.is_cut else "stop"
        return Completion(reply.text, finish_reason=reason, tokens_out=reply.tokens_out)

    return respond


def _wanted(whole: Mapping[str, object], system: str, user: str) -> dict[str, object]:
    if page := _PAGE.search(system):
        items = whole[page[1]]
        assert isinstance(items, Sequence)
        first, most = int(page[2]) - 1, int(page[3])
        return {"items": items[first : first + most], "is_last": first + most >= len(items)}
    schema = json.loads(user[user.rindex("nothing else:") :].partition("\n")[2])
    return {name: whole[name] for name in schema["properties"] if name in whole}


def _texts(body: JsonObject) -> tuple[str, str]:
    messages = body["messages"]
    assert isinstance(messages, list)
    texts = [_text(message) for message in messages]
    if isinstance(system := body.get("system"), list):
        return " ".join(_text({"content": [block]}) for block in system), texts[0]
    return texts[0], texts[1]


def _text(message: object) -> str:
    content = message["content"] if isinstance(message, dict) else ""
    if isinstance(content, str):
        return content
    assert isinstance(content, list)
    return "".join(str(block["text"]) for block in content if isinstance(block, dict))
