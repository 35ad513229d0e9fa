"""Numbers in prose are read as a reader reads them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.calculators.verification import numbers_in


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("12,345 people", [(12345, "")]),
        ("12 000 kr", [(12000, "")]),
        ("USD 1.2m, 45k, €1,234.50", [(1.2e6, "money"), (45e3, ""), (1234.5, "money")]),
        ("20 EUR, USD12.50", [(20, "money"), (12.5, "money")]),
        ("2 million and 3 bn", [(2e6, ""), (3e9, "")]),
        ("12.5 %, 7 percent, 12,5 % and -5 %", [(12.5, "%"), (7, "%"), (12.5, "%"), (-5, "%")]),
        ("10-20 % or 10 to 20 %", [(10, "%"), (20, "%"), (10, "%"), (20, "%")]),
        ("between 5 and 7 %", [(5, "%"), (7, "%")]),
        ("$10-20k", [(10e3, "money"), (20e3, "")]),
        ("3.2x the 1st and 21st", [(3.2, "x"), (1, "ordinal"), (21, "ordinal")]),
        ("6 weeks, a 14-day window, week 3", [(6, "time"), (14, "time"), (3, "week")]),
        ("2026-05-31, 3 March 2026, March 5", [(20260531, "date"), (20260303, "date"), (305, "day")]),
        ("Number 9 may sell out, 9 May may not", [(9, ""), (509, "day")]),
        ("Mar 2026, in 2027", [(202603, "month"), (2027, "year")]),
        ("twenty percent of two hundred thousand, a dozen, eleven", [(20, "%"), (200e3, ""), (12, ""), (11, "")]),
        ("1e5 and 2.5E-3", [(1e5, ""), (0.0025, "")]),
        ("0.04 and .5 and 99.", [(0.04, ""), (0.5, ""), (99, "")]),
    ],
)  # fmt: skip
def test_numbers_are_read(text: str, read: list[tuple[float, str]]) -> None:
    found = numbers_in(text)
    assert [n.value for n in found] == pytest.approx([value for value, _ in read])
    assert [n.unit for n in found] == [unit for _, unit in read]


@pytest.mark.parametrize(
    "text",
    [
        "P10 to P90, GA4, B2B, Q3, A/B, COVID-19, v1.2.3",
        "seg-at-risk-2 and ev-crm-12ab34cd, calc-forecast-00112233",
        "cdnow_2024.csv, 2024-report.pdf, https://x.example/12?a=3, a12@b3.example",
        "at 10:30, 24/7",
        "three of ten customers, one chance in ten",
        "",
        "May be",
    ],
)
def test_labels_and_small_counts_in_words_are_no_numbers(text: str) -> None:
    assert numbers_in(text) == ()


def test_the_precision_is_that_of_the_last_digit_shown() -> None:
    shown = {n.text: n.precision for n in numbers_in("1.2m 12 0.04 45k USD 3.50")}
    assert shown == pytest.approx({"1.2m": 1e5, "12": 1, "0.04": 0.01, "45k": 1e3, "USD 3.50": 0.01})


def test_after_a_hedge_trailing_zeros_are_not_meant_exactly() -> None:
    exact, hedged = numbers_in("12,000 people")[0], numbers_in("about 12,000 people")[0]
    assert exact.precision == 1
    assert hedged.precision == pytest.approx(1200)


@given(st.text(max_size=200))
def test_any_text_is_read_and_spans_point_into_it(text: str) -> None:
    spans = [number.span for number in numbers_in(text)]
    assert spans == sorted(spans)
    assert all(0 <= a < b <= len(text) for a, b in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))


@given(st.integers(0, 10**12))
def test_a_written_whole_number_is_read_back(number: int) -> None:
    for text in (f"It is {number} there", f"It is {number:,} there"):
        assert [n.value for n in numbers_in(text)] == [number]


@pytest.mark.parametrize("unit", ["1,", "9" * 50 + " ", "twenty ", "a_", "1.", "-", "Jan 1 ", "x@", "$1-"])
def test_hostile_texts_are_read_in_linear_time(unit: str) -> None:
    assert len(numbers_in(unit * 2_000)) <= 10_000
