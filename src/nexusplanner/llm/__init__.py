"""The model chain: providers, policies around them, and the rules behind them all.

The chain is also a LangChain chat model, :class:`NexusChatModel`; LangChain is loaded when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nexusplanner.llm.chain import build_chain
from nexusplanner.llm.loading import default_models
from nexusplanner.llm.purse import Purse
from nexusplanner.llm.request import Answer, Model, Request, Usage
from nexusplanner.llm.rules import RulesModel

if TYPE_CHECKING:
    from nexusplanner.llm.nexus_chat import NexusChatModel

__all__ = [
    "Answer",
    "Model",
    "NexusChatModel",
    "Purse",
    "Request",
    "RulesModel",
    "Usage",
    "build_chain",
    "default_models",
]


def __getattr__(name: str) -> object:
    if name != "NexusChatModel":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from nexusplanner.llm.nexus_chat import NexusChatModel

    return NexusChatModel
