"""A number in prose is a known figure, rounded as shown, or an orphan."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.calculators.verification import FigurePool, orphans
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.evidence import Evidence
from nexusplanner.domain.model import JsonObject
from nexusplanner.testing.plans import sample_brief


def pool_of(outputs: JsonObject, quote: str = "", inputs: JsonObject | None = None) -> FigurePool:
    found = Evidence.found(kind="memory", source="notes.md", quote=quote, as_of=date(2025, 2, 14), trusted=True)
    calculation = Calculation.record("x", "1", inputs=inputs or {}, outputs=outputs)
    return FigurePool.of(sample_brief(), [found], [calculation])


@pytest.mark.parametrize(
    "text",
    [
        "12,345 people", "about 12,000 people", "12.3k people", "0.012m people", "12.345 Leute",
        "34 % or 34.5 % of them", "0.345 of them", "-34 %", "66 % are not",
        "USD 120,000 over 10 weeks (70 days), from 3 March 2025 to 2025-05-11", "$120k", "in April 2025", "in 2025",
        "week 3 of 10", "the 2nd send", "on 14 February 2025", "18 % more", "an 80 % chance",
    ],
)  # fmt: skip
def test_figures_rounded_as_shown_are_traced(text: str) -> None:
    pool = pool_of({"people": 12345, "share": 0.3449, "reachable_80": 777}, "Up 18 % in January")
    assert orphans(text, pool) == ()


@pytest.mark.parametrize(
    ("text", "loose"),
    [
        ("12,346 people and 12.4k", ("12,346", "12.4k")),
        ("35 % of them", ("35 %",)),
        ("12345 %", ("12345 %",)),
        ("week 11", ("11",)),
        ("on 4 March 2025", ("4 March 2025",)),
        ("in 2031", ("2031",)),
        ("fifty thousand people", ("fifty thousand",)),
        ("the 37th send", ("37th",)),
        ("between 41 and 43 %", ("41", "43 %")),
    ],
)
def test_what_no_figure_explains_is_an_orphan(text: str, loose: tuple[str, ...]) -> None:
    assert orphans(text, pool_of({"people": 12345, "share": 0.3449})) == loose


@given(st.floats(0.01, 1e9), st.integers(0, 3))
def test_every_figure_can_be_told_at_any_rounding(value: float, digits: int) -> None:
    pool = pool_of({"value": value})
    assert orphans(f"It brings {value:,.{digits}f} in all", pool) == ()


@given(st.floats(0.0, 1.0), st.integers(0, 2))
def test_every_share_can_be_told_in_percent(share: float, digits: int) -> None:
    assert orphans(f"It is {share:.{digits}%} of them", pool_of({"a": share})) == ()


def test_inputs_and_texts_of_calculations_count_too() -> None:
    pool = pool_of({"note": "fitted on 8,321 rows"}, inputs={"alpha": 0.07})
    assert orphans("8,321 rows at alpha 0.07, 93 % sure", pool) == ()
    assert "numbers" in repr(pool)


def test_what_is_drawn_or_counts_rows_is_no_figure() -> None:
    """A curve's band and the numbers of weeks hold something near every number; prose repeats neither."""
    pool = pool_of({"band": [[86.9, 87.1]], "by_week": [{"week": 41, "p50": 512.0}]})
    assert orphans("87 people, 41 shops and 512 orders", pool) == ("87", "41")
