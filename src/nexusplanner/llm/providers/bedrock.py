"""Amazon Bedrock, through the Converse API."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from nexusplanner.llm.providers.own_thread import each_of_own_thread, in_own_thread

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from botocore.config import Config
    from botocore.loaders import Loader
    from langchain_aws import ChatBedrockConverse
    from langchain_core.callbacks import AsyncCallbackManagerForLLMRun
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage
    from langchain_core.outputs import ChatGenerationChunk, ChatResult

AT_ONCE = 64


def bedrock_chat(model: str, *, timeout_s: float, max_tokens: int) -> BaseChatModel:
    """Build the chat model; credentials, region and endpoint come from the environment, retries are off."""
    from botocore.config import Config

    from nexusplanner.llm.providers.bedrock_http import CONNECT_S, POOL, BoundedSession

    config = Config(
        connect_timeout=min(CONNECT_S, timeout_s),
        read_timeout=timeout_s,
        retries={"total_max_attempts": 1},
        max_pool_connections=POOL,
        proxies={},
    )
    runtime, control = (_client(service, config) for service in ("bedrock-runtime", "bedrock"))
    runtime.meta.events.register("before-send.bedrock-runtime", BoundedSession(timeout_s))
    return _converse()(model_id=model, max_tokens=max_tokens, client=runtime, bedrock_client=control)


def _client(service: str, config: Config) -> BaseClient:
    from botocore.session import get_session

    session = get_session()
    session.register_component("data_loader", _descriptions())
    # botocore itself reads AWS_DEFAULT_REGION alone; every other tool of AWS's reads this one first.
    client: BaseClient = session.create_client(service, region_name=os.environ.get("AWS_REGION"), config=config)
    return client


@lru_cache(maxsize=1)
def _descriptions() -> Loader:
    """Return what reads the services' descriptions: half a second's work, once for all clients of the process."""
    from botocore.loaders import create_loader

    return create_loader()


@lru_cache(maxsize=1)
def _converse() -> type[ChatBedrockConverse]:
    """Return the vendor's class with threads of its own: the event loop's few are soon all waiting."""
    from langchain_aws import ChatBedrockConverse
    from pydantic import PrivateAttr

    class Converse(ChatBedrockConverse):
        _places: asyncio.Semaphore = PrivateAttr(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

        async def _agenerate(
            self,
            messages: list[BaseMessage],
            stop: list[str] | None = None,
            run_manager: AsyncCallbackManagerForLLMRun | None = None,
            **kwargs: object,
        ) -> ChatResult:
            manager = run_manager.get_sync() if run_manager else None
            async with self._places:
                return await in_own_thread(partial(self._generate, messages, stop, manager, **kwargs))

        async def _astream(
            self,
            messages: list[BaseMessage],
            stop: list[str] | None = None,
            run_manager: AsyncCallbackManagerForLLMRun | None = None,
            **kwargs: Any,  # noqa: ANN401 - the signature is LangChain's
        ) -> AsyncIterator[ChatGenerationChunk]:
            manager = run_manager.get_sync() if run_manager else None
            async with self._places:
                chunks = each_of_own_thread(partial(self._stream, messages, stop, manager, **kwargs))
                try:
                    async for chunk in chunks:
                        yield chunk
                finally:
                    await chunks.aclose()

    return Converse
