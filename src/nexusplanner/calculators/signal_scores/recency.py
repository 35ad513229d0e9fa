"""How fresh a signal is: an exponential decay."""

from __future__ import annotations

from datetime import date

HALF_LIFE_DAYS = 30


def weigh_recency(published: date, *, today: date) -> float:
    """Return ``0.5 ** (age / 30 days)``: 1 for today and for dates ahead, 0.5 after a month."""
    age_days = max((today - published).days, 0)
    return float(0.5 ** (age_days / HALF_LIFE_DAYS))
