"""A reported outcome is held against its plan, moves the curves and leaves small lessons."""

from __future__ import annotations

import pytest
from tests.unit.learning.reporting import TODAY, learnt, plan, reported

from nexusplanner.calculators import recompute
from nexusplanner.domain.history import ChannelSeries
from nexusplanner.domain.learned import Learned
from nexusplanner.domain.sections import Range
from nexusplanner.errors import InputError
from nexusplanner.learning import learn
from nexusplanner.learning.checking import curves_of
from nexusplanner.learning.lesson_writing import uses_of
from nexusplanner.learning.moving import moved_curves
from nexusplanner.learning.recording import outcome_of
from nexusplanner.learning.reported_rows import past_rows


def top() -> str:
    return plan().budget.lines[0].channel


def test_what_came_as_forecast_lies_within_and_is_confirmed() -> None:
    record, report = learnt(reported())
    assert {check.verdict for check in report.outcome.checks} == {"within"}
    assert {lesson.kind for lesson in record.lessons} <= {"confirmed", "beyond_observed"}
    assert report.factor < report.factor_before == 1.0
    assert report.notes == ()


def test_the_plans_own_forecast_is_asked_again_for_what_was_really_spent() -> None:
    """Half the money in half the time was never to bring the whole."""
    made = plan()
    half = learnt(reported(weeks=made.brief.period.weeks // 2))[1]
    whole = learnt(reported())[1]
    assert half.total.planned == whole.total.planned
    assert half.total.expected.p50 == pytest.approx(whole.total.expected.p50 / 2, rel=0.15)
    assert half.total.spend == pytest.approx(whole.total.spend / 2, rel=0.1)
    assert "report again when it is over" in half.notes[0]


def test_a_surprise_is_a_lesson_moves_its_curve_and_widens_forecasts() -> None:
    record, report = learnt(reported(lifted={top(): 2.0}))
    lesson = next(n for n in record.lessons if n.channel == top() and n.kind == "surprise")
    assert "more than the" in lesson.text
    assert lesson.outcome == record.outcome.id
    assert lesson.id in {n.id for n in report.lessons}
    move = next(m for m in report.moves if m.channel == top())
    assert move.before is not None
    assert move.after > 1.05 * move.before
    assert report.factor > 1.0
    assert {n.kind for n in record.lessons} >= {"surprise", "width"}


def test_less_than_forecast_is_told_as_such() -> None:
    record, _ = learnt(reported(lifted={top(): 0.4}))
    lesson = next(n for n in record.lessons if n.channel == top() and n.kind == "surprise")
    assert "fewer than the" in lesson.text


def test_every_figure_of_a_lesson_is_one_of_its_outcome() -> None:
    """Words by code: a lesson says nothing that was not reported or forecast."""
    record, _ = learnt(reported(lifted={top(): 2.0}))
    check = record.outcome.check(top())
    assert check is not None
    lesson = next(n for n in record.lessons if n.channel == top() and n.kind == "surprise")
    for value in (check.actual, check.spend, check.expected.p10, check.expected.p50, check.expected.p90):
        assert f"{value:,.0f}" in lesson.text


def test_the_same_rows_are_the_same_outcome_whatever_file_they_came_in() -> None:
    one, other = reported(), reported().model_copy(update={"source": "again.csv"})
    assert outcome_of(plan(), one, today=TODAY).id == outcome_of(plan(), other, today=TODAY).id
    assert outcome_of(plan(), one, today=TODAY).id != outcome_of(plan(), reported(spent=1.1), today=TODAY).id


def test_priors_are_what_the_moved_curves_say() -> None:
    record, _ = learnt(reported(lifted={top(): 1.5}))
    prior = next(p for p in record.priors if p.channel == top())
    assert prior.outcomes == (record.outcome.id,)
    assert prior.weeks >= plan().brief.period.weeks
    again = moved_curves(plan(), Learned(rows=past_rows(record.outcome, "conversions")))
    assert recompute(again) == again.outputs


def test_what_other_outcomes_taught_is_learnt_with_it() -> None:
    first, _ = learnt(reported(lifted={top(): 1.6}))
    known = Learned(
        rows=past_rows(first.outcome, "conversions"), misses=tuple(c.missed("out-0") for c in first.outcome.checks)
    )
    alone, both = (learnt(reported(), known=k)[1] for k in (Learned(), known))
    assert both.factor > alone.factor
    assert both.factor_before > 1.0


def test_channels_beside_the_plan_are_told_and_learnt_from() -> None:
    rows = reported()
    weeks = len(rows.dates)
    more = {
        **{n: s for n, s in rows.channels.items() if n != top()},
        "radio": ChannelSeries(spend=(500.0,) * weeks, conversions=(90.0,) * weeks),
    }
    record, report = learnt(rows.model_copy(update={"channels": more}))
    assert any("radio" in note for note in report.notes)
    assert any(top() in note for note in report.notes)
    assert next(m for m in report.moves if m.channel == "radio").before is None
    assert "radio" in {p.channel for p in record.priors}
    assert {n.channel for n in record.lessons if not n.trusted} == {"radio"}, "its name is the report's, not the plan's"


def test_rows_of_another_time_are_refused() -> None:
    rows = reported()
    early = rows.model_copy(update={"dates": tuple(day.replace(year=day.year - 2) for day in rows.dates)})
    with pytest.raises(InputError, match="no row lies in the plan's period"):
        learnt(early)


def test_rows_without_the_plans_metric_are_refused() -> None:
    rows = reported()
    bare = {name: ChannelSeries(spend=series.spend, revenue=series.spend) for name, series in rows.channels.items()}
    with pytest.raises(InputError, match="no column holds conversions"):
        learnt(rows.model_copy(update={"channels": bare}))


def test_a_plan_without_curves_cannot_be_checked() -> None:
    bare = plan().model_copy(update={"calculations": ()})
    with pytest.raises(InputError, match="no response curves"):
        curves_of(bare)
    with pytest.raises(InputError):
        learn(bare, reported(), known=Learned(), today=TODAY)


def test_a_lesson_that_a_plan_cited_is_counted_by_what_its_channel_did() -> None:
    made = plan()
    lesson = made.evidence[0].model_copy(
        update={"id": "ev-lesson-1", "kind": "lesson", "source": "les-1", "locator": f"channel {top()}"}
    )
    unused = lesson.model_copy(update={"id": "ev-lesson-2", "source": "les-2"})
    claim = made.claims[0].model_copy(update={"evidence": ("ev-lesson-1",)})
    using = made.model_copy(update={"evidence": (lesson, unused), "claims": (claim,)})
    for lifted, has_helped in ((1.5, True), (0.5, False)):
        outcome = outcome_of(made, reported(lifted={top(): lifted}), today=TODAY)
        (use,) = uses_of(using, outcome)
        assert (use.lesson, use.has_helped) == ("les-1", has_helped)


def test_nothing_forecast_is_no_difference() -> None:
    check = learnt(reported())[0].outcome.total
    none = check.model_copy(update={"expected": Range(p10=0, p50=0, p90=0)})
    assert none.difference == 0.0
