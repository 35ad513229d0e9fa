"""A check: one thing that was looked at, and what was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["good", "warning", "broken"]


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    what: str
    state: State
    detail: str
    fix: str = ""


def dotted(version: tuple[int, ...]) -> str:
    """Write a version."""
    return ".".join(str(part) for part in version)
