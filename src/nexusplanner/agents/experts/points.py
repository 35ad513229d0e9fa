"""Points: what the desk holds for and against a disputed criterion, each with the id that shows it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from nexusplanner.agents.desk import Desk
from nexusplanner.agents.experts.amounts import money, percent, result, spoken
from nexusplanner.agents.experts.story import speaker
from nexusplanner.agents.experts.voice import excerpt
from nexusplanner.agents.facts import expected_total
from nexusplanner.agents.tasks import Dispute


class Point(NamedTuple):
    """One thing to say in a dispute."""

    id: str
    favours: bool
    """Whether it speaks for passing."""
    text: str


def points(desk: Desk, dispute: Dispute) -> tuple[Point, ...]:
    """Return what can be said about a dispute, the strongest first."""
    criterion = dispute.votes[0].criterion
    if criterion in (
        "objective_fit",
        "money",
        "measurability",
        "differentiation",
        "calendar",
    ):
        return tuple(_figures(desk, dispute))
    if criterion in ("audience", "compliance"):
        return tuple(_people(desk, dispute))
    return tuple(_finds(desk, dispute))


def _figures(desk: Desk, dispute: Dispute) -> Iterator[Point]:
    option, brief = dispute.option, desk.brief
    metric, currency, target = (
        brief.objective.metric,
        brief.budget.currency,
        float(brief.objective.target),
    )
    middle, low = option.figure("p50"), option.figure("p10")
    yield Point(option.forecast.id, middle >= target,
                f"The middle of its forecast is {result(middle, metric, currency)}, the target "
                f"{result(target, metric, currency)}, the tenth percentile {result(low, metric, currency)}.")  # fmt: skip
    top = option.channels[0]
    yield Point(option.allocation.id, top.share <= 0.5,
                f"{spoken(top.channel)}, its largest line, takes {percent(top.share)} of the money.")  # fmt: skip
    past = desk.calculation("allocation_past_split")
    if past is not None:
        ours, theirs = expected_total(option.allocation), expected_total(past)
        yield Point(past.id, ours >= theirs,
                    f"The past split would bring {result(theirs, metric, currency)}, this one "
                    f"{result(ours, metric, currency)}.")  # fmt: skip
    for fact in option.channels:
        for row in desk.about(f"channel {fact.channel}"):
            if fact.past_max is not None:
                is_within = fact.amount / brief.period.weeks <= fact.past_max
                yield Point(row, is_within,
                            f"{spoken(fact.channel)} has {money(fact.amount, currency)} here; its highest week so far was "
                            f"{money(fact.past_max, currency)}.")  # fmt: skip


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
