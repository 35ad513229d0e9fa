"""Who hears what an agent's call is doing: words as they are written, and how the providers do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nexusplanner.llm.breaker import Health
from nexusplanner.llm.wire import Hear
from nexusplanner.observability.events import Event, HealthEvent, TokenEvent


@dataclass(frozen=True)
class Listener:
    """An ear on the calls of one agent in one branch of a run."""

    agent: str
    """The role: ``strategist``."""
    branch: str
    """What tells its branch from others of the same role: ``growth``."""
    tell: Callable[[Event], None]
    is_for_words: bool = True
    """Whether words are told as they come; where nobody reads them a whole reply is asked for, which is cheaper."""

    def hears(self, rung: str) -> Hear | None:
        """Return what takes a rung's words."""
        if not self.is_for_words:
            return None
        told = 0

        def hear(text: str) -> None:
            nonlocal told
            self.tell(
                TokenEvent(
                    part=f"{self.agent} {self.branch}".strip(),
                    agent=self.agent,
                    branch=self.branch,
                    rung=rung,
                    text=text,
                    is_start=not told,
                )
            )
            told += 1

        return hear

    def told_health(self, health: Health) -> None:
        """Tell that a deployment went down or came back."""
        self.tell(HealthEvent(deployment=health.name, state=health.state, last_fault=health.last_fault))
