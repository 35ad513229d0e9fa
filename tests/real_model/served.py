"""The server of the real model, as the tests see it: where it is, and what it says of itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import httpx
import pytest

MODEL = "openai:smollm2"
CONTEXT_TOKENS = 4_096
"""Prompt and reply of one call; what is longer is refused."""
PATIENCE_S = 120.0
MARKS = [
    pytest.mark.real_model,
    # Clients keep connections that outlive the event loops of tests, and the server keeps its end open.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
_COUNTERS = re.compile(r"^llamacpp:(\w+) (\d+)$", re.MULTILINE)


@dataclass(frozen=True)
class Books:
    """The tokens that a server worked through since it started."""

    tokens_in: int
    tokens_out: int

    def __sub__(self, earlier: Self) -> Books:
        return Books(self.tokens_in - earlier.tokens_in, self.tokens_out - earlier.tokens_out)


class Served:
    """Asks a running server about itself.

    Args:
        origin: Its scheme, host and port.
    """

    def __init__(self, origin: str) -> None:
        self.base_url = f"{origin}/v1"
        self._client = httpx.Client(base_url=origin, timeout=PATIENCE_S, trust_env=False)

    def is_ready(self) -> bool:
        """Tell whether the model is loaded."""
        return self._client.get("/health").status_code == 200

    def books(self) -> Books:
        """Return what it counted itself; prompt tokens that it remembered from another call are counted, too."""
        counted = {name: int(value) for name, value in _COUNTERS.findall(self._client.get("/metrics").text)}
        prompts = counted["prompt_tokens_total"] + counted["prompt_tokens_cached_total"]
        return Books(prompts, counted["tokens_predicted_total"])

    def is_busy(self) -> bool:
        """Tell whether a call is being worked at. Asking again and again keeps it from noticing who has left."""
        return any(slot["is_processing"] for slot in self._client.get("/slots").json())

    def wait_until_free(self) -> None:
        """Ask for one token: there is one slot, so whoever was served before is done with."""
        asked = {"prompt": "Hello", "n_predict": 1, "cache_prompt": False}
        self._client.post("/completion", json=asked).raise_for_status()

    def prompt_tokens(self, messages: Sequence[Mapping[str, str]]) -> int:
        """Count messages as the model will read them, without asking it."""
        prompt = self._client.post("/apply-template", json={"messages": messages}).json()["prompt"]
        asked = {"content": prompt, "add_special": True, "parse_special": True}
        return len(self._client.post("/tokenize", json=asked).json()["tokens"])

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()
