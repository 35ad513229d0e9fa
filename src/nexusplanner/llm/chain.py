"""The chain an agent speaks to: models in order of preference, and always the rules behind them."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from nexusplanner.errors import ConfigurationError
from nexusplanner.llm.budgeted import Budgeted
from nexusplanner.llm.fallback import Fallback
from nexusplanner.llm.repaired import Repaired
from nexusplanner.llm.request import Model
from nexusplanner.llm.retried import Retried

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
) -> Model:
    """Build ``fallback(retried(repaired(budgeted(model))), …, rules)``.

    Raises:
        ConfigurationError: A string names no known provider.
    """
    load = partial(_loader, api_key=api_key, base_url=base_url, timeout_s=timeout_s, max_tokens=max_tokens)
    rungs: list[Model] = []
    for model in models:
        if model == "rules":
            break
        name = model if isinstance(model, str) else name_of(model)
        rungs.append(_policies(load(model), name, timeout_s, max_tokens))
    return Fallback(*rungs, rules) if rungs else rules


def _policies(chat: Callable[[], BaseChatModel], name: str, timeout_s: float, max_tokens: int) -> Model:
    from nexusplanner.llm.chat import ChatRung

    return Retried(Repaired(Budgeted(ChatRung(chat, name=name, timeout_s=timeout_s), max_tokens=max_tokens)))


def name_of(chat: BaseChatModel) -> str:
    """Name a chat model as its prices and its provenance know it."""
    model = getattr(chat, "model_name", None) or getattr(chat, "model", None) or getattr(chat, "model_id", None)
    return str(model or type(chat).__name__)


def _loader(
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
