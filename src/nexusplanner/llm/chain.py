"""The chain an agent speaks to: models in order of preference, and always the rules behind them."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from nexusplanner.errors import ConfigurationError, ProviderError, ProviderPermanentError
from nexusplanner.llm.breaker import SHARED, Breaker, Breakers, Deployment
from nexusplanner.llm.budgeted import Budgeted
from nexusplanner.llm.fallback import Fallback
from nexusplanner.llm.guarded import Guarded
from nexusplanner.llm.price import CEILING, Prices
from nexusplanner.llm.repaired import Repaired
from nexusplanner.llm.request import Model
from nexusplanner.llm.retried import Retried
from nexusplanner.llm.timed import Timed

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from pydantic import SecretStr

    from nexusplanner.llm.rules import RulesModel

DEFAULT_OPENAI = "openai:gpt-5-mini"
DEFAULT_BEDROCK = "bedrock:anthropic.claude-sonnet-4-5-20250929-v1:0"


def default_models(*, has_openai_key: bool) -> tuple[str, ...]:
    """Name the models to use when none is named: those there are keys for."""
    names = [DEFAULT_OPENAI] if has_openai_key else []
    has_aws = bool(os.environ.get("AWS_ACCESS_KEY_ID") or os.environ.get("AWS_PROFILE"))
    if has_aws and (os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")):
        names.append(DEFAULT_BEDROCK)
    return tuple(names)


def build_chain(
    models: Sequence[str | BaseChatModel],
    rules: RulesModel,
    *,
    api_key: SecretStr | None,
    base_url: str | None,
    timeout_s: float,
    max_tokens: int,
    prices: Prices | None = None,
    breakers: Breakers | None = None,
) -> Model:
    """Build ``fallback(timed(retried(guarded(repaired(budgeted(model))))), …, rules)``.

    A chat model that was handed in, or stands behind ``base_url``, may have no known price: it is
    reckoned at the ceiling price.

    Raises:
        ConfigurationError: A string names no known provider.
    """
    load = partial(loader, api_key=api_key, base_url=base_url, timeout_s=timeout_s, max_tokens=max_tokens)
    known = prices or Prices()
    rungs: list[Model] = []
    for model in models:
        if model == "rules":
            break
        name = model if isinstance(model, str) else name_of(model)
        is_own = not isinstance(model, str) or (base_url is not None and model.startswith("openai:"))
        reckoned = known.assuming(CEILING) if is_own else known
        rung = _rung(_before_sending(load(model), name), name, timeout_s)
        paid = Repaired(Budgeted(rung, max_tokens=max_tokens, prices=reckoned))
        guarded = Guarded(paid, breaker=_breaker(model, name, base_url, breakers or SHARED))
        rungs.append(Timed(Retried(guarded), limit_s=timeout_s))
    return Fallback(*rungs, rules) if rungs else rules


def _breaker(model: str | BaseChatModel, name: str, base_url: str | None, breakers: Breakers) -> Breaker:
    """Return the deployment's breaker; a chat model that was handed in is a deployment of its own."""
    return breakers.of(deployment(model, base_url)) if isinstance(model, str) else Breaker(name)


def deployment(model: str, base_url: str | None) -> Deployment:
    """Name what goes down as one: a model at an address, or in a region."""
    if model.startswith("openai:"):
        return Deployment(model, base_url or "")
    places = ("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "AWS_REGION", "AWS_DEFAULT_REGION")
    return Deployment(model, next((place for name in places if (place := os.environ.get(name))), ""))


def _rung(chat: Callable[[], BaseChatModel], name: str, timeout_s: float) -> Model:
    from nexusplanner.llm.chat import ChatRung

    return ChatRung(chat, name=name, timeout_s=timeout_s)


def _before_sending(load: Callable[[], BaseChatModel], name: str) -> Callable[[], BaseChatModel]:
    """Mark what fails while a model is built: no request left, so nothing can have been charged."""

    def loaded() -> BaseChatModel:
        try:
            return load()
        except ProviderError as error:
            error.is_unsent = True
            raise
        except Exception as error:
            told = ProviderPermanentError(f"{name} cannot be built: {type(error).__name__}: {str(error)[:160]}")
            told.is_unsent = True
            raise told from error

    return loaded


def name_of(chat: BaseChatModel) -> str:
    """Name a chat model as its prices and its provenance know it."""
    model = getattr(chat, "model_name", None) or getattr(chat, "model", None) or getattr(chat, "model_id", None)
    return str(model or type(chat).__name__)


def loader(
    model: str | BaseChatModel,
    *,
    api_key: SecretStr | None,
    base_url: str | None,
    timeout_s: float,
    max_tokens: int,
) -> Callable[[], BaseChatModel]:
    """Return what builds a model at its first call; a name that is none is told at once."""
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
