"""OpenAI, and any server that speaks its wire (``OPENAI_BASE_URL``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nexusplanner.errors import ProviderPermanentError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from pydantic import SecretStr

    from nexusplanner.llm.wire import Wire


def openai_wire(
    model: str,
    *,
    api_key: SecretStr | None,
    base_url: str | None,
    timeout_s: float,
    max_tokens: int,
) -> Wire:
    """Open the line that agents speak over.

    Raises:
        ProviderPermanentError: There is no key and no other server.
    """
    from nexusplanner.llm.providers.openai_wire import OpenAIWire

    _need_key(model, api_key, base_url)
    return OpenAIWire(model, api_key, base_url, timeout_s, max_tokens)


def openai_chat(
    model: str,
    *,
    api_key: SecretStr | None,
    base_url: str | None,
    timeout_s: float,
    max_tokens: int,
) -> BaseChatModel:
    """Build the chat model that conversations are held with; the SDK's own retries are off, the chain has the one loop.

    Raises:
        ProviderPermanentError: There is no key and no other server.
    """
    from langchain_openai import ChatOpenAI
    from pydantic import SecretStr

    from nexusplanner.llm.providers.openai_http import blocking_http_client, http_client

    _need_key(model, api_key, base_url)
    return ChatOpenAI(
        model=model,
        api_key=api_key or SecretStr("none"),
        base_url=base_url,
        stream_usage=True,  # by default it is not asked of a server of one's own
        timeout=timeout_s,
        http_async_client=http_client(timeout_s),
        http_client=blocking_http_client(timeout_s),
        max_retries=0,
        max_completion_tokens=max_tokens,
    )


def _need_key(model: str, api_key: SecretStr | None, base_url: str | None) -> None:
    """Refuse to go without a key, but to a server of one's own (``base_url``): those often ask for none."""
    if api_key is None and base_url is None:
        raise ProviderPermanentError(f"openai:{model} has no key.", fix="Set OPENAI_API_KEY.")
