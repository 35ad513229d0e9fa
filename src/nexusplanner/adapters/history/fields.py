"""The fields of a channel history, and the names that exports and modelling tools give them."""

from __future__ import annotations

_DATES = (
    "date",
    "week",
    "day",
    "time",
    "ds",
    "date_week",
    "date_day",
    "week_start",
    "week_start_date",
    "wk_strt_dt",
    "period",
    "period_start",
    "reporting_date",
    "segments_date",
    "date_start",
)

METRICS = ("impressions", "clicks", "conversions", "revenue")
"""What a channel may have brought, beside what it cost."""

LONG_FIELDS: dict[str, tuple[str, ...]] = {
    "date": _DATES,
    "channel": ("channel", "channel_name", "platform", "media_channel", "medium", "network", "media", "campaign"),
    "spend": ("spend", "cost", "amount_spent", "media_spend", "ad_spend", "media_cost", "spent"),
    "impressions": ("impressions", "impression", "views", "imps"),
    "clicks": ("clicks", "click", "link_clicks"),
    "conversions": ("conversions", "conversion", "orders", "purchases", "results", "signups", "leads"),
    "revenue": ("revenue", "conversions_value", "conversion_value", "purchase_value", "sales", "value"),
}
"""Columns of a table with one row a date and channel; the first three are needed."""

LONG_NEEDS = ("date", "channel", "spend")

WIDE_FIELDS: dict[str, tuple[str, ...]] = {
    "date": _DATES,
    "outcome": (
        "revenue",
        "sales",
        "conversions",
        "orders",
        "leads",
        "signups",
        "visits",
        "y",
        "kpi",
        "target",
        "target_var",
        "outcome",
    ),
}
"""Columns of a table with one row a date, a column of spend a channel, and one outcome."""

COLUMN_OPTIONS = frozenset(LONG_FIELDS) | {"outcome", "ignore"}
"""Fields whose column can be given by name.

``spend`` and ``ignore`` of a wide table are lists joined by commas; ``outcome`` may be a product,
``conversions*revenue_per_conversion``."""
