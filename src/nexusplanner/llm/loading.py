"""Names become models: ``openai:<model>``, ``bedrock:<model id>``, or a chat model that was handed in."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from nexusplanner.errors import ConfigurationError, ProviderError, ProviderPermanentError
from nexusplanner.llm.breaker import Deployment
from nexusplanner.llm.wire import Wire
from nexusplanner.secrecy import keep_secret, masked

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from pydantic import SecretStr

DEFAULT_OPENAI = "openai:gpt-5-mini"
DEFAULT_BEDROCK = "bedrock:anthropic.claude-sonnet-4-5-20250929-v1:0"
_PLACES = ("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "AWS_REGION", "AWS_DEFAULT_REGION")


def default_models(*, has_openai_key: bool) -> tuple[str, ...]:
    """Name the models to use when none is named: those there are keys for."""
    names = [DEFAULT_OPENAI] if has_openai_key else []
    has_aws = bool(os.environ.get("AWS_ACCESS_KEY_ID") or os.environ.get("AWS_PROFILE"))
    if has_aws and (os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")):
        names.append(DEFAULT_BEDROCK)
    return tuple(names)


def name_of(chat: BaseChatModel) -> str:
    """Name a chat model as its prices and its provenance know it."""
    model = getattr(chat, "model_name", None) or getattr(chat, "model", None) or getattr(chat, "model_id", None)
    return str(model or type(chat).__name__)


def deployment(model: str, base_url: str | None) -> Deployment:
    """Name what goes down as one: a model at an address, or in a region."""
    if model.startswith("openai:"):
        return Deployment(model, base_url or "")
    return Deployment(model, next((place for name in _PLACES if (place := os.environ.get(name))), ""))


def wire_of(
    model: str | BaseChatModel,
    *,
    api_key: SecretStr | None,
    base_url: str | None,
    timeout_s: float,
    max_tokens: int,
) -> Callable[[], Wire]:
    """Return what opens a line to a model; a name that is none is told at once.

    Raises:
        ConfigurationError: A string names no known provider.
    """
    if api_key is not None:
        keep_secret(api_key.get_secret_value())
    if isinstance(model, str) and model.startswith("openai:") and model != "openai:":
        from nexusplanner.llm.providers.openai import openai_wire

        _, _, name = model.partition(":")
        opening: Callable[[], Wire] = partial(
            openai_wire, name, api_key=api_key, base_url=base_url, timeout_s=timeout_s, max_tokens=max_tokens
        )
        return before_sending(opening, model)
    chat = loader(model, api_key=api_key, base_url=base_url, timeout_s=timeout_s, max_tokens=max_tokens)

    def chat_wire() -> Wire:
        from nexusplanner.llm.chat_wire import ChatWire

        return ChatWire(chat())

    return before_sending(chat_wire, model if isinstance(model, str) else name_of(model))


def before_sending(opening: Callable[[], Wire], name: str) -> Callable[[], Wire]:
    """Mark what fails while a line is opened: no request left, so nothing can have been charged."""

    def opened() -> Wire:
        try:
            return opening()
        except ProviderError as error:
            error.is_unsent = True
            raise
        except Exception as error:
            told = ProviderPermanentError(f"{name} cannot be built: {type(error).__name__}: {masked(str(error))[:160]}")
            told.is_unsent = True
            raise told from error

    return opened


def loader(
    model: str | BaseChatModel,
    *,
    api_key: SecretStr | None,
    base_url: str | None,
    timeout_s: float,
    max_tokens: int,
) -> Callable[[], BaseChatModel]:
    """Return what builds a chat model at its first call; a name that is none is told at once.

    Raises:
        ConfigurationError: A string names no known provider.
    """
    if api_key is not None:
        keep_secret(api_key.get_secret_value())
    if not isinstance(model, str):
        return lambda: model
    provider, _, name = model.partition(":")
    if provider == "openai" and name:
        from nexusplanner.llm.providers.openai import openai_chat

        return partial(
            openai_chat, name, api_key=api_key, base_url=base_url, timeout_s=timeout_s, max_tokens=max_tokens
        )
    if provider == "bedrock" and name:
        from nexusplanner.llm.providers.bedrock import bedrock_chat

        return partial(bedrock_chat, name, timeout_s=timeout_s, max_tokens=max_tokens)
    raise ConfigurationError(
        f"{model!r} names no model.",
        fix="Use openai:<model>, bedrock:<model id>, rules, or hand in a BaseChatModel.",
    )
