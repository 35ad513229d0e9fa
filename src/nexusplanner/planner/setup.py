"""The set-up of runs: names and fingerprints of what shapes a plan beside brief and data."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import version

from nexusplanner.domain.model import JsonObject
from nexusplanner.prompts import PromptBook
from nexusplanner.settings import Settings


def setup_of(
    settings: Settings, book: PromptBook, *, models: Iterable[str], protocol: str, tools: Iterable[str]
) -> JsonObject:
    """Return what is compared when a run is resumed.

    Args:
        settings: The planner's.
        book: Its prompts.
        models: Names of its models, in order.
        protocol: How it comes to a choice.
        tools: Names of its tools.
    """
    quality = settings.quality
    return {
        "models": list(models),
        "prompts": {prompt_id: prompt.sha256 for prompt_id, prompt in sorted(book.own.items())},
        "protocol": protocol,
        "quality": [quality.floor, quality.judge],
        "tools": list(tools),
        "max_tokens": settings.limits.max_tokens,
        "version": version("nexusplanner"),
    }
