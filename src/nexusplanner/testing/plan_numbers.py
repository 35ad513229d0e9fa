"""The calculations of the sample plan: small, plausible, and coherent because code made them.

The shapes are those of the real calculators; the inputs are shortened, so these are for looking
at and rendering, not for running again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import NormalDist

from pydantic import JsonValue

from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.money import plain, split
from nexusplanner.domain.sections import Range

METRIC = "conversions"
_Z10 = NormalDist().inv_cdf(0.9)
_Z20 = NormalDist().inv_cdf(0.8)


@dataclass(frozen=True)
class Response:
    """One channel's weekly Hill curve: ``ceiling * s**slope / (half**slope + s**slope)``."""

    status: str
    ceiling: float
    half: float
    slope: float
    most: float
    """Most spent in a week so far; 0 without history."""
    sigma: float
    """Log standard deviation of the response."""

    def at(self, spend: float) -> float:
        """Return the weekly response to a weekly spend."""
        return self.ceiling * spend**self.slope / (self.half**self.slope + spend**self.slope) if spend else 0.0

    def gain(self, spend: float) -> float:
        """Return the derivative of :meth:`at`."""
        filled = self.at(spend) / self.ceiling
        return self.at(spend) * self.slope * (1 - filled) / spend


CURVES = {
    "paid_search": Response("measured", 277.6, 5200.0, 1.1, 5200.0, 0.16),
    "paid_social": Response("measured", 201.4, 4800.0, 1.3, 2600.0, 0.24),
    "email": Response("measured", 205.4, 1300.0, 1.0, 2900.0, 0.12),
    "podcast": Response("assumed", 122.7, 2400.0, 1.0, 0.0, 0.55),
    "out_of_home": Response("pooled", 77.6, 1900.0, 1.0, 1100.0, 0.4),
}
AMOUNTS = {
    "paid_search": Decimal("38000.00"),
    "paid_social": Decimal("31000.00"),
    "email": Decimal("24000.00"),
    "podcast": Decimal("12500.00"),
    "out_of_home": Decimal("8500.00"),
}
SEGMENTS = (
    ("seg-champions", "Champions", "active", "r >= 4 AND f >= 4", 2614, 2207, 412_880.5),
    ("seg-promising", "Promising newcomers", "new", "r >= 4 AND f < 4", 5120, 4476, 236_410.0),
    ("seg-slipping", "Slipping regulars", "at_risk", "r BETWEEN 2 AND 3 AND f >= 3", 3871, 2903, 158_324.25),
    ("seg-lapsed", "Lapsed", "lapsed", "r = 1 OR (r BETWEEN 2 AND 3 AND f < 3)", 6815, 3067, 41_007.75),
)


def expected(channel: str, weeks: float, scale: float = 1.0) -> float:
    """Return what a channel's amount brings over the period, the amount scaled."""
    return weeks * CURVES[channel].at(scale * float(AMOUNTS[channel]) / weeks)


def spread(mean: float, sigma: float) -> Range:
    """Return the range of a log-normal of this mean and log standard deviation."""
    middle = mean * math.exp(-(sigma**2) / 2)
    low, high = (round(middle * math.exp(z * sigma), 4) for z in (-_Z10, _Z10))
    return Range(p10=low, p50=round(middle, 4), p90=high)


def response_curves(evidence: str) -> Calculation:
    """Give the curves of all channels."""
    channels: JsonObject = {name: _curve(curve) for name, curve in CURVES.items()}
    outputs: JsonObject = {
        "metric": METRIC,
        "cadence": "weekly",
        "layout": "long",
        "channels": channels,
        "fit": {"r2": 0.81, "mape": 0.14, "n": 104},
        "noise": {"sigma": 0.12},
        "warnings": [],
    }
    return Calculation.record(
        "response_curves",
        "1",
        inputs={"metric": METRIC, "seed": 7, "rows": [[w, 2000.0 + 13.0 * w] for w in range(104)]},
        outputs=outputs,
        explanation="Fits a saturating curve with carry-over to each channel, from 104 weeks of spend and conversions.",
        evidence=(evidence,),
    )


