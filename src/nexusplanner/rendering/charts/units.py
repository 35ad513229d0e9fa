"""Units: how a chart writes its metric and its money, whether or not it knows the currency."""

from __future__ import annotations

from dataclasses import dataclass

from nexusplanner.domain.brief import Metric
from nexusplanner.rendering.format import Amount, number, result, round_money, short
from nexusplanner.rendering.readings import known_currency


@dataclass(frozen=True)
class Units:
    """A metric, and the currency where it is known."""

    metric: Metric
    currency: str | None = None

    @classmethod
    def of(cls, metric: Metric, currency: str | None) -> Units:
        """Take a currency that Babel knows; any other text counts as none."""
        return cls(metric, known_currency(currency))

    def money(self, amount: Amount) -> str:
        """Write money for the eye."""
        if self.currency is None:
            return number(amount)
        return round_money(round(amount, 2) if isinstance(amount, float) else amount, self.currency)

    def money_tick(self, amount: float) -> str:
        """Write money on an axis."""
        return short(amount, self.currency)

    def result(self, value: Amount) -> str:
        """Write an amount of the metric."""
        if self.currency is None and self.metric == "revenue":
            return number(round(float(value)))
        return result(value, self.metric, self.currency or "")

    def tick(self, value: float) -> str:
        """Write an amount of the metric on an axis."""
        return short(value, self.currency if self.metric == "revenue" else None)

    @property
    def told(self) -> str:
        """Name the metric with its unit (``revenue, USD``)."""
        return f"{self.metric}, {self.currency}" if self.metric == "revenue" and self.currency else self.metric
