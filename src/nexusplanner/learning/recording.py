"""Recording: an outcome is checked against its plan, moves the curves, and leaves lessons."""

from __future__ import annotations

from datetime import date

from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.history import ChannelHistory
from nexusplanner.domain.learned import Learned
from nexusplanner.domain.outcome import Outcome, outcome_id
from nexusplanner.domain.outcome_report import OutcomeReport
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.learning.checking import checked, curves_of
from nexusplanner.learning.experience import words_of
from nexusplanner.learning.lesson_writing import lessons_of, uses_of
from nexusplanner.learning.moving import moved_curves, moves_between, priors_from, running_before
from nexusplanner.learning.reported_rows import last_day, past_rows, weeks_of, within
from nexusplanner.ports.outcomes import Record


def learn(plan: CampaignPlan, rows: ChannelHistory, *, known: Learned, today: date) -> tuple[Record, OutcomeReport]:
    """Learn from what was reported of a plan. Nothing is kept yet.

    Args:
        plan: What was carried out.
        rows: One row a period and channel.
        known: What other outcomes of the tenant teach; see ``Experience.learned``.
        today: The day it is reported on.

    Returns:
        What is to be kept, and the report.

    Raises:
        InputError: No row lies in the plan's period, or none tells the plan's metric.
    """
    rows = within(rows, plan.brief.period)
    outcome = outcome_of(plan, rows, today=today)
    learned = known.model_copy(
        update={
            "rows": (*known.rows, *past_rows(outcome, outcome.metric)),
            "misses": (
                *known.misses,
                *(c.missed(outcome.id) for c in outcome.checks if c.spend > 0 and c.expected.p50 > 0),
            ),
        }
    )
    curves, weeks = moved_curves(plan, learned), weeks_of(rows)
    lessons = lessons_of(outcome, weeks=weeks, most_seen=_most_seen(curves_of(plan)), factor=_factor(curves))
    record = Record(outcome, lessons, uses_of(plan, outcome), priors_from(curves, outcome))
    return record, OutcomeReport(
        outcome=outcome,
        moves=moves_between(curves_of(plan), curves, outcome, weeks=weeks),
        factor_before=_calibrated(known),
        factor=_factor(curves),
        lessons=lessons,
        helped=tuple(use.lesson for use in record.uses if use.has_helped),
        hurt=tuple(use.lesson for use in record.uses if not use.has_helped),
        notes=tuple(_notes(plan, outcome)),
    )


def outcome_of(plan: CampaignPlan, rows: ChannelHistory, *, today: date) -> Outcome:
    """Hold reported rows of a plan's period against its forecast."""
    total, *channels = checked(plan, rows)
    return Outcome(
        id=outcome_id(plan.id, rows),
        plan=plan.id,
        name=plan.brief.name,
        metric=plan.objective.metric,
        currency=plan.budget.currency,
        recorded_on=today,
        start=rows.dates[0],
        end=last_day(rows),
        rows=rows,
        total=total,
        channels=tuple(channels),
        before=running_before(plan),
        about=words_of(plan.brief),
    )


def _notes(plan: CampaignPlan, outcome: Outcome) -> list[str]:
    notes, planned = [], {line.channel for line in plan.budget.lines}
    period = plan.brief.period
    if outcome.end < period.end:
        notes.append(f"Rows end on {outcome.end}, the campaign on {period.end}: report again when it is over.")
    silent = sorted(planned - set(outcome.rows.channels))
    if silent:
        notes.append(f"No row tells of {', '.join(silent)}: taken to have spent nothing.")
    unplanned = sorted(set(outcome.rows.channels) - planned)
    if unplanned:
        notes.append(f"Not in the plan, and learnt from all the same: {', '.join(unplanned)}.")
    return notes


def _most_seen(curves: Calculation) -> dict[str, float]:
    from nexusplanner.calculators.curve_set import CurveSet

    return {name: curve.observed.max_spend for name, curve in CurveSet.of(curves).channels.items()}


def _factor(curves: Calculation) -> float:
    return float(str(curves.outputs["calibration"]))


def _calibrated(known: Learned) -> float:
    from nexusplanner.calculators.calibration import calibration_factor

    return calibration_factor(known.misses)
