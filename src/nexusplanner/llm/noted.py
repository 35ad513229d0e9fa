"""Why a conversation got no answer: noted at each rung, told when none is left."""

from __future__ import annotations

from dataclasses import dataclass, field

from nexusplanner.errors import (
    BudgetExceeded,
    ConfigurationError,
    NexusError,
    ProviderError,
    ProviderPermanentError,
    ProviderTransientError,
)
from nexusplanner.llm.request import Answer, Model, Request, T


@dataclass
class Losses:
    """The faults of one call, in the order of the rungs."""

    faults: list[tuple[str, NexusError]] = field(default_factory=list)

    def told(self) -> tuple[str, ...]:
        """Say which rung was lost to what."""
        return tuple(f"{name}: {fault.message}" for name, fault in self.faults)

    def verdict(self) -> NexusError:
        """Return the one error that stands for them: may pass, where one of them may; else that of the last rung."""
        if not self.faults:
            return ConfigurationError("There is no model to ask.", fix="Name one in models.")
        last = self.faults[-1][1]
        if len(self.faults) == 1:
            return last
        message = f"No model answered: {'; '.join(self.told())}"
        if any(isinstance(fault, ProviderTransientError) for _, fault in self.faults):
            return ProviderTransientError(message, fix="Try again later.")
        if all(isinstance(fault, BudgetExceeded) for _, fault in self.faults):
            return last
        kind = type(last) if type(last) in ProviderError.__subclasses__() else ProviderPermanentError
        return kind(message)


class Noted:
    """Notes why a model gave no answer, and lets the fault pass."""

    def __init__(self, model: Model, losses: Losses) -> None:
        self._model, self._losses = model, losses

    @property
    def name(self) -> str:
        """The held model's name."""
        return self._model.name

    async def answer(self, request: Request[T]) -> Answer[T]:
        """Ask the model.

        Raises:
            ProviderError: It failed.
            BudgetExceeded: It would cost too much.
        """
        try:
            return await self._model.answer(request)
        except (ProviderError, BudgetExceeded) as fault:
            self._losses.faults.append((self.name, fault))
            raise
