"""Briefs that Hypothesis makes up: currencies, metrics, periods and bounds on the channels."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from nexusplanner import CampaignBrief
from nexusplanner.domain.money import minor_unit

CHANNELS = ("search", "social", "email", "tv", "ooh", "display", "affiliate")
METRICS = ("conversions", "revenue", "leads", "signups", "visits")
_NAMES = ("Kiln & Clay", "Fjordbrød", "Ōsaka Lantern", "Hop/Barrel", "Línea Verde", "Number 9")
_PROMISES = (
    "Pieces are fired and posted home",
    "Bread is out of the oven at six",
    "Repairs are free for ten years",
    "Nobody waits longer than two days",
)


@st.composite
def briefs(draw: st.DrawFn) -> CampaignBrief:
    """Draw a brief whose bounds can be kept."""
    currency = draw(st.sampled_from(("EUR", "JPY", "KWD", "USD")))
    unit = minor_unit(currency)
    total = Decimal(draw(st.integers(2_000, 900_000))) + unit * draw(st.integers(0, 9))
    allowed = draw(st.lists(st.sampled_from(CHANNELS), min_size=2, max_size=5, unique=True))
    start = date(2026, 11, 9) + timedelta(days=draw(st.integers(0, 300)))
    return CampaignBrief.parse(
        {
            "name": f"Campaign of {draw(st.sampled_from(_NAMES))}",
            "offering": {
                "name": draw(st.sampled_from(_NAMES)),
                "category": draw(st.sampled_from(("pottery workshops", "bakery", "bicycles"))),
                "value_props": draw(st.lists(st.sampled_from(_PROMISES), min_size=1, max_size=3, unique=True)),
                **draw(st.sampled_from(({}, {"price": "49.90"}, {"price": "49.90", "margin": "0.35"}))),
            },
            "objective": {"metric": draw(st.sampled_from(METRICS)), "target": str(draw(st.integers(10, 100_000)))},
            "budget": {"amount": str(total), "currency": currency},
            "period": {"start": start, "end": start + timedelta(days=draw(st.integers(6, 120)))},
            "audience": {
                "description": "People who asked for it",
                "regions": draw(st.sampled_from(([], ["DE"], ["US"]))),
            },
            "channels": {"allowed": allowed, **_bounds(draw, allowed, total, unit)},
            "compliance": draw(st.lists(st.sampled_from(("gdpr", "can_spam", "ccpa")), max_size=2, unique=True)),
        }
    )


def _bounds(draw: st.DrawFn, allowed: list[str], total: Decimal, unit: Decimal) -> dict[str, dict[str, str]]:
    kind = draw(st.sampled_from(("none", "minimum", "maximum", "both")))
    low = (total * Decimal("0.15")).quantize(unit)
    high = (total * Decimal("0.55")).quantize(unit)
    bounds: dict[str, dict[str, str]] = {}
    if kind in {"minimum", "both"}:
        bounds["minimum"] = {allowed[0]: str(low)}
    if kind in {"maximum", "both"}:
        bounds["maximum"] = {allowed[0]: str(high)}
    return bounds