def _curve(curve: Response) -> JsonObject:
    widest = 2.2 * max(curve.half, curve.most)
    points = [[round(widest * i / 24, 2), round(curve.at(widest * i / 24), 4)] for i in range(25)]
    observed: JsonObject = {"periods": 104, "max_spend": curve.most, "mean_spend": round(curve.most * 0.55, 2)}
    return {
        "status": curve.status,
        "decay": 0.3,
        "half_saturation": curve.half,
        "slope": curve.slope,
        "ceiling": curve.ceiling,
        "observed": observed,
        "unit_cost_past": None,
        "warnings": [],
        "points": [list(point) for point in points],
        "band": [[round(y * math.exp(z * curve.sigma), 4) for z in (-_Z10, _Z10)] for _, y in points],
    }


def allocation(brief: CampaignBrief, contingency: Decimal) -> Calculation:
    """Give the chosen split of the money."""
    weeks = brief.period.days / 7
    spent = sum(AMOUNTS.values())
    lines: list[JsonObject] = [
        {
            "channel": name,
            "amount": plain(amount),
            "share": float(amount / spent),
            "expected": round(expected(name, weeks), 4),
            "marginal_return": round(CURVES[name].gain(float(amount) / weeks), 8),
            "unit_cost": round(float(amount) / expected(name, weeks), 4),
            "bound": "maximum" if name == "podcast" else "none",
            "is_capped": False,
            "status": CURVES[name].status,
            "beyond_observed": float(amount) / weeks > CURVES[name].most,
            "warnings": _warnings(name, float(amount) / weeks),
        }
        for name, amount in AMOUNTS.items()
    ]
    outputs: JsonObject = {
        "total": plain(brief.budget.amount),
        "currency": brief.budget.currency,
        "weeks": brief.period.weeks,
        "contingency": plain(contingency),
        "metric": METRIC,
        "lines": list(lines),
        "warnings": [warning for name, amount in AMOUNTS.items() for warning in _warnings(name, float(amount) / weeks)],
        "expected": round(sum(expected(name, weeks) for name in AMOUNTS), 4),
    }
    told = "Splits the money so that the last unit brings the same everywhere, within the brief's bounds."
    return Calculation.record(
        "allocation", "1", inputs={"total": plain(brief.budget.amount)}, outputs=outputs, explanation=told
    )


def _warnings(name: str, weekly: float) -> list[JsonValue]:
    most = CURVES[name].most
    if most <= 0:
        return [f"No week with money for {name} is known; what it brings is borrowed or assumed."]
    if weekly <= most:
        return []
    return [f"{name} gets {weekly / most:.1f} times the most it ever spent in a week; its curve is extrapolated there."]


def flights(brief: CampaignBrief) -> Calculation:
    """Give the money by week: heavier at the start and towards the end."""
    count = brief.period.weeks
    weights = [1.4 if i < 2 else 1.15 if i >= count - 2 else 0.9 for i in range(count)]
    rows: list[JsonObject] = []
    for name, amount in AMOUNTS.items():
        parts = split(amount, weights, brief.budget.currency)
        rows += [
            {"channel": name, "week": week.isoformat(), "amount": plain(part)}
            for week, part in zip(_weeks(brief), parts, strict=True)
        ]
    told = "Opens strongly, keeps a base and closes strongly; each channel adds up to its line."
    return Calculation.record(
        "flights",
        "1",
        inputs={"weeks": count, "currency": brief.budget.currency},
        outputs={"flights": list(rows)},
        explanation=told,
    )


def _weeks(brief: CampaignBrief) -> list[date]:
    return [brief.period.start + timedelta(days=7 * i) for i in range(brief.period.weeks)]


