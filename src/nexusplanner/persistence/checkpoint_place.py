"""The place of a checkpoint: whose it is, of which run, in which graph of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from langchain_core.runnables import RunnableConfig


class Thread(NamedTuple):
    """A run as it is addressed at rest; its tenant comes first in every key."""

    tenant: str
    name: str

    @classmethod
    def of(cls, thread_id: str) -> Thread:
        """Part a thread's id at its first slash: before it stands the tenant."""
        tenant, slash, name = thread_id.partition("/")
        return cls(tenant, name) if slash and tenant else cls("", thread_id)

    @property
    def id(self) -> str:
        """The id it was made of."""
        return f"{self.tenant}/{self.name}" if self.tenant else self.name


@dataclass(frozen=True)
class Place:
    """Where a graph's checkpoints stand."""

    thread: Thread
    ns: str

    @classmethod
    def of(cls, config: RunnableConfig) -> Place:
        """Read it out of a config."""
        told = config["configurable"]
        return cls(Thread.of(str(told["thread_id"])), str(told.get("checkpoint_ns", "")))

    @property
    def key(self) -> tuple[str, str, str]:
        """What the keys of all its rows begin with."""
        return (*self.thread, self.ns)

    def config(self, checkpoint_id: str) -> RunnableConfig:
        """Return the address of one of its checkpoints."""
        told = {"thread_id": self.thread.id, "checkpoint_ns": self.ns, "checkpoint_id": checkpoint_id}
        return {"configurable": told}
