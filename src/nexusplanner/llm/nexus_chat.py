"""Our chain as a LangChain chat model: fallback, budget and cost for any application that takes one."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from decimal import Decimal
from secrets import token_hex
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
from nexusplanner.errors import ConfigurationError
from nexusplanner.llm.answers_memory import InMemoryAnswers
from nexusplanner.llm.cached import Cached
from nexusplanner.llm.conversation import PARSED, Conversation, Reply, Structured, can_be_kept, chat_request, told_apart
from nexusplanner.llm.conversation_chain import ConversationChain, conversation_chain
from nexusplanner.llm.one_chunk import as_one_chunk
from nexusplanner.llm.own_loop import OwnLoop
from nexusplanner.llm.price import Prices
from nexusplanner.llm.purse import Purse
from nexusplanner.llm.request import Answer
from nexusplanner.llm.signed import signed, signed_last
from nexusplanner.llm.summariser import Summariser
from nexusplanner.llm.treasury import Treasury
from nexusplanner.llm.window import Window
from nexusplanner.ports.answers import AnswerStore

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
    answered), ``cost_usd``, ``attempts`` (calls made), ``lost`` (why others gave no answer), ``cached``, and
    ``condensed`` (what a summary of older turns stands for, and cost).

    Raises:
        ConfigurationError: An argument is wrong, or a name names no model.
        ProviderError: From a call: no model answered.
        BudgetExceeded: From a call: no model fits under what is left of ``limit_usd``.
        InputError: From a call: the conversation does not fit into ``window_tokens``.
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
    """Wall clock around all tries at one model, in seconds."""
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

    window_tokens: int | None = Field(default=None, ge=1)
    """The most tokens of a conversation and its reply: what is too long is summarised from its oldest turns on."""
    treasury: Treasury | None = Field(default=None, exclude=True, repr=False)
    """Books shared with others, and their ceilings of days and months; left out, books of this object's own."""
    run: str = ""
    """The name these calls have in the books; what a run of that name has spent counts against ``limit_usd``."""
    cache_answers: AnswerStore | None = Field(default=None, exclude=True, repr=False)
    """Where replies are kept: exactly the same is paid for once. Streams are not kept."""
    cache_ttl_s: float = Field(default=86_400, gt=0)
    """Seconds that a reply is kept."""

    _purse: Purse = PrivateAttr()
    _chain: ConversationChain = PrivateAttr()
    _answers: Cached | None = PrivateAttr(default=None)
    _summaries: Cached = PrivateAttr()
    _window: Window | None = PrivateAttr(default=None)

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
        """Build the chain; no model is built or asked yet."""
        super().model_post_init(context)
        self.tenant = tenant_name(self.tenant)
        run = self.run or f"chat-{token_hex(4)}"  # in shared books, what another object spent is not this one's
        self._purse = Purse(
            usd=self.limit_usd, max_calls=self.max_calls, run=run, tenant=self.tenant, treasury=self.treasury
        )
        self._chain = self._built()
        if self.cache_answers is not None:
            shaping = {"max_tokens": self.max_tokens, "base_url": self.base_url}
            self._answers = Cached(self._chain, self.cache_answers, ttl_s=self.cache_ttl_s, parameters=shaping)
        self._summaries = self._answers or Cached(self._chain, InMemoryAnswers())  # written once for all who wait
        if self.window_tokens is not None:
            if self.window_tokens <= self.max_tokens:
                raise ConfigurationError(
                    f"A window of {self.window_tokens} tokens has no room beside a reply of {self.max_tokens}.",
                    fix="Raise window_tokens, or lower max_tokens.",
                )
            self._window = Window(
                self.window_tokens, max_tokens=self.max_tokens, models=self._chain.names, tenant=self.tenant
            )

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
        conversation = self._conversation(messages, stop, kwargs, is_blocking=True)
        with OwnLoop() as loop:
            return _result(loop.run(self._asked(conversation)), conversation)

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: object,
    ) -> ChatResult:
        del run_manager
        conversation = self._conversation(messages, stop, kwargs)
        return _result(await self._asked(conversation), conversation)

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: object,
    ) -> Iterator[ChatGenerationChunk]:
        del run_manager
        conversation = self._conversation(messages, stop, kwargs, is_blocking=True, is_streamed=True)
        with OwnLoop() as loop:
            chunks = self._chunks(conversation)
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
        conversation = self._conversation(messages, stop, kwargs, is_streamed=True)
        async with aclosing(self._chunks(conversation)) as chunks:  # who leaves early hangs up at once
            async for chunk in chunks:
                yield chunk

    async def _chunks(self, conversation: Conversation) -> AsyncGenerator[ChatGenerationChunk, None]:
        if not conversation.is_streamed:  # a form that is half filled is not a form
            whole = _result(await self._asked(conversation), conversation)
            yield ChatGenerationChunk(message=as_one_chunk(whole.generations[0].message))
            return
        answer = await self._asked(conversation)
        stream = conversation.opened
        if stream is None:
            raise ConfigurationError("A stream was asked for and none was opened.", fix="Ask with invoke().")
        try:
            while (chunk := await stream.following()) is not None:
                is_last = chunk.chunk_position == "last"
                yield ChatGenerationChunk(
                    message=signed_last(chunk, stream, answer, conversation) if is_last else chunk
                )
        finally:
            await stream.close()

    async def _asked(self, conversation: Conversation) -> Answer[Reply]:
        if self._window is not None:
            summariser = Summariser(self._summaries, conversation, self.tenant, self._purse)
            await self._window.fit(conversation, summariser)
        request = chat_request(conversation, tenant=self.tenant, purse=self._purse)
        if self._answers is None or not can_be_kept(conversation):
            return await self._chain.answer(request)
        return await self._answers.answer(told_apart(request))

    def _conversation(
        self,
        messages: Sequence[BaseMessage],
        stop: Sequence[str] | None,
        kwargs: Mapping[str, Any],
        *,
        is_blocking: bool = False,
        is_streamed: bool = False,
    ) -> Conversation:
        options: dict[str, Any] = dict(kwargs)
        options.pop("stream", None)
        first, structured = str(options.pop("model", "")), options.pop("structured", None)
        if first and first not in self._chain.names:
            raise ConfigurationError(f"{first!r} is none of the models.", fix=f"There are {sorted(self._chain.names)}.")
        if self.temperature is not None:
            options.setdefault("temperature", self.temperature)
        if stops := stop if stop is not None else self.stop:
            options["stop"] = list(stops)
        is_streamed = is_streamed and structured is None
        return Conversation(
            messages, options, structured, is_streamed=is_streamed, is_blocking=is_blocking, first=first
        )

    def _built(self) -> ConversationChain:
        return conversation_chain(
            self.models,
            api_key=self.api_key,
            base_url=self.base_url,
            timeout_s=self.timeout,
            max_tokens=self.max_tokens,
            attempts=self.max_retries + 1,
            prices=self.prices,
        )

    @property
    def _llm_type(self) -> str:
        return "nexus-chat"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        settings = self.model_dump(include={"tenant", "temperature", "max_tokens", "stop", "base_url", "window_tokens"})
        return {"models": list(self._chain.names), **settings}

    def _get_ls_params(self, stop: list[str] | None = None, **kwargs: object) -> LangSmithParams:
        params = super()._get_ls_params(stop=stop or self.stop, **kwargs)
        params["ls_provider"] = "nexusplanner"
        params["ls_model_name"] = str(kwargs.get("model") or self._chain.names[0])
        return params


def _result(answer: Answer[Reply], conversation: Conversation) -> ChatResult:
    message = signed(answer.value.message, answer, answer.usage, conversation)
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
