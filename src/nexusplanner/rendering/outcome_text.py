"""Outcome reports for reading: plain lines, and a card for notebooks."""

from __future__ import annotations

from markupsafe import Markup

from nexusplanner.domain.outcome import ForecastCheck
from nexusplanner.domain.outcome_report import Move, OutcomeReport
from nexusplanner.errors import InputError
from nexusplanner.rendering import charts
from nexusplanner.rendering.format import (
    channel_name,
    clean,
    counted,
    folded,
    number,
    percent,
    result,
    round_money,
    sentence_case,
    span,
)
from nexusplanner.rendering.plot import Plot


def to_outcome_text(report: OutcomeReport) -> str:
    """Write forecast against actual, what moved and what was learnt as plain lines."""
    return "".join(f"{line}\n" for line in outcome_lines(report))


def outcome_lines(report: OutcomeReport) -> tuple[str, ...]:
    """Write the report's lines."""
    o = report.outcome
    lines = [
        f"Outcome {o.id} of {folded(o.name)}, {span(o.start, o.end)}",
        *(f"  {_checked(report, check)}" for check in (o.total, *o.channels)),
        *(f"Moved: {_moved(report, move)}" for move in report.moves),
        f"Widths of forecasts are multiplied by {report.factor:.2f} (before: {report.factor_before:.2f})",
        *(f"Learnt {lesson.id}: {folded(lesson.text)}" for lesson in report.lessons),
        *(f"Helped: {lesson}" for lesson in report.helped),
        *(f"Hurt: {lesson}" for lesson in report.hurt),
        *(folded(note) for note in report.notes),
        *(f"{q.bad:,} of {q.rows:,} rows of {folded(q.source)} were left out" for q in report.quality if q.bad),
    ]
    return (*lines, "The same rows were reported before: nothing was changed") if report.is_known else tuple(lines)


def to_outcome_plot(report: OutcomeReport) -> Plot:
    """Draw forecast intervals and what came.

    Raises:
        InputError: Nothing was forecast.
    """
    chart = charts.outcome_ranges(report.outcome)
    if chart is None:
        raise InputError("there is nothing to draw", field="outcome", value=report.outcome.id)
    return Plot(report.outcome.id, (chart,))


def to_outcome_card(report: OutcomeReport) -> str:
    """Write the report as a card with its picture."""
    chart = charts.outcome_ranges(report.outcome)
    picture = Markup(Plot(report.outcome.id, (chart,))._repr_html_() if chart else "")  # noqa: S704 - svg.py escapes
    items = Markup("").join(Markup("<li>{}</li>").format(clean(line)) for line in outcome_lines(report)[1:])
    return str(
        Markup('<div style="font-family:system-ui,sans-serif;max-width:44rem"><b>{}</b>{}<ul>{}</ul></div>').format(
            clean(outcome_lines(report)[0]), picture, items
        )
    )


def _checked(report: OutcomeReport, check: ForecastCheck) -> str:
    o, expected = report.outcome, check.expected
    name = channel_name(check.channel) if check.channel else "All channels"
    spent = f"{round_money(check.spend, o.currency)} of {round_money(check.planned_spend, o.currency)} planned"
    if check.spend <= 0:
        return f"{name}: nothing spent ({spent})"
    between = f"{result(expected.p10, o.metric, o.currency)} to {result(expected.p90, o.metric, o.currency)}"
    off = f"{sentence_case(check.verdict).lower()}, {check.difference:+.0%} of the middle"
    return f"{name}: {counted(check.actual, o.metric, o.currency)} for {spent}; {between} to be expected: {off}"


def _moved(report: OutcomeReport, move: Move) -> str:
    o = report.outcome
    told = f"{channel_name(move.channel)} at {round_money(move.weekly_spend, o.currency)} a week: "
    if move.before is None:
        return f"{told}{number(move.after)} {o.metric} a week"
    share = percent(abs(move.after / move.before - 1), 1) if move.before else "all"
    return (
        f"{told}{number(move.before)} to {number(move.after)} {o.metric} a week "
        f"({share} {'up' if move.after >= move.before else 'down'})"
    )
