"""Calling the command line, and what it is called with."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

BRIEF = """\
name: Harbour Lane, spring
offering: {name: Harbour Lane Coffee, category: coffee subscription, price: 24.00, margin: 0.42,
  value_props: [Roasted to order, Pause at any time]}
objective: {metric: conversions, target: 1200}
budget: {amount: 40000, currency: USD}
period: {start: 2027-03-01, end: 2027-04-25}
channels: {allowed: [search, email, social]}
"""


@dataclass(frozen=True)
class Outcome:
    """What a call of the command line left behind."""

    code: int
    out: str
    err: str

    @property
    def error(self) -> str:
        """The one line that says what went wrong."""
        lines = [line for line in self.err.splitlines() if line.startswith("error: ")]
        assert len(lines) == 1, self.err
        assert "Traceback" not in self.err
        return lines[0]


Cli = Callable[..., Outcome]


def written(path: Path, text: str) -> Path:
    """Write a file and return its path."""
    path.write_text(text, encoding="utf-8")
    return path


def history_csv() -> str:
    """Sixty weeks whose conversions follow the square root of the spend."""
    rows = ["date,channel,spend,conversions"]
    for week in range(60):
        day = date(2025, 6, 2) + timedelta(weeks=week)
        for i, channel in enumerate(("search", "email", "social")):
            spend = 800 + 600 * (1 + math.sin(week / (3 + i) + i))
            rows.append(f"{day},{channel},{spend:.2f},{(4 + i) * math.sqrt(spend):.0f}")
    return "\n".join(rows) + "\n"
