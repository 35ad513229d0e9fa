"""A conversation as a request: what a chat application sends, in the form the chain's policies know."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

from langchain_core.messages import AIMessage, BaseMessage
from pydantic import BaseModel, ConfigDict, SkipValidation, WithJsonSchema

from nexusplanner.llm.request import Request
from nexusplanner.prompts import Prompt

if TYPE_CHECKING:
    from nexusplanner.llm.opened import OpenedStream
    from nexusplanner.llm.purse import Purse

TASK = "chat"
_NO_PROMPT = Prompt(id="chat/messages", purpose="", variables=frozenset(), text="", sha256="")
_TOKENS_OF_AN_IMAGE = 4096
_IMAGES = frozenset({"image", "image_url"})


@dataclass(frozen=True)
class Structured:
    """The form a reply is wanted in."""

    schema: Mapping[str, object] | type
    """Anything LangChain's ``with_structured_output`` takes."""
    options: Mapping[str, object] = field(default_factory=dict)
    """``method``, ``strict``: handed on to the model that is asked."""


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
    attempts: int = 0
    """Calls made so far, over all rungs."""
    opened: OpenedStream | None = None
    """Where the reply is streamed: the stream whose first words have come."""

    def text(self) -> str:
        """Return all that is sent, for counting; images count as what vendors charge for a large one."""
        sent = [[m.type, _counted(m.content), getattr(m, "tool_calls", ())] for m in self.messages]
        return json.dumps([sent, self.options, str(self.structured or "")], ensure_ascii=False, default=str)


class Reply(BaseModel):
    """What a chat model said, as the answer to a request."""

    model_config = ConfigDict(frozen=True)

    message: Annotated[AIMessage, SkipValidation, WithJsonSchema({"type": "object"})]


def chat_request(conversation: Conversation, *, tenant: str, purse: Purse) -> Request[Reply]:
    """Dress a conversation as a request, so that budgets, retries and fallback treat it as any other."""
    return Request(
        task=TASK,
        prompt=_NO_PROMPT,
        variables={},
        inputs=conversation,
        data=conversation.text,
        schema=Reply,
        tenant=tenant,
        purse=purse,
    )


def _counted(content: object) -> object:
    if not isinstance(content, list):
        return content
    return ["x" * (3 * _TOKENS_OF_AN_IMAGE) if isinstance(b, dict) and b.get("type") in _IMAGES else b for b in content]
