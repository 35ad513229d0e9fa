"""Any LangChain chat model as a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage, SystemMessage
from pydantic_core import to_json

from nexusplanner.errors import ProviderContentError, ProviderTransientError
from nexusplanner.llm.content import MAX_REPLY
from nexusplanner.llm.finish import finish_reason, lacks_end
from nexusplanner.llm.wire import Exchange, Form, Hear, Role, Said

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

_MESSAGES: dict[Role, type[BaseMessage]] = {"system": SystemMessage, "user": HumanMessage, "assistant": AIMessage}
_OF_CLASS: dict[str, tuple[Form, ...]] = {
    "BaseChatOpenAI": ("json_schema", "tool", "json_object", "text"),
    "ChatBedrockConverse": ("json_schema", "tool", "text"),
}
"""What the vendors' own classes can carry; of any other it is only known whether it binds tools."""

_UNFINISHED = {"LengthFinishReasonError": "length", "ContentFilterFinishReasonError": "content_filter"}
"""The OpenAI client raises where a reply that was to fit a schema was not finished."""


class ChatWire:
    """Asks a chat model; of its parsers of replies none is used, since they complete what was cut.

    Args:
        chat: The model; its own retries should be off.
    """

    def __init__(self, chat: BaseChatModel) -> None:
        self._chat, self.forms = chat, _forms_of(chat)

    @property
    def tells_end(self) -> bool:
        """False: the models of some vendors never say; those that always do are held to it by :meth:`say`."""
        return False

    async def say(self, exchange: Exchange, hear: Hear | None) -> Said:
        """Ask, whole or as a stream.

        Raises:
            ProviderTransientError: The stream stopped without its end.
            ProviderContentError: The reply is too long.
        """
        asked = self._in_form(exchange)
        messages = [_MESSAGES[role](text) for role, text in exchange.messages]
        try:
            reply = await asked.ainvoke(messages) if hear is None else await _streamed(asked, messages, hear)
        except Exception as error:
            if reason := _UNFINISHED.get(type(error).__name__):
                return Said("", reason)
            raise
        if lacks_end(reply.response_metadata):
            raise ProviderTransientError("The reply stopped without its end marker.")
        return _said(reply, exchange.schema_name if exchange.form == "tool" else "")

    def _in_form(self, exchange: Exchange) -> Runnable[Any, AIMessage]:
        asked = {"name": exchange.schema_name, "schema": dict(exchange.schema), "strict": True}
        if exchange.form == "json_schema":
            return self._chat.bind(response_format={"type": "json_schema", "json_schema": asked})
        if exchange.form == "json_object":
            return self._chat.bind(response_format={"type": "json_object"})
        if exchange.form == "text":
            return self._chat
        tool = {"title": exchange.schema_name, "description": "Gives the answer.", **exchange.schema}
        return self._chat.bind_tools([tool], tool_choice=exchange.schema_name)


def _forms_of(chat: BaseChatModel) -> tuple[Form, ...]:
    for known in type(chat).__mro__:
        if forms := _OF_CLASS.get(known.__name__):
            return forms
    binds_tools = type(chat).bind_tools is not BaseChatModel.bind_tools
    return ("tool", "text") if binds_tools else ("text",)


async def _streamed(asked: Runnable[Any, AIMessage], messages: list[BaseMessage], hear: Hear) -> AIMessage:
    """Gather a stream; partial text is told and never parsed."""
    whole: AIMessageChunk | None = None
    length = 0
    async for chunk in asked.astream(messages):
        piece = cast("AIMessageChunk", chunk)
        whole = piece if whole is None else whole + piece
        words = piece.text or "".join(call["args"] or "" for call in piece.tool_call_chunks)
        length += len(words)
        if length > MAX_REPLY:
            raise ProviderContentError("The reply is longer than a million characters.")
        if words:
            hear(words)
    if whole is None:
        raise ProviderTransientError("The stream ended without a word.")
    return whole


def _said(reply: AIMessage, wanted: str) -> Said:
    counted = reply.usage_metadata
    called = next(iter(reply.tool_calls), None)
    broken = next(iter(reply.invalid_tool_calls), None)
    name = called["name"] if called else (broken["name"] or "?") if broken else ""
    arguments = to_json(called["args"]).decode() if called else (broken["args"] or "") if broken else ""
    return Said(
        text=arguments if name else reply.text,
        finish_reason=finish_reason(reply.response_metadata),
        refusal=str(reply.additional_kwargs.get("refusal") or ""),
        tokens_in=counted["input_tokens"] if counted else None,
        tokens_out=counted["output_tokens"] if counted else None,
        model=str(reply.response_metadata.get("model_name") or reply.response_metadata.get("model_id") or ""),
        other_tool=name if name != wanted else "",
    )
