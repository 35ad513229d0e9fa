"""Families of models: who trained them. Models of one family err alike, so a judge is better of another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nexusplanner.llm.loading import name_of

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_REGIONS = frozenset({"us", "us-gov", "eu", "apac", "global", "au", "jp", "ca"})
"""What may stand before the vendor in an inference profile of Bedrock."""


def family_of(model: str | BaseChatModel) -> str:
    """Name the family of a model: its vendor, as far as its name tells.

    Args:
        model: ``openai:gpt-5-mini`` is ``openai``, ``bedrock:eu.anthropic.claude-…`` is ``anthropic``; of a chat
            model that was handed in it is its class and name.
    """
    if not isinstance(model, str):
        return f"{type(model).__name__} {name_of(model)}"
    provider, _, name = model.partition(":")
    if provider != "bedrock":
        return provider
    return next((part for part in name.split(".") if part not in _REGIONS), provider)


def another_family_first(models: Sequence[str | BaseChatModel]) -> Sequence[str | BaseChatModel]:
    """Put the first model that is of another family than the first one before it; the rest stay in order.

    What stands after ``rules`` is never asked, and stays there.
    """
    asked = list(models[: models.index("rules")] if "rules" in models else models)
    other = next((m for m in asked if family_of(m) != family_of(asked[0])), None) if asked else None
    return models if other is None else [other, *(m for m in models if m is not other)]
