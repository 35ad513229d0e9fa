"""What is said of money, days and spans: read strictly, or not at all."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.agents.refinement.said import Said, amount_said, day_said, moved_day

NEAR = date(2027, 1, 4)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("4,000", Said(Decimal(4000), "money")),
        ("4,000.50 EUR", Said(Decimal("4000.50"), "money", "EUR")),
        ("€ 4000", Said(Decimal(4000), "money", "EUR")),
        ("$4k", Said(Decimal(4000), "money", "$")),
        ("1.5 million", Said(Decimal(1_500_000), "money")),
        ("10 %", Said(Decimal(10), "percent")),
        ("10 percent", Said(Decimal(10), "percent")),
        ("12.5% of the budget", Said(Decimal("12.5"), "percent", of="the budget")),
        ("half", Said(Decimal(50), "percent")),
        ("a quarter", Said(Decimal(25), "percent")),
        ("double", Said(Decimal(200), "percent")),
    ],
)
def test_an_amount_is_read(text: str, said: Said) -> None:
    assert amount_said(text) == said


@pytest.mark.parametrize(
    "text", ["", "some", "4.000", "4,5", "1.234.567", "4,00", "ten", "-5", "4 000 000.", "5k %", "1e9"]
)
def test_what_may_be_read_in_two_ways_is_no_amount(text: str) -> None:
    assert amount_said(text) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2027-03-01", date(2027, 3, 1)),
        ("1 March 2027", date(2027, 3, 1)),
        ("March 1st, 2028", date(2028, 3, 1)),
        ("the 1st of March", date(2027, 3, 1)),
        ("Dec 28", date(2026, 12, 28)),
        ("28 Dec.", date(2026, 12, 28)),
        ("5 sept", date(2026, 9, 5)),
    ],
)
def test_a_day_is_read_and_without_a_year_it_is_the_closest(text: str, day: date) -> None:
    assert day_said(text, near=NEAR) == day


@pytest.mark.parametrize(
    "text", ["03/04/2027", "March", "31 February", "soon", "2027", "1 2 March 2027", "2027-13-01", ""]
)
def test_what_is_no_day_or_may_be_two_is_not_read(text: str) -> None:
    assert day_said(text, near=NEAR) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("a week later", date(2027, 2, 7)),
        ("2 weeks earlier", date(2027, 1, 17)),
        ("ten days sooner", date(2027, 1, 21)),
        ("a month later", date(2027, 2, 28)),
        ("two months earlier", date(2026, 11, 30)),
        ("three days longer", date(2027, 2, 3)),
    ],
)
def test_a_day_is_moved(text: str, day: date) -> None:
    start = date(2027, 1, 31)
    assert moved_day(start, text) == day


@pytest.mark.parametrize("text", ["a week", "later", "some weeks later", "0 days later", "99999 weeks later"])
def test_what_does_not_say_how_far_moves_nothing(text: str) -> None:
    assert moved_day(NEAR, text) is None


@given(st.text(max_size=60))
def test_nothing_that_is_said_breaks_the_reading(text: str) -> None:
    amount_said(text)
    day_said(text, near=NEAR)
    moved_day(NEAR, text)
