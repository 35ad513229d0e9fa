"""What a reply on OpenAI's wire says, whole or in pieces."""

from __future__ import annotations

from typing import cast

from nexusplanner.errors import ProviderContentError, ProviderPermanentError, ProviderTransientError
from nexusplanner.llm.content import MAX_REPLY
from nexusplanner.llm.wire import Hear, Said


def said_of(told: dict[str, object], *, wanted: str) -> Said:
    """Read a whole chat completion.

    Args:
        told: The reply's JSON.
        wanted: The tool it was to call, where it was to call one.

    Raises:
        ProviderPermanentError: It has no choices.
    """
    choices = told.get("choices")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        raise ProviderPermanentError("The chat completion has no choices.")
    message = _table(choices[0].get("message"))
    name, arguments = _called(message)
    tokens_in, tokens_out = _counted(told.get("usage"))
    return Said(
        text=arguments if name else _text(message.get("content")),
        finish_reason=str(choices[0].get("finish_reason") or "").lower(),
        refusal=_text(message.get("refusal")),
        tokens_in=tokens_in,
        tokens_out=tokens_out,
        model=str(told.get("model") or ""),
        other_tool=name if name != wanted else "",
    )


class Deltas:
    """Gathers the pieces of a stream, and tells the words among them.

    Args:
        hear: Takes each piece of text.
        wanted: The tool it was to call, where it was to call one.
    """

    def __init__(self, hear: Hear, *, wanted: str) -> None:
        self._hear, self._wanted = hear, wanted
        self._pieces, self._refusal, self._name = list[str](), "", ""
        self._length, self._reason, self._model = 0, "", ""
        self._usage: object = None

    def take(self, told: dict[str, object]) -> None:
        """Read one event.

        Raises:
            ProviderTransientError: The server tells of an error in mid-stream.
            ProviderContentError: The reply is longer than a reply may be.
        """
        if error := told.get("error"):
            said = error.get("message") if isinstance(error, dict) else error
            raise ProviderTransientError(f"It broke off in mid-stream: {str(said)[:160]}")
        self._usage = told.get("usage") or self._usage
        self._model = str(told.get("model") or self._model)
        choices = told.get("choices")
        choice = _table(choices[0]) if isinstance(choices, list) and choices else {}
        self._reason = str(choice.get("finish_reason") or self._reason).lower()
        delta = _table(choice.get("delta"))
        self._refusal += _text(delta.get("refusal"))
        name, arguments = _called(delta)
        self._name += name
        if piece := arguments or _text(delta.get("content")):
            self._add(piece)

    def said(self) -> Said:
        """Return the whole of it.

        Raises:
            ProviderTransientError: The stream stopped without its end.
        """
        if not self._reason:
            raise ProviderTransientError("The stream stopped without its end marker.")
        tokens_in, tokens_out = _counted(self._usage)
        return Said(
            "".join(self._pieces),
            self._reason,
            self._refusal,
            tokens_in,
            tokens_out,
            self._model,
            other_tool=self._name if self._name != self._wanted else "",
        )

    def _add(self, piece: str) -> None:
        self._length += len(piece)
        if self._length > MAX_REPLY:
            raise ProviderContentError("The reply is longer than a million characters.")
        self._pieces.append(piece)
        self._hear(piece)


def _called(message: dict[str, object]) -> tuple[str, str]:
    """Return name and arguments of the first tool called; empty where none was."""
    calls = message.get("tool_calls")
    function = _table(_table(calls[0]).get("function")) if isinstance(calls, list) and calls else {}
    return str(function.get("name") or ""), _text(function.get("arguments"))


def _counted(usage: object) -> tuple[int | None, int | None]:
    told = _table(usage)
    tokens_in, tokens_out = told.get("prompt_tokens"), told.get("completion_tokens")
    if not isinstance(tokens_in, int) or not isinstance(tokens_out, int):
        return None, None
    return tokens_in, tokens_out


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _table(value: object) -> dict[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}
