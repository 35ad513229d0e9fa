"""Sections whose numbers are read straight off calculations; each number is bound to where it came from."""

from __future__ import annotations

from decimal import Decimal

from nexusplanner.agents.assembly.figures import Figures
from nexusplanner.agents.desk import Desk, Option
from nexusplanner.agents.facts import DESCRIBED
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.proposal import ProposalWords
from nexusplanner.domain.sections import (
    BudgetLine,
    Flight,
    PlannedBudget,
    PlannedChannel,
    PlannedForecast,
    PlannedObjective,
    PlannedSegment,
    Range,
)

_AHEAD = ("expected_purchases", "expected_value", "value_per_customer", "alive")


def objective(desk: Desk, option: Option, figures: Figures) -> PlannedObjective:
    """Set the target beside its probability, the baseline and the stretch."""
    wanted, past = desk.brief.objective, desk.calculation("allocation_past_split")
    figures.bind("/objective/stretch", option.forecast, "/stretch")
    figures.bind("/objective/probability_of_target", option.forecast, "/probability_of_target")
    baseline = wanted.baseline
    if baseline is None and past is not None:
        baseline = Decimal(str(past.outputs["expected"]))
        figures.bind("/objective/baseline", past, "/expected")
    return PlannedObjective(
        metric=wanted.metric,
        target=wanted.target,
        baseline=baseline,
        stretch=option.figure("stretch"),
        probability_of_target=option.figure("probability_of_target"),
    )


def segments(desk: Desk, option: Option, figures: Figures) -> tuple[PlannedSegment, ...]:
    """List the addressed segments; a described audience where there is no customer data."""
    if not option.segments:
        return (_described(desk),)
    sized = desk.calculation("customer_segments")
    rows = [str(r["id"]) for r in _rows(sized, "segments")]
    planned = []
    for i, fact in enumerate(option.segments):
        figures.bind_row(
            f"/segments/{i}",
            sized,
            f"/segments/{rows.index(fact.id)}",
            "size",
            "contactable",
            "share",
            "value",
            *(name for name in _AHEAD if getattr(fact, name) is not None),
        )
        planned.append(
            PlannedSegment(
                id=fact.id,
                name=fact.name,
                rule=fact.rule,
                size=fact.size,
                contactable=fact.contactable,
                share=fact.share,
                value=fact.value,
                evidence=sized.evidence if sized else (),
                **{name: getattr(fact, name) for name in _AHEAD},
            )
        )
    return tuple(planned)


def _described(desk: Desk) -> PlannedSegment:
    audience = desk.brief.audience
    name = ", ".join(map(str, audience.segments)) or audience.description or ", ".join(audience.regions)
    return PlannedSegment(
        id=DESCRIBED,
        name=name or f"Buyers of {desk.brief.offering.name}",
        rule="",
        size=0,
        contactable=0,
        share=0.0,
        value=0.0,
        evidence=desk.about("audience.description") or desk.about("objective"),
    )


def channels(option: Option, words: ProposalWords, figures: Figures) -> tuple[PlannedChannel, ...]:
    """Join each funded channel with the strategist's note on it."""
    notes = {n.channel: n for n in words.channels}
    planned = []
    for i, fact in enumerate(option.channels):
        if fact.unit_cost is not None:
            figures.bind(f"/channels/{i}/unit_cost", option.allocation, f"/lines/{i}/unit_cost")
        note = notes[fact.channel]
        planned.append(
            PlannedChannel(
                channel=fact.channel,
                role=note.role,
                audience=tuple(s.id for s in option.segments) or (DESCRIBED,),
                formats=note.formats,
                why=note.why,
                unit_cost=fact.unit_cost,
                evidence=note.evidence,
            )
        )
    return tuple(planned)


def budget(desk: Desk, option: Option, figures: Figures) -> PlannedBudget:
    """Lay out lines, contingency and weekly flights."""
    names = ("amount", "share", "expected", "marginal_return")
    lines = []
    for i, fact in enumerate(option.channels):
        figures.bind_row(f"/budget/lines/{i}", option.allocation, f"/lines/{i}", *names)
        lines.append(BudgetLine(channel=fact.channel, **{n: getattr(fact, n) for n in names}))
    figures.bind("/budget/total", option.allocation, "/total")
    figures.bind("/budget/contingency", option.allocation, "/contingency")
    rows = _rows(option.flights, "flights")
    for i in range(len(rows)):
        figures.bind(f"/budget/flights/{i}/amount", option.flights, f"/flights/{i}/amount")
    return PlannedBudget(
        total=Decimal(str(option.allocation.outputs["total"])),
        currency=desk.brief.budget.currency,
        contingency=Decimal(str(option.allocation.outputs["contingency"])),
        lines=tuple(lines),
        flights=tuple(Flight.model_validate(row) for row in rows),
    )


def forecast(desk: Desk, option: Option, figures: Figures) -> PlannedForecast:
    """Read the ranges, in all and by channel."""
    outputs = option.forecast.outputs
    figures.bind_row("/forecast", option.forecast, "", "p10", "p50", "p90")
    by_channel = outputs["by_channel"]
    ranges = by_channel if isinstance(by_channel, dict) else {}
    for name in ranges:
        figures.bind_row(
            f"/forecast/by_channel/{name}",
            option.forecast,
            f"/by_channel/{name}",
            "p10",
            "p50",
            "p90",
        )
    return PlannedForecast(
        metric=desk.brief.objective.metric,
        p10=option.figure("p10"),
        p50=option.figure("p50"),
        p90=option.figure("p90"),
        by_channel={
            name: Range.model_validate({p: row[p] for p in ("p10", "p50", "p90")})
            for name, row in ranges.items()
            if isinstance(row, dict)
        },
    )


def _rows(calculation: Calculation | None, key: str) -> list[dict[str, object]]:
    rows = calculation.outputs.get(key) if calculation else None
    return [dict(r) for r in rows if isinstance(r, dict)] if isinstance(rows, list) else []
