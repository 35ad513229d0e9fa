"""A provider that knows the whole answer, and cuts each reply at the most tokens it gives."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence

from nexusplanner.domain.model import JsonObject
from nexusplanner.testing.completion import Completion

_CHARACTERS = 4
"""What a token is here."""
_PAGE = re.compile(r'the list "(\w+)" now, from number (\d+) on, at most (\d+)')


def cutting(whole: Mapping[str, object], *, most_tokens: int) -> Callable[[JsonObject], Completion]:
    """Serve an answer on OpenAI's wire or Bedrock's."""

    def respond(body: JsonObject) -> Completion:
        system, user = texts_of(body)
        text, most = json.dumps(_wanted(whole, system, user)), most_tokens * _CHARACTERS
        reason = "length" if len(text) > most else "stop"
        return Completion(text[:most], finish_reason=reason, tokens_out=min(len(text) // _CHARACTERS + 1, most_tokens))

    return respond


def _wanted(whole: Mapping[str, object], system: str, user: str) -> dict[str, object]:
    if page := _PAGE.search(system):
        items = whole[page[1]]
        assert isinstance(items, Sequence)
        first, most = int(page[2]) - 1, int(page[3])
        return {"items": items[first : first + most], "is_last": first + most >= len(items)}
    schema = json.loads(user[user.rindex("nothing else:") :].partition("\n")[2])
    return {name: whole[name] for name in schema["properties"] if name in whole}


def texts_of(body: JsonObject) -> tuple[str, str]:
    """Return the instruction and the data of a request, on either wire."""
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
