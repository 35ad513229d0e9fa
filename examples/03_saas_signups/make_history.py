"""Write history.csv: two years of weekly advertising with known response curves.

    python make_history.py

Each channel's signups follow a Hill curve of its adstocked spend, with noise, from a fixed seed::

    stock[t]   = spend[t] + decay * stock[t - 1]
    signups[t] = ceiling * stock[t]**slope / (half**slope + stock[t]**slope) * noise

Because the curves are known, a fit on the file can be judged against them.
"""

from __future__ import annotations

import csv
import math
import random
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

HERE = Path(__file__).resolve().parent
SEED = 2026
WEEKS = 104
FIRST_WEEK = date(2024, 11, 4)
NOISE = 0.12
"""Standard deviation of the logarithm of the noise."""
COLUMNS = ("date", "channel", "spend", "impressions", "clicks", "signups")


@dataclass(frozen=True)
class Channel:
    """A channel's true curve, its usual spend and what an impression costs."""

    name: str
    usual_spend: float
    """EUR a week."""
    ceiling: float
    """Signups a week that no spend exceeds."""
    half: float
    """Adstocked EUR a week that bring half the ceiling."""
    slope: float
    decay: float
    """Share of last week's stock that still works this week."""
    cost_per_thousand: float
    """EUR per 1,000 impressions."""
    click_rate: float


CHANNELS = (
    Channel("search", 5200, 210, 9000, 1.3, 0.10, 18.0, 0.031),
    Channel("linkedin", 4100, 120, 11000, 1.1, 0.35, 34.0, 0.006),
    Channel("youtube", 2600, 90, 12000, 1.0, 0.55, 9.0, 0.004),
    Channel("podcast", 1500, 70, 5500, 1.2, 0.60, 22.0, 0.009),
)


def spend_in(week: int, channel: Channel, chance: random.Random) -> float:
    """Draw a week's spend: a season, bursts, and a pause now and then; without these no curve can be read."""
    if chance.random() < 0.08:
        return 0.0
    season = 1 + 0.25 * math.sin(2 * math.pi * week / 52)
    burst = 2.2 if chance.random() < 0.12 else 1.0
    return round(channel.usual_spend * season * burst * math.exp(chance.gauss(0, 0.35)), 2)


def rows_of(channel: Channel, chance: random.Random) -> list[tuple[str, ...]]:
    """Simulate one channel, a row a week."""
    rows: list[tuple[str, ...]] = []
    stock = 0.0
    for week in range(WEEKS):
        spend = spend_in(week, channel, chance)
        stock = spend + channel.decay * stock
        level = stock**channel.slope
        signups = channel.ceiling * level / (channel.half**channel.slope + level) * math.exp(chance.gauss(0, NOISE))
        impressions = round(1000 * spend / channel.cost_per_thousand)
        clicks = round(impressions * channel.click_rate * math.exp(chance.gauss(0, 0.05)))
        monday = FIRST_WEEK + timedelta(weeks=week)
        figures = (f"{spend:.2f}", str(impressions), str(clicks), str(round(signups)))
        rows.append((monday.isoformat(), channel.name, *figures))
    return rows


def simulated_history() -> list[tuple[str, ...]]:
    """Return all rows by date, then channel."""
    chance = random.Random(SEED)
    return sorted(row for channel in CHANNELS for row in rows_of(channel, chance))


def main() -> None:
    """Write history.csv beside this script."""
    with (HERE / "history.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(simulated_history())


if __name__ == "__main__":
    main()