def forecast(brief: CampaignBrief) -> Calculation:
    """Give the ranges of the whole and of each channel, and the probability of the target."""
    weeks = brief.period.days / 7
    whole = _outlook(brief, 1.0)
    by_channel: JsonObject = {
        name: spread(expected(name, weeks), curve.sigma).model_dump() for name, curve in CURVES.items()
    }
    count = brief.period.weeks
    by_week: list[JsonObject] = [
        {"week": k, **{q: round(float(str(whole[q])) * k / count, 4) for q in ("p10", "p50", "p90")}}
        for k in range(1, count + 1)
    ]
    told = "Draws the curves' parameters 4,000 times and reads the outcomes."
    outputs: JsonObject = {**whole, "by_channel": by_channel, "by_week": list(by_week)}
    return Calculation.record("forecast", "1", inputs={"seed": 7}, outputs=outputs, explanation=told)


def _outlook(brief: CampaignBrief, scale: float) -> JsonObject:
    weeks, target = brief.period.days / 7, float(brief.objective.target)
    means = {name: expected(name, weeks, scale) for name in CURVES}
    mean = sum(means.values())
    sigma = math.sqrt(sum((CURVES[name].sigma * m) ** 2 for name, m in means.items())) / mean + 0.06
    found = spread(mean, sigma)
    return {
        "metric": METRIC,
        **found.model_dump(),
        "mean": round(mean, 4),
        "target": target,
        "probability_of_target": round(NormalDist().cdf(math.log(found.p50 / target) / sigma), 4),
        "stretch": round(found.p50 * math.exp(_Z20 * sigma), 4),
        "reachable_80": round(found.p50 * math.exp(-_Z20 * sigma), 4),
    }


def what_if(brief: CampaignBrief) -> Calculation:
    """Give the ranges for other totals."""
    points: list[JsonObject] = []
    for multiplier in (0.5, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0):
        found = _outlook(brief, multiplier)
        kept: JsonObject = {key: found[key] for key in ("p10", "p50", "p90", "probability_of_target")}
        total = plain((brief.budget.amount * Decimal(str(multiplier))).quantize(Decimal("0.01")))
        points.append({"multiplier": multiplier, "total": total, **kept})
    told = "Splits and forecasts other totals the same way."
    outputs: JsonObject = {"metric": METRIC, "currency": brief.budget.currency, "points": list(points)}
    inputs: JsonObject = {"seed": 7, "target": float(brief.objective.target)}
    return Calculation.record("what_if", "1", inputs=inputs, outputs=outputs, explanation=told)


def customer_segments(evidence: str) -> Calculation:
    """Give the segments of the customer base."""
    customers = sum(row[4] for row in SEGMENTS)
    rows: list[JsonObject] = [
        {
            "id": key,
            "name": name,
            "lifecycle": lifecycle,
            "rule": f"SELECT customer_id FROM customer_summary WHERE {rule}",  # noqa: S608 - the rules stand above
            "size": size,
            "contactable": contactable,
            "share": size / customers,
            "value": value,
        }
        for key, name, lifecycle, rule, size, contactable, value in SEGMENTS
    ]
    outputs: JsonObject = {"customers": customers, "currency": "USD", "segments": list(rows), "overlaps": []}
    told = "Parts the base by recency and frequency; every customer is in exactly one segment."
    return Calculation.record(
        "customer_segments", "1", inputs={"cells": 125}, outputs=outputs, explanation=told, evidence=(evidence,)
    )


def experiment_size(baseline: float, mde: float) -> Calculation:
    """Give the size of a test of two proportions (normal approximation, two-sided 5 %, power 80 %)."""
    normal, other = NormalDist(), baseline + mde
    spread_sum = baseline * (1 - baseline) + other * (1 - other)
    n = math.ceil((normal.inv_cdf(0.975) + normal.inv_cdf(0.8)) ** 2 * spread_sum / mde**2)
    outputs: JsonObject = {
        "baseline": baseline,
        "mde": mde,
        "alpha": 0.05,
        "power": 0.8,
        "n_per_arm": n,
        "arms": 2,
        "days": 21,
        "audience": 5120,
        "is_feasible": 2 * n <= 5120,
    }
    told = "Sizes a two-armed test on the newcomers who may be written to."
    inputs: JsonObject = {"baseline": baseline, "mde": mde}
    return Calculation.record("experiment_size", "1", inputs=inputs, outputs=outputs, explanation=told)
