"""What a scripted provider sends back to one request: a reply, or one of the many ways to fail at it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from nexusplanner.domain.model import JsonObject

Break = Literal["", "cut", "reset", "early", "error", "garbage", "held", "flood"]
"""How a reply breaks half way: the connection is closed or reset, it ends without its end marker (streams), the
provider sends an error or nonsense, says nothing more, or never stops."""

Feature = Literal["json_schema", "json_object", "tools", "stream"]
"""What not every model can do."""


@dataclass(frozen=True)
class Completion:
    """One scripted reply of a server."""

    text: str = "{}"
    status: int = 200
    """HTTP status; from 300 the text is the error's message."""
    finish_reason: str = "stop"
    """In OpenAI's words; ``length`` for a reply that was cut."""
    tokens_in: int | None = 100
    """Prompt tokens reported; None reports no usage."""
    tokens_out: int = 50
    is_held: bool = False
    """Whether it is kept back until the server is closed: a provider that hangs."""
    delay_s: float = 0.0
    """Seconds until the reply begins."""
    headers: tuple[tuple[str, str], ...] = ()
    """Headers beside the server's own, such as ``("Retry-After", "2")``."""
    kind: str = ""
    """The error's type on the wire: OpenAI's ``error.type``, Bedrock's ``x-amzn-errortype``."""
    refusal: str = ""
    """What a model says that will not answer."""
    tool_call: tuple[str, str] | None = None
    """Name and JSON arguments of a tool that the model calls instead of answering."""
    body: bytes | None = None
    """Sent instead of the wire's own body."""
    content_type: str = ""
    """Sent instead of the wire's own content type."""
    padding: int = 0
    """Bytes of white space before the body: JSON that is valid, and large."""
    bomb_bytes: int = 0
    """Zeros, compressed, sent instead of the body as gzip."""
    drip_s: float = 0.0
    """Seconds between two bytes; 0 sends at once."""
    does_drip_head: bool = False
    """Whether the status line drips too."""
    breaks: Break = ""


Respond = Callable[[JsonObject], Completion]


def in_order(script: Iterable[Completion]) -> Respond:
    """Play replies in order, the last one again and again."""
    steps = deque(script)
    return lambda _: steps.popleft() if len(steps) > 1 else steps[0]


def as_told(completion: Completion, tool: str) -> Completion:
    """Let a model that has to call a tool say its text as that tool's arguments.

    Args:
        completion: What the script says.
        tool: The tool it has to call; empty where it may answer in words.
    """
    says_nothing = not completion.text or bool(completion.refusal) or completion.status >= 300
    if not tool or completion.tool_call or says_nothing:
        return completion
    return replace(completion, tool_call=(tool, completion.text))
