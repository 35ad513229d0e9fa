"""The last rung: the deterministic expert of each task, when no model can answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pydantic import BaseModel

from nexusplanner.errors import ConfigurationError
from nexusplanner.llm.request import Answer, Request, T

RULES = "rules"
"""The rung's name."""
Expert = Callable[[object], BaseModel]


class RulesModel:
    """Answers each task by its expert: no key, no network, no cost, the same words for the same seed."""

    name = RULES

    def __init__(self, experts: Mapping[str, Expert]) -> None:
        self._experts = dict(experts)

    async def answer(self, request: Request[T]) -> Answer[T]:
        """Ask the task's expert.

        Raises:
            ConfigurationError: The task has no expert.
        """
        expert = self._experts.get(request.task)
        if expert is None:
            raise ConfigurationError(
                f"No expert answers {request.task!r}.",
                fix=f"Known: {sorted(self._experts)}.",
            )
        value = expert(request.inputs)
        if not isinstance(value, request.schema):
            raise ConfigurationError(
                f"The expert of {request.task!r} gave {type(value).__name__}.",
                fix=f"Make it return {request.schema.__name__}.",
            )
        return Answer(value, self.name, request.prompt.id, request.prompt.sha256)
