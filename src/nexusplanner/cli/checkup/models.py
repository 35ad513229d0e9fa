"""Checks of who writes the words."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from nexusplanner.cli.checkup.check import Check
from nexusplanner.errors import NexusError
from nexusplanner.settings import Settings

if TYPE_CHECKING:
    from nexusplanner.llm.breaker import Breakers


def prompts(settings: Settings) -> Iterator[Check]:
    """Find and read every prompt, the user's own among them."""
    from nexusplanner.planner.wiring import wire_prompts
    from nexusplanner.prompts import find, prompt_ids

    try:
        ids = prompt_ids()
        for name in ids:
            find(name)
    except (NexusError, OSError) as error:
        yield Check("Prompts", "broken", str(error), "Install the package again.")
        return
    if not ids:
        yield Check("Prompts", "broken", "none found", "Install the package again.")
        return
    try:
        own = wire_prompts(settings).own
    except NexusError as error:
        yield Check("Prompts", "broken", error.message, error.fix)
        return
    told = f", {len(own)} of them your own" if own else ""
    yield Check("Prompts", "good", f"{len(ids)} found{told}")


def models(settings: Settings) -> Iterator[Check]:
    """Say which models would write, and whether there are keys; never their values."""
    from nexusplanner.planner.wiring import model_names, wire_model
    from nexusplanner.settings import PromptFiles

    yield Check("OpenAI key", "good", "set" if settings.openai_api_key else "not set")
    yield Check("AWS credentials", "good", "set" if _has_aws() else "not set")
    try:
        wire_model(None, settings.model_copy(update={"prompts": PromptFiles()}))
        names = (*model_names(None, settings), "rules")
    except NexusError as error:
        yield Check("Models", "broken", error.message, error.fix)
        return
    yield Check("Models", "good", f"{', then '.join(names)}; ${settings.limits.usd} a run at most")


def deployments(settings: Settings, *, breakers: Breakers | None = None) -> Iterator[Check]:
    """Tell of each named model whether it is left alone after faults; nobody is asked."""
    from nexusplanner.llm.breaker import SHARED
    from nexusplanner.llm.loading import deployment
    from nexusplanner.planner.wiring import model_names

    for name in model_names(None, settings):
        health = (breakers or SHARED).of(deployment(name, settings.openai_base_url)).health()
        if health.state == "closed":
            yield Check(name, "good", "answers" if health.is_proven else "not asked yet")
        else:
            detail = f"{health.state} for {health.since_s:.0f} s; the last fault: {health.last_fault}"
            yield Check(name, "warning", detail, "The next model of the chain answers meanwhile.")


def embeddings(settings: Settings) -> Iterator[Check]:
    """Say which embeddings would answer."""
    from nexusplanner.adapters.embeddings import choose_embeddings

    try:
        yield Check("Embeddings", "good", choose_embeddings()[1])
    except NexusError as error:
        yield Check("Embeddings", "broken", error.message, error.fix)


def _has_aws() -> bool:
    return bool(os.environ.get("AWS_ACCESS_KEY_ID") or os.environ.get("AWS_PROFILE"))
