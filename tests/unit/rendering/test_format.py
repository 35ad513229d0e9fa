"""Numbers, money, dates and names must read the same everywhere."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.rendering import format as told


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (1234567, "1,234,567"), (1234.56, "1,235"), (12.34, "12.3"), (1.234, "1.23"), (0.05234, "0.0523"),
     (0.00021, "0.00021"), (0.00002, "0.00002"), (1e18, "1e+18"), (Decimal("3.10"), "3.1")],
)  # fmt: skip
def test_numbers_keep_about_three_digits(value: float, text: str) -> None:
    assert told.number(value) == text


@pytest.mark.parametrize(
    ("amount", "currency", "exact", "rounded"),
    [("1234.50", "USD", "$1,234.50", "$1,234"), ("0.5", "EUR", "€0.50", "€0.50"), ("1500", "JPY", "¥1,500", "¥1,500"),
     ("24.00", "USD", "$24.00", "$24"), ("99999999999.99", "USD", "$99,999,999,999.99", "$100,000,000,000")],
)  # fmt: skip
def test_money_has_the_minor_unit_of_its_currency(amount: str, currency: str, exact: str, rounded: str) -> None:
    assert told.money(Decimal(amount), currency) == exact
    assert told.round_money(Decimal(amount), currency) == rounded


@pytest.mark.parametrize(
    ("probability", "text"), [(0.0, "under 1%"), (0.634, "63%"), (0.99, "99%"), (0.999, "over 99%"), (1.0, "over 99%")]
)
def test_a_probability_never_claims_certainty(probability: float, text: str) -> None:
    assert told.chance(probability) == text


def test_spans_tell_the_year_once() -> None:
    assert told.span(date(2025, 3, 3), date(2025, 5, 11)) == "3 Mar – 11 May 2025"
    assert told.span(date(2025, 12, 30), date(2026, 1, 2)) == "30 Dec 2025 – 2 Jan 2026"
    assert told.span(date(2025, 3, 3), date(2025, 3, 3)) == "3 Mar 2025"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("paid_search", "Paid search"),
        ("tv", "TV"),
        ("tiktok_ads", "TikTok ads"),
        ("out_of_home", "Out of home"),
        ("", ""),
    ],
)
def test_channels_read_as_words(name: str, text: str) -> None:
    assert told.channel_name(name) == text


@pytest.mark.parametrize(
    ("rule", "text"), [("gdpr", "GDPR"), ("can_spam", "CAN-SPAM"), ("house_rule", "House rule"), ("ccpa", "CCPA")]
)
def test_laws_have_their_names(rule: str, text: str) -> None:
    assert told.rule_name(rule) == text


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [(0, "USD", "$0"), (20000, "USD", "$20K"), (1500, "USD", "$1.5K"), (2_500_000, None, "2.5M"), (0.5, None, "0.5"),
     (0.25, "USD", "$0.25"), (500, None, "500")],
)  # fmt: skip
def test_axis_labels_are_short(value: float, currency: str | None, text: str) -> None:
    assert told.short(value, currency) == text


def test_one_of_a_metric_is_told_in_the_singular() -> None:
    assert told.counted(1, "leads", "USD") == "1 lead"
    assert told.counted(8000, "leads", "USD") == "8,000 leads"
    assert told.counted(8000, "revenue", "EUR") == "€8,000 revenue"
    assert told.each("conversions") == "a conversion"


@given(st.text())
def test_folded_text_is_one_line_that_shows_what_it_holds(text: str) -> None:
    folded = told.folded(text)
    assert "\n" not in folded
    assert folded == folded.strip()
    assert folded.isprintable() or not set(folded) & set("\x00\x1b\u202e\r\x85")
    assert told.folded(folded) == folded


@given(st.floats(min_value=-1e20, max_value=1e20))
def test_every_number_can_be_told(value: float) -> None:
    assert told.number(value)
    assert told.short(value)
