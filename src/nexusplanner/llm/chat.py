"""A model as a rung: one typed question, one whole reply, under one wall clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from time import monotonic
from weakref import WeakKeyDictionary

from nexusplanner.errors import ProviderError, ProviderTransientError
from nexusplanner.llm.content import ReplyCutError, ReplyUnusableError, instruction_of, parse_reply
from nexusplanner.llm.finish import CUT
from nexusplanner.llm.forms import Forms
from nexusplanner.llm.leaks import HeldBack, leaks_of
from nexusplanner.llm.messages import exchange_of, request_text
from nexusplanner.llm.price import price_usd, tokens_at_most
from nexusplanner.llm.providers.faults import provider_error
from nexusplanner.llm.reply import Reply
from nexusplanner.llm.request import Answer, Request, T, Usage
from nexusplanner.llm.wire import Form, Hear, Said, Wire

_COMPLETE = frozenset({"", "stop", "end_turn", "completed", "stop_sequence"})
_CALLED = _COMPLETE | {"tool_calls", "tool_use", "function_call"}


class ChatRung:
    """Asks a model for one JSON object.

    The surest form the server knows is asked for: a schema it holds the reply to, else the arguments of one tool that
    it must call, else any JSON object, else words. What a server refuses is not asked of it again.

    Args:
        wire: Opens a line to the model, at the first call of each event loop; nothing on it may retry.
        name: ``provider:model``, for prices and provenance.
        timeout_s: Wall clock around the whole call.
        forms: What is known of the deployment.
    """

    def __init__(self, wire: Callable[[], Wire], *, name: str, timeout_s: float, forms: Forms | None = None) -> None:
        self._open, self.name, self._timeout_s, self._forms = wire, name, timeout_s, forms or Forms()
        self._wires = WeakKeyDictionary[asyncio.AbstractEventLoop, Wire]()

    async def answer(self, request: Request[T]) -> Answer[T]:
        """Call the model and parse its reply strictly.

        Raises:
            ProviderTransientError: Time ran out, or the provider said to come back.
            ProviderPermanentError: The provider refused for good.
            ProviderContentError: The reply was cut or does not fit.
        """
        began = monotonic()
        hear = self._heard(request)
        said, wire, form = await self._said(request, hear)
        reply = Reply(said, form, wire.tells_end, self._usage(said, request))
        if request.received is not None:
            reply = await request.received(reply)
        answer = self.read(reply, request)
        if hear is not None:
            hear.flush()
        return answer.having(latency_s=monotonic() - began)

    def read(self, reply: Reply, request: Request[T]) -> Answer[T]:
        """Read a reply strictly, as it comes or as it was kept.

        Raises:
            ProviderContentError: It was cut, withheld, or does not fit.
        """
        said, usage = reply.said, reply.usage
        _check_whole(_without_instruction(said, request), reply.form, usage, tells_end=reply.tells_end)
        value = parse_reply(said.text, request, usage)
        answer = Answer(value, self.name, request.prompt.id, request.prompt.sha256, usage)
        return answer.having(text=said.text, model=said.model)

    def _heard(self, request: Request[T]) -> HeldBack | None:
        hear = request.listener.hears(self.name) if request.listener else None
        return HeldBack(hear, leaks_of(instruction_of(request))) if hear else None

    async def _said(self, request: Request[T], hear: Hear | None) -> tuple[Said, Wire, Form]:
        limit_s = min(self._timeout_s, request.until.left_s()) if request.until else self._timeout_s
        try:
            async with asyncio.timeout(limit_s):
                return await self._in_best_form(request, hear)
        except TimeoutError as error:
            raise ProviderTransientError(f"{self.name} did not answer within {limit_s:.3g} s.") from error

    async def _in_best_form(self, request: Request[T], hear: Hear | None) -> tuple[Said, Wire, Form]:
        while True:
            try:
                wire = self._wire()
                form = self._forms.best(wire.forms)
            except Exception as error:
                raise provider_error(self.name, error) from error
            try:
                return await self._once(wire, request, form, hear), wire, form
            except ProviderError as error:
                if not self._forms.note_refusal(form, error):
                    raise

    async def _once(self, wire: Wire, request: Request[T], form: Form, hear: Hear | None) -> Said:
        try:
            return await wire.say(exchange_of(request, form), hear)
        except (TimeoutError, asyncio.CancelledError):
            raise
        except Exception as error:
            raise provider_error(self.name, error) from error

    def _wire(self) -> Wire:
        """Return this event loop's line: connections do not outlive the loop they were opened in."""
        loop = asyncio.get_running_loop()
        if (wire := self._wires.get(loop)) is None:
            wire = self._wires[loop] = self._open()
        return wire

    def _usage(self, said: Said, request: Request[T]) -> Usage:
        tokens_in, tokens_out = said.tokens_in, said.tokens_out
        if tokens_in is None or tokens_out is None or min(tokens_in, tokens_out) < 0:
            tokens_in, tokens_out = tokens_at_most(request_text(request)), tokens_at_most(said.text)
        return Usage(1, tokens_in, tokens_out, price_usd(self.name, tokens_in=tokens_in, tokens_out=tokens_out))


def _without_instruction(said: Said, request: Request[T]) -> Said:
    """Leave out of what is told of a reply the words in it that repeat the instruction."""
    leaks = leaks_of(instruction_of(request))

    def told(text: str) -> str:
        return "its instructions" if leaks.found_in(text) else text

    return replace(
        said, refusal=told(said.refusal), other_tool=told(said.other_tool), finish_reason=told(said.finish_reason)
    )


def _check_whole(said: Said, form: Form, usage: Usage, *, tells_end: bool) -> None:
    """Refuse a reply that was cut, withheld, or is none."""
    if said.refusal:
        raise ReplyUnusableError(f"The model refused: {said.refusal[:160]}", usage=usage)
    if said.finish_reason in CUT:
        raise ReplyCutError(f"The reply was not finished ({said.finish_reason}).", usage=usage)
    if said.other_tool:
        raise ReplyUnusableError(f"It called {said.other_tool[:80]!r} instead of answering.", usage=usage)
    if said.finish_reason not in (_CALLED if form == "tool" else _COMPLETE):
        raise ReplyUnusableError(f"The reply was not finished ({said.finish_reason[:40]}).", usage=usage)
    if not said.finish_reason and tells_end:
        raise ReplyUnusableError("The reply has no end.", usage=usage)
