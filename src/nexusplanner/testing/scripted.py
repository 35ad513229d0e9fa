"""Models that say what a script tells them: one for the port ``Model``, one for LangChain's chat models."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatResult
from pydantic import BaseModel, PrivateAttr

from nexusplanner.llm.request import Answer, Request, T, Usage

_FREE = Usage()


class ScriptedModel:
    """A ``Model`` that gives each task its scripted answers, in order.

    Used as a context manager it fails where steps were left over.

    Args:
        script: Answers by task; an exception is raised instead of answered.
        name: What the rung is called.
        usage: What each answer is said to cost.
    """

    def __init__(
        self, script: Mapping[str, Sequence[BaseModel | Exception]], *, name: str = "scripted", usage: Usage = _FREE
    ) -> None:
        self.name = name
        self.asked: list[tuple[str, object]] = []
        """Task and inputs of every request, in order."""
        self._usage, self._left = usage, {task: deque(steps) for task, steps in script.items()}

    async def answer(self, request: Request[T]) -> Answer[T]:
        """Give the task's next scripted answer.

        Raises:
            AssertionError: The script holds no further answer to this task, or one in another schema.
        """
        self.asked.append((request.task, request.inputs))
        if not self._left.get(request.task):
            raise AssertionError(f"{request.task!r} was asked, but the script has no further answer to it.")
        step = self._left[request.task].popleft()
        if isinstance(step, Exception):
            raise step
        if not isinstance(step, request.schema):
            raise AssertionError(
                f"The script answers {request.task!r} with {type(step).__name__}, not {request.schema.__name__}."
            )
        return Answer(step, self.name, request.prompt.id, request.prompt.sha256, self._usage)

    def finish(self) -> None:
        """Check that the whole script was played.

        Raises:
            AssertionError: Steps are left over.
        """
        left = {task: len(steps) for task, steps in self._left.items() if steps}
        if left:
            raise AssertionError(f"Scripted answers were never asked for: {left}.")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is None:
            self.finish()


@dataclass(frozen=True)
class Reply:
    """One reply of a chat model."""

    text: str
    finish_reason: str = "stop"
    tokens_in: int | None = None
    """Prompt tokens reported; None reports no usage at all."""
    tokens_out: int = 0


Step = Reply | str | Exception
Script = Iterable[Step] | Callable[[Sequence[BaseMessage]], Step]


class ScriptedChatModel(BaseChatModel):
    """A LangChain chat model that plays scripted replies; exceptions among them are raised.

    Build one with :meth:`playing`.
    """

    model_name: str = "scripted-chat"
    _next: Callable[[Sequence[BaseMessage]], Step] = PrivateAttr()
    _seen: list[list[BaseMessage]] = PrivateAttr(default_factory=list)

    @classmethod
    def playing(cls, script: Script, *, model_name: str = "scripted-chat") -> Self:
        """Build the model from replies in order, or from a function of the messages."""
        chat = cls(model_name=model_name)
        chat._next = script if callable(script) else _in_order(script)
        return chat

    @property
    def seen(self) -> tuple[list[BaseMessage], ...]:
        """The messages of every call."""
        return tuple(self._seen)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: object,
    ) -> ChatResult:
        del stop, run_manager, kwargs
        self._seen.append(messages)
        step = self._next(messages)
        if isinstance(step, Exception):
            raise step
        return ChatResult(generations=[ChatGeneration(message=_message(step))])


def _in_order(steps: Iterable[Step]) -> Callable[[Sequence[BaseMessage]], Step]:
    left = deque(steps)

    def following(messages: Sequence[BaseMessage]) -> Step:
        del messages
        if not left:
            raise AssertionError("The chat model was called more often than its script says.")
        return left.popleft()

    return following


def _message(step: Reply | str) -> AIMessage:
    reply = Reply(step) if isinstance(step, str) else step
    counted = None
    if reply.tokens_in is not None:
        total = reply.tokens_in + reply.tokens_out
        counted = UsageMetadata(input_tokens=reply.tokens_in, output_tokens=reply.tokens_out, total_tokens=total)
    return AIMessage(
        content=reply.text, response_metadata={"finish_reason": reply.finish_reason}, usage_metadata=counted
    )
