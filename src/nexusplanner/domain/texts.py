"""Texts that people write: never empty, never endless."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


def one_line(text: str) -> str:
    """Fold a text onto one line."""
    return " ".join(text.split())
