"""A conversation as a request: what a chat application sends, in the form the chain's policies know."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, is_typeddict

from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import BaseModel, ConfigDict, PlainSerializer, PlainValidator, WithJsonSchema, field_validator

from nexusplanner.errors import ConfigurationError
from nexusplanner.llm.request import Request, T, Usage
from nexusplanner.prompts import Prompt

if TYPE_CHECKING:
    from nexusplanner.llm.opened import OpenedStream
    from nexusplanner.llm.purse import Purse

TASK = "chat"
PARSED = "parsed"
"""Where a filled form stands among a message's ``additional_kwargs``."""
_NO_PROMPT = Prompt(id="chat/messages", purpose="", variables=frozenset(), text="", sha256="")
_TOKENS_OF_AN_IMAGE = 4096
_NOT_SENT = {"id", "response_metadata", "usage_metadata", "artifact"}
_IMAGES = frozenset({"image", "image_url"})


@dataclass(frozen=True)
class Structured:
    """The form a reply is wanted in."""

    schema: Mapping[str, object] | type
    """Anything LangChain's ``with_structured_output`` takes."""
    options: Mapping[str, object] = field(default_factory=dict)
    """``method``, ``strict``: handed on to the model that is asked."""


@dataclass(frozen=True)
class Condensed:
    """What a summary stands for, and what it cost now: nothing where it was written before."""

    messages: int
    usage: Usage


@dataclass
class Conversation:
    """The messages of one call, and what came of asking each rung."""

    messages: Sequence[BaseMessage]
    options: Mapping[str, object] = field(default_factory=dict)
    """What the caller bound or passed with the call (``tools``, ``tool_choice``, ``temperature``)."""
    structured: Structured | None = None
    is_streamed: bool = False
    is_blocking: bool = False
    """Whether the models' sync methods are called, each in a thread: a sync caller has no loop that lasts."""
    first: str = ""
    """The model that is asked first; empty for the usual order."""
    must_be_whole: bool = False
    """Whether words that were cut are of no use."""
    attempts: int = 0
    """Calls made so far, over all rungs."""
    condensed: Condensed | None = None
    """Set where a summary stands among the messages."""
    opened: OpenedStream | None = None
    """Where the reply is streamed: the stream whose first words have come."""

    def text(self) -> str:
        """Return all that is sent, for counting; images count as what vendors charge for a large one."""
        sent = [[m.type, _counted(m.content), getattr(m, "tool_calls", ())] for m in self.messages]
        form = [_form_schema(self.structured), self.structured.options] if self.structured else ""
        text = json.dumps([sent, self.options, form, self.first], ensure_ascii=False, default=str)
        return text.encode("utf-8", "replace").decode()


def _message(value: object) -> AIMessage:
    """Take a message as it is, or as it was kept."""
    return value if isinstance(value, AIMessage) else AIMessage.model_validate(value)


def _plain(message: AIMessage) -> dict[str, object]:
    """Write a message as plain JSON; letters that no file can hold become question marks."""
    text = json.dumps(message.model_dump(mode="json"), ensure_ascii=False)
    plain: dict[str, object] = json.loads(text.encode("utf-8", "replace"))
    return plain


class Reply(BaseModel):
    """What a chat model said, as the answer to a request."""

    model_config = ConfigDict(frozen=True)

    message: Annotated[AIMessage, PlainValidator(_message), PlainSerializer(_plain), WithJsonSchema({"type": "object"})]


@lru_cache(maxsize=64)
def reply_with(form: type[BaseModel]) -> type[Reply]:
    """Return the kind of reply that holds a filled form; one that was kept as text is filled again."""

    class FilledReply(Reply):
        @field_validator("message")
        @classmethod
        def _filled(cls, message: AIMessage) -> AIMessage:
            parsed = message.additional_kwargs.get(PARSED)
            if isinstance(parsed, Mapping):
                message.additional_kwargs[PARSED] = form.model_validate(parsed, by_alias=True, by_name=True)
            return message

    return FilledReply


def conversation_of(request: Request[T]) -> Conversation:
    """Return the conversation that a request is for.

    Raises:
        ConfigurationError: It is for a task.
    """
    if not isinstance(request.inputs, Conversation):
        raise ConfigurationError(f"{request.task!r} is no conversation.", fix="Use ChatRung for tasks.")
    return request.inputs


def chat_request(conversation: Conversation, *, tenant: str, purse: Purse) -> Request[Reply]:
    """Dress a conversation as a request, so that budgets, retries and fallback treat it as any other."""
    return Request(
        task=TASK,
        prompt=_NO_PROMPT,
        variables={},
        inputs=conversation,
        data=conversation.text,
        schema=_reply_to(conversation),
        tenant=tenant,
        purse=purse,
    )


def can_be_kept(conversation: Conversation) -> bool:
    """Tell whether a reply can be kept as text: a stream cannot, nor a form of a class that text does not fill."""
    form = conversation.structured.schema if conversation.structured else {}
    is_plain = isinstance(form, Mapping) or is_typeddict(form) or issubclass(form, BaseModel)
    return is_plain and not conversation.is_streamed


def told_apart(request: Request[T]) -> Request[T]:
    """Sign a request with all that its conversation holds: pictures and ids of calls, which the text leaves out."""
    sent = [m.model_dump(mode="json", exclude=_NOT_SENT, fallback=str) for m in conversation_of(request).messages]
    sha256 = hashlib.sha256(json.dumps(sent).encode()).hexdigest()
    return replace(request, prompt=replace(request.prompt, sha256=sha256))


def _reply_to(conversation: Conversation) -> type[Reply]:
    form = conversation.structured.schema if conversation.structured else None
    return reply_with(form) if isinstance(form, type) and issubclass(form, BaseModel) else Reply


def _form_schema(structured: Structured) -> Mapping[str, object]:
    """Return a form as a JSON Schema: what is sent, whatever the class is called."""
    form = structured.schema
    return form if isinstance(form, Mapping) else _class_schema(form)


@lru_cache(maxsize=64)
def _class_schema(form: type) -> Mapping[str, object]:
    try:
        return convert_to_openai_tool(form)
    except Exception as error:
        raise ConfigurationError(
            f"{form!r} is no form: {str(error)[:160]}", fix="Use a Pydantic class, a TypedDict or a JSON Schema."
        ) from error


def _counted(content: object) -> object:
    if not isinstance(content, list):
        return content
    return ["x" * (3 * _TOKENS_OF_AN_IMAGE) if isinstance(b, dict) and b.get("type") in _IMAGES else b for b in content]
