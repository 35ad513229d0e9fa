"""An observer: whoever wants to know what is being done, and can change nothing of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Protocol, Self, runtime_checkable

Fact = str | int | float | bool
WorkKind = Literal["run", "node", "agent", "call", "tool", "wait"]
"""A run; a node of its graph; an agent's question, whoever answers; a request to a model; a tool that is asked; a
brief of a batch that waits for its turn."""


@dataclass(frozen=True)
class Work:
    """A piece of work that begins."""

    kind: WorkKind
    name: str
    """The node, agent, model or tool."""
    tenant: str = ""
    run: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    """What is known of it beforehand. No words of prompts, replies or customers."""


@runtime_checkable
class Watch(Protocol):
    """A piece of work that is being watched; as a context manager, what begins within it belongs to it."""

    def note(self, facts: Mapping[str, Fact]) -> None:
        """Take down what became known."""
        ...

    def end(self, error: BaseException | None = None) -> None:
        """Close it; only the first time counts."""
        ...

    def __enter__(self) -> Self:
        """Make it the one that further work of this task belongs to."""
        ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close it, with the error that ended it."""
        ...


@runtime_checkable
class Observer(Protocol):
    """Watches work. It is called on the path of a run: it must be quick, and it must not raise."""

    def begin(self, work: Work, *, within: Watch | None = None) -> Watch:
        """Watch a piece of work from now on.

        Args:
            work: What begins.
            within: What it belongs to, one of this observer's own; by default what this task is within.
        """
        ...

    def told(self, name: str, facts: Mapping[str, Fact]) -> None:
        """Hear of something that takes no time: ``health`` of a deployment, for one."""
        ...
