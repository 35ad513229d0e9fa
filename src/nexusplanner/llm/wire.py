"""One exchange with a model: what is sent, and what is said, whatever the vendor calls it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

Form = Literal["json_schema", "tool", "json_object", "text"]
"""How a typed reply is asked for: a schema the server holds the reply to, the arguments of the one tool it must call,
any JSON object, or words alone (the schema stands in the prompt in any case)."""
FORMS: tuple[Form, ...] = ("json_schema", "tool", "json_object", "text")
"""The surest first."""
Role = Literal["system", "user", "assistant"]
Hear = Callable[[str], None]
"""Takes a piece of text as it is written."""


@dataclass(frozen=True)
class Exchange:
    """What is sent in one call."""

    messages: tuple[tuple[Role, str], ...]
    schema: Mapping[str, object]
    """JSON Schema of the reply."""
    schema_name: str
    form: Form
    is_closed: bool = True
    """Whether the schema names every property there can be, so that a server can hold the reply to it."""


@dataclass(frozen=True)
class Said:
    """What a model said, whole."""

    text: str
    """The reply, or the arguments of the tool it was to call."""
    finish_reason: str = ""
    """In the vendor's word and in lower case; empty where it said none."""
    refusal: str = ""
    """What it said instead of an answer."""
    tokens_in: int | None = None
    """As the vendor counted; None where it did not."""
    tokens_out: int | None = None
    model: str = ""
    """The model that answered, by the vendor's own name."""
    other_tool: str = ""
    """The name of a tool it called that it was not to call."""


class Wire(Protocol):
    """A line to one model, bound to one event loop."""

    @property
    def forms(self) -> tuple[Form, ...]:
        """The forms this line can carry, the surest first; the server may know fewer."""
        ...

    @property
    def tells_end(self) -> bool:
        """Whether a whole reply always says how it ended."""
        ...

    async def say(self, exchange: Exchange, hear: Hear | None) -> Said:
        """Send an exchange and wait for the whole reply.

        Args:
            exchange: What is sent.
            hear: Told each piece of the reply as it comes, where the line can; None asks for the whole alone.

        Raises:
            Exception: Whatever the vendor's client raises; :func:`~nexusplanner.llm.providers.faults.provider_error`
                knows it.
        """
        ...
