"""Differences as a text: kind by kind, what was asked first, never endless."""

from __future__ import annotations

from decimal import Decimal

from nexusplanner.domain.comparison import Comparison, Difference, compare
from nexusplanner.rendering import to_difference_text
from nexusplanner.testing import sample_plan

PLAN = sample_plan()


def test_money_is_told_with_the_step_between() -> None:
    line = PLAN.budget.lines[0].model_copy(update={"amount": PLAN.budget.lines[0].amount - Decimal("1500.50")})
    budget = PLAN.budget.model_copy(update={"lines": (line, *PLAN.budget.lines[1:])})
    text = to_difference_text(compare(PLAN, PLAN.model_copy(update={"budget": budget})))
    assert text.splitlines()[0] == "Money (1)"
    assert f"budget.lines.{line.channel}.amount: {PLAN.budget.lines[0].amount} -> {line.amount} (-1,500.50)" in text


def test_the_first_of_each_kind_are_told_and_how_many_more_there_are() -> None:
    many = tuple(Difference(group="words", where=("claims", f"row {i}"), after=i, kind="added") for i in range(40))
    comparison = Comparison(before="plan-a", after="plan-b", differences=many)
    assert to_difference_text(comparison).splitlines()[-1] == "  … and 32 more"
    assert len(to_difference_text(comparison, is_full=True).splitlines()) == 41


def test_rows_of_the_calendar_are_counted() -> None:
    found = (
        Difference(group="dates", where=("calendar", "a", "date"), before="2027-01-01", after="2027-01-02"),
        Difference(group="dates", where=("calendar", "a", "end"), before="2027-01-01", after="2027-01-02"),
        Difference(group="dates", where=("calendar", "b"), before={"date": "2027-01-01"}, kind="removed"),
        Difference(group="dates", where=("budget", "flights", "tv 1"), after={"amount": "1"}, kind="added"),
        Difference(group="dates", where=("brief", "period", "start"), before="2027-01-01", after="2027-01-02"),
    )
    comparison = Comparison(before="plan-a", after="plan-b", differences=found)
    assert to_difference_text(comparison).splitlines() == [
        "Dates (5)",
        "  brief.period.start: 2027-01-01 -> 2027-01-02",
        "  calendar: 1 changed, 1 gone",
        "  budget.flights: 1 new",
    ]
    assert len(to_difference_text(comparison, is_full=True).splitlines()) == 6


def test_a_long_text_is_shown_where_it_changed() -> None:
    same = "the same words over and over again, " * 9
    change = Difference(
        group="words", where=("summary",), before=f"{same}TV 49%, {same}", after=f"{same}TV 48%, {same}"
    )
    text = to_difference_text(Comparison(before="plan-a", after="plan-b", differences=(change,)))
    assert "was … words over and over again, TV 49%, the same words over and over …" in text
    assert "now … words over and over again, TV 48%, the same words over and over …" in text


def test_what_comes_and_goes_and_changes_its_place_is_said_to() -> None:
    found = (
        Difference(
            group="words", where=("claims", "a"), before={"id": "a", "text": "x", "evidence": []}, kind="removed"
        ),
        Difference(group="words", where=("claims", "b"), after={"id": "b", "is_new": True}, kind="added"),
        Difference(group="words", where=("claims",), before=["a"], after=["b"], kind="order"),
        Difference(group="words", where=("summary",), before="", after="y" * 900),
        Difference(group="record", where=("x",), before=1.5, after=None),
        Difference(group="words", where=("brief", "brand", "voice"), before="NaN", after="1"),
    )
    text = to_difference_text(Comparison(before="plan-a", after="plan-b", differences=found), is_full=True)
    lines = text.splitlines()
    assert "  brief.brand.voice: NaN -> 1" in lines
    assert "  claims.a: gone, was id a; text x" in lines
    assert "  claims.b: new, id b; is_new yes" in lines
    assert "  claims: in another order, b" in lines
    assert "  x: 1.5 -> nothing" in lines
    short = to_difference_text(Comparison(before="plan-a", after="plan-b", differences=found)).splitlines()
    assert short[1] == "  brief.brand.voice: NaN -> 1"
    assert max(len(line) for line in short) < 200


def test_what_others_wrote_stays_on_one_line() -> None:
    evil = Difference(group="words", where=("summary",), before="a\nb", after="c\x1b[31m\nd")
    text = to_difference_text(Comparison(before="plan-a", after="plan-b", differences=(evil,)))
    assert len(text.splitlines()) == 2
    assert "\x1b" not in text
