"""The model chain: providers, policies around them, and the rules behind them all."""

from nexusplanner.llm.chain import build_chain
from nexusplanner.llm.loading import default_models
from nexusplanner.llm.purse import Purse
from nexusplanner.llm.request import Answer, Model, Request, Usage
from nexusplanner.llm.rules import RulesModel

__all__ = [
    "Answer",
    "Model",
    "Purse",
    "Request",
    "RulesModel",
    "Usage",
    "build_chain",
    "default_models",
]
