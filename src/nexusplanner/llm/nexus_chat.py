"""Our chain as a LangChain chat model: fallback, budget and cost for any application that takes one."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, Self

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable, RunnableLambda
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import ConfigDict, Field, PrivateAttr, SecretStr, ValidationError, model_validator
from pydantic.functional_validators import ModelWrapValidatorHandler

from nexusplanner.domain.tenant import DEFAULT_TENANT, tenant_name
from nexusplanner.errors import BudgetExceeded, ConfigurationError, ProviderError
from nexusplanner.llm.budgeted import Budgeted
from nexusplanner.llm.budgeted_stream import BudgetedStream
from nexusplanner.llm.conversation import Conversation, Reply, Structured, chat_request
from nexusplanner.llm.conversing import PARSED, ConversationRung
from nexusplanner.llm.fallback import Fallback
from nexusplanner.llm.loading import loader, name_of
from nexusplanner.llm.noted import Losses, Noted
from nexusplanner.llm.own_loop import OwnLoop
from nexusplanner.llm.price import Prices
from nexusplanner.llm.purse import Purse
from nexusplanner.llm.request import Answer, Model
from nexusplanner.llm.retried import Retried
from nexusplanner.llm.signed import as_one_chunk, signed, signed_last

if TYPE_CHECKING:
    from langchain_core.language_models.base import LangSmithParams

Tool = dict[str, Any] | type | Callable[..., Any] | BaseTool
Form = dict[str, Any] | type


class NexusChatModel(BaseChatModel):
    """Several chat models as one: asked in order, each call's money reserved before it is made.

        chat = NexusChatModel(models=["openai:gpt-5-mini", "bedrock:<model id>"], limit_usd=1.0, tenant="acme")
        chat.invoke("Name three uses of a brick.").response_metadata["cost_usd"]

    A fault that may pass is tried again, any other goes to the next model. A stream can change models until
    its first words; after them it is finished or raises. What a reply's ``response_metadata`` adds: ``rung`` (who
    answered), ``cost_usd``, ``attempts`` (calls made), ``lost`` (why others gave no answer).

    Raises:
        ConfigurationError: An argument is wrong, or a name names no model.
        ProviderError: From a call: no model answered.
        BudgetExceeded: From a call: no model fits under what is left of ``limit_usd``.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid")

    models: Sequence[str | BaseChatModel]
    """Names such as ``openai:gpt-5-mini``, or chat models, in order of preference."""
    limit_usd: Decimal = Field(default=Decimal(1), ge=0)
    """The most that all calls of this object may cost together, in USD."""
    max_calls: int = Field(default=1000, ge=0)
    """The most calls it may make."""
    tenant: str = DEFAULT_TENANT
    """Whose calls these are: budgets, books and caches are kept apart by it."""
    temperature: float | None = None
    max_tokens: int = Field(default=4096, ge=1)
    """The most tokens of a reply: asked of models that are named, and what is reserved for any."""
    timeout: float = Field(default=60, gt=0)
    """Wall clock around each call, in seconds."""
    max_retries: int = Field(default=2, ge=0)
    """How often a fault that may pass is tried again at the same model."""
    stop: list[str] | None = None
    api_key: SecretStr | None = Field(default_factory=lambda: _secret("OPENAI_API_KEY"))
    """For ``openai:`` models; ``OPENAI_API_KEY`` where left out."""
    base_url: str | None = Field(default_factory=lambda: os.environ.get("OPENAI_BASE_URL"))
    """For ``openai:`` models; ``OPENAI_BASE_URL`` where left out."""
    prices: Prices = Field(default_factory=Prices, exclude=True, repr=False)
    """What models cost."""
    streaming: bool = False
    """Whether a whole reply is asked for as a stream, too."""

    _purse: Purse = PrivateAttr()
    _rungs: dict[str, Model] = PrivateAttr(default_factory=dict)
    _streams: dict[str, Model] = PrivateAttr(default_factory=dict)

    @model_validator(mode="wrap")
    @classmethod
    def _told_plainly(cls, values: object, build: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return build(values)
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False)[0]
            where = ".".join(map(str, first["loc"])) or "arguments"
            raise ConfigurationError(f"{where}: {first['msg']}.", fix="See NexusChatModel's fields.") from None

    def model_post_init(self, context: Any, /) -> None:  # noqa: ANN401 - the name and type are Pydantic's
        """Build the rungs; no model is built or asked yet."""
        super().model_post_init(context)
        self.tenant = tenant_name(self.tenant)
        self._purse = Purse(usd=self.limit_usd, max_calls=self.max_calls, tenant=self.tenant)
        for model in self.models:
            self._add(model)
        if not self._rungs:
            raise ConfigurationError("There is no model to ask.", fix="Name one in models: openai:<model>.")

    @property
    def purse(self) -> Purse:
        """What was spent and is held, against the limit."""
        return self._purse

    def bind_tools(
        self, tools: Sequence[Tool], *, tool_choice: str | None = None, strict: bool | None = None, **kwargs: object
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Offer tools; each model is told of them in its own way when it is asked.

        Args:
            tools: Functions, Pydantic classes, LangChain tools or their schemas.
            tool_choice: ``auto``, ``any``, ``none`` or a tool's name.
            strict: Whether arguments must fit the schema exactly, where a model can promise it.
            **kwargs: Further options of the call.
        """
        offered = [convert_to_openai_tool(tool, strict=strict) for tool in tools]
        chosen = {} if tool_choice is None else {"tool_choice": tool_choice}
        return self.bind(tools=offered, **chosen, **kwargs)

    def with_structured_output(
        self, schema: Form, *, include_raw: bool = False, **kwargs: object
    ) -> Runnable[LanguageModelInput, Any]:
        """Ask for a form to be filled; a model whose reply does not fill it is lost, and the next one is asked.

        Args:
            schema: A Pydantic class, a ``TypedDict`` or a JSON Schema.
            include_raw: Return ``{"raw", "parsed", "parsing_error"}`` instead of the filled form.
            **kwargs: ``method``, ``strict``: handed on to the model that is asked, where given.
        """
        options = {key: value for key, value in kwargs.items() if value is not None}
        asked = self.bind(
            structured=Structured(schema, options),
            ls_structured_output_format={"kwargs": options, "schema": schema},
        )
        return asked | RunnableLambda(_with_raw if include_raw else _parsed)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: object,
    ) -> ChatResult:
        del run_manager
        conversation, first = self._conversation(messages, stop, kwargs, is_blocking=True)
        with OwnLoop() as loop:
            return _result(loop.run(self._asked(conversation, first)), conversation)

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: object,
    ) -> ChatResult:
        del run_manager
        conversation, first = self._conversation(messages, stop, kwargs)
        return _result(await self._asked(conversation, first), conversation)

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: object,
    ) -> Iterator[ChatGenerationChunk]:
        del run_manager
        conversation, first = self._conversation(messages, stop, kwargs, is_blocking=True, is_streamed=True)
        with OwnLoop() as loop:
            chunks = self._chunks(conversation, first)
            try:
                while (chunk := loop.run(_following(chunks))) is not None:
                    yield chunk
            finally:
                loop.run(_closed(chunks))

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: object,
    ) -> AsyncIterator[ChatGenerationChunk]:
        del run_manager
        conversation, first = self._conversation(messages, stop, kwargs, is_streamed=True)
        async for chunk in self._chunks(conversation, first):
            yield chunk

    async def _chunks(self, conversation: Conversation, first: str) -> AsyncIterator[ChatGenerationChunk]:
        if not conversation.is_streamed:  # a form that is half filled is not a form
            whole = _result(await self._asked(conversation, first), conversation)
            yield ChatGenerationChunk(message=as_one_chunk(whole.generations[0].message))
            return
        answer = await self._asked(conversation, first)
        stream = conversation.opened
        if stream is None:
            raise ConfigurationError("A stream was asked for and none was opened.", fix="Ask with invoke().")
        try:
            while (chunk := await stream.following()) is not None:
                is_last = chunk.chunk_position == "last"
                yield ChatGenerationChunk(
                    message=signed_last(chunk, stream, answer, conversation.attempts) if is_last else chunk
                )
        finally:
            await stream.close()

    async def _asked(self, conversation: Conversation, first: str) -> Answer[Reply]:
        losses = Losses()
        known = self._streams if conversation.is_streamed else self._rungs
        ordered = sorted(known, key=lambda name: name != first) if first else list(known)
        chain = Fallback(*(Noted(known[name], losses) for name in ordered))
        try:
            return await chain.answer(chat_request(conversation, tenant=self.tenant, purse=self._purse))
        except (ProviderError, BudgetExceeded) as fault:
            verdict = losses.verdict()
            raise verdict from (fault if verdict is not fault else fault.__cause__)

    def _conversation(
        self,
        messages: Sequence[BaseMessage],
        stop: Sequence[str] | None,
        kwargs: Mapping[str, Any],
        *,
        is_blocking: bool = False,
        is_streamed: bool = False,
    ) -> tuple[Conversation, str]:
        options: dict[str, Any] = dict(kwargs)
        options.pop("stream", None)
        first, structured = str(options.pop("model", "")), options.pop("structured", None)
        if first and first not in self._rungs:
            raise ConfigurationError(f"{first!r} is none of the models.", fix=f"There are {sorted(self._rungs)}.")
        if self.temperature is not None:
            options.setdefault("temperature", self.temperature)
        if stops := stop if stop is not None else self.stop:
            options["stop"] = list(stops)
        conversation = Conversation(
            messages, options, structured, is_blocking=is_blocking, is_streamed=is_streamed and structured is None
        )
        return conversation, first

    def _add(self, model: str | BaseChatModel) -> None:
        chat = loader(
            model,
            api_key=self.api_key,
            base_url=self.base_url,
            timeout_s=self.timeout,
            max_tokens=self.max_tokens,
        )
        name = model if isinstance(model, str) else name_of(model)
        rung = ConversationRung(chat, name=name, timeout_s=self.timeout, prices=self.prices)
        key = name if name not in self._rungs else f"{name} ({len(self._rungs) + 1})"
        retried = partial(Retried, attempts=self.max_retries + 1)
        self._rungs[key] = retried(Budgeted(rung, max_tokens=self.max_tokens, prices=self.prices))
        self._streams[key] = retried(BudgetedStream(rung, max_tokens=self.max_tokens, prices=self.prices))

    @property
    def _llm_type(self) -> str:
        return "nexus-chat"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        settings = self.model_dump(include={"tenant", "temperature", "max_tokens", "stop", "base_url"})
        return {"models": list(self._rungs), **settings}

    def _get_ls_params(self, stop: list[str] | None = None, **kwargs: object) -> LangSmithParams:
        params = super()._get_ls_params(stop=stop or self.stop, **kwargs)
        params["ls_provider"] = "nexusplanner"
        params["ls_model_name"] = str(kwargs.get("model") or next(iter(self._rungs)))
        return params


def _result(answer: Answer[Reply], conversation: Conversation) -> ChatResult:
    message = signed(answer.value.message, answer, answer.usage, conversation.attempts)
    return ChatResult(generations=[ChatGeneration(message=message)])


def _parsed(message: BaseMessage) -> object:
    return message.additional_kwargs[PARSED]


def _with_raw(message: BaseMessage) -> dict[str, object]:
    return {"raw": message, "parsed": message.additional_kwargs[PARSED], "parsing_error": None}


async def _following(chunks: AsyncIterator[ChatGenerationChunk]) -> ChatGenerationChunk | None:
    return await anext(chunks, None)


async def _closed(chunks: AsyncIterator[ChatGenerationChunk]) -> None:
    closing = getattr(chunks, "aclose", None)
    if closing is not None:
        await closing()


def _secret(variable: str) -> SecretStr | None:
    value = os.environ.get(variable)
    return SecretStr(value) if value else None
