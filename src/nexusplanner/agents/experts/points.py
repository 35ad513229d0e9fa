"""Points: what the desk holds for and against a disputed criterion, each with the id that shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from nexusplanner.agents.desk import Desk
from nexusplanner.agents.experts.amounts import money, percent, result
from nexusplanner.agents.experts.story import speaker
from nexusplanner.agents.experts.voice import excerpt, listed
from nexusplanner.agents.facts import expected_total
from nexusplanner.agents.tasks import Dispute
from nexusplanner.domain.critique import Criterion
from nexusplanner.domain.spoken import spoken

LARGE = 0.5
"""A share of the money that counts as large in a dispute."""


class Point(NamedTuple):
    """One thing to say in a dispute."""

    id: str
    favours: bool
    """Whether it speaks for passing."""
    text: str


def points(desk: Desk, dispute: Dispute) -> tuple[Point, ...]:
    """Return what can be said about a dispute, the strongest first."""
    sources = _SOURCES[dispute.votes[0].criterion]
    return tuple(point for source in sources for point in source(desk, dispute))


def _outlook(desk: Desk, dispute: Dispute) -> Iterator[Point]:
    option, objective, currency = dispute.option, desk.brief.objective, desk.brief.budget.currency
    middle, low, wanted = (
        result(value, objective.metric, currency)
        for value in (option.figure("p50"), option.figure("p10"), objective.target)
    )
    yield Point(
        option.forecast.id,
        favours=option.figure("p50") >= float(objective.target),
        text=f"The middle of its forecast is {middle}, the target {wanted}, the tenth percentile {low}.",
    )


def _against_past(desk: Desk, dispute: Dispute) -> Iterator[Point]:
    past, metric, currency = (
        desk.calculation("allocation_past_split"),
        desk.brief.objective.metric,
        desk.brief.budget.currency,
    )
    if past is not None:
        ours, theirs = expected_total(dispute.option.allocation), expected_total(past)
        yield Point(
            past.id,
            favours=ours >= theirs,
            text=f"The past split would bring {result(theirs, metric, currency)}, this one {result(ours, metric, currency)}.",
        )


def _largest_line(desk: Desk, dispute: Dispute) -> Iterator[Point]:
    top = dispute.option.channels[0]
    yield Point(
        dispute.option.allocation.id,
        favours=top.share <= LARGE,
        text=f"{spoken(top.channel)}, its largest line, takes {percent(top.share)} of the money of {desk.brief.offering.name}.",
    )


def _beyond_rows(desk: Desk, dispute: Dispute) -> Iterator[Point]:
    currency, weeks = desk.brief.budget.currency, desk.brief.period.weeks
    for fact in dispute.option.channels:
        for row in desk.about(f"channel {fact.channel}"):
            if fact.past_max is not None:
                yield Point(
                    row,
                    favours=fact.amount / weeks <= fact.past_max,
                    text=(
                        f"{spoken(fact.channel)} has {money(fact.amount, currency)} over the period; its highest "
                        f"week so far was {money(fact.past_max, currency)}."
                    ),
                )


def _own_rows(desk: Desk, dispute: Dispute) -> Iterator[Point]:
    curves = desk.calculation("response_curves")
    blind = [c for c in dispute.option.channels if c.status != "measured"]
    if curves is not None:
        names, offering = listed([spoken(c.channel) for c in blind]), desk.brief.offering.name
        yield Point(
            curves.id,
            favours=sum(c.share for c in blind) <= LARGE,
            text=(
                f"No rows of {offering} speak of {names}."
                if blind
                else f"Every channel of {offering} has rows of its own."
            ),
        )


def _people(desk: Desk, dispute: Dispute) -> Iterator[Point]:
    sized = desk.calculation("customer_segments")
    if sized is not None:
        share = sum(s.share_of_revenue for s in dispute.option.segments)
        names = ", ".join(f"{s.name} {percent(s.share_of_revenue)}" for s in dispute.option.segments)
        yield Point(sized.id, share >= 0.5, f"Shares of revenue of those it addresses: {names}.")
    for consent in desk.about("consent"):
        quote = next(e.quote for e in desk.evidence if e.id == consent)
        contactable = sum(s.contactable for s in dispute.option.segments)
        size = sum(s.size for s in dispute.option.segments)
        yield Point(consent, 3 * contactable >= size > 0, f"On consent the data says: {quote}")
    for evidence in desk.evidence:
        if evidence.locator in ("spenders", "audience.description"):
            yield Point(
                evidence.id,
                favours=True,
                text=f"{speaker(evidence)} says: “{excerpt(evidence.quote)}”.",
            )


def _finds(desk: Desk, dispute: Dispute) -> Iterator[Point]:
    used = {i for c in dispute.proposal.words.claims for i in c.evidence}
    cited = [e for e in desk.of_kind("signal", "memory", "tool") if e.id in used]
    for vote in dispute.votes:
        for evidence in (e for e in desk.evidence if e.id in vote.evidence):
            yield Point(
                evidence.id,
                favours=False,
                text=f"Not used: “{excerpt(evidence.quote)}” ({speaker(evidence)}).",
            )
    for evidence in cited:
        yield Point(
            evidence.id,
            favours=True,
            text=f"Used already: “{excerpt(evidence.quote)}” ({speaker(evidence)}).",
        )


_SOURCES: dict[Criterion, tuple[Callable[[Desk, Dispute], Iterator[Point]], ...]] = {
    "objective_fit": (_outlook, _against_past, _beyond_rows),
    "money": (_largest_line, _against_past, _beyond_rows),
    "measurability": (_own_rows, _beyond_rows),
    "calendar": (_beyond_rows, _outlook),
    "differentiation": (_largest_line, _finds),
    "audience": (_people,),
    "compliance": (_people,),
    "evidence": (_finds,),
    "brand_voice": (_finds,),
    "unused_evidence": (_finds,),
}
