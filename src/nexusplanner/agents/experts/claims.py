"""Claims: the statements a proposal stands on, each with the rows or the calculation behind it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from nexusplanner.agents.experts.amounts import money, percent, result, spread
from nexusplanner.agents.experts.story import Story, speaker
from nexusplanner.agents.experts.voice import excerpt, sentence
from nexusplanner.agents.facts import expected_total
from nexusplanner.domain.proposal import Claim
from nexusplanner.domain.spoken import spoken


class _Draft(NamedTuple):
    text: str
    evidence: tuple[str, ...] = ()
    calculations: tuple[str, ...] = ()


def claims(s: Story) -> tuple[Claim, ...]:
    """Write the claims; what rests on no evidence is an assumption."""
    drafts = [d for part in (_people, _money, _outcome, _market, _house, _learnt) for d in part(s) if d.text]
    return tuple(
        Claim(
            id=f"cl-{i:02d}",
            text=sentence(draft.text),
            status="supported" if draft.evidence else "assumption",
            evidence=draft.evidence,
            calculations=draft.calculations,
        )
        for i, draft in enumerate(drafts, 1)
    )


def _people(s: Story) -> Iterator[_Draft]:
    sized = s.desk.calculation("customer_segments")
    known = s.desk.about("customers")
    if sized is None or s.lead is None:
        yield _Draft(f"{s.name} is wanted by {s.people}; no customer data was there to check it")
        return
    for fact in s.option.segments:
        text = s.voice(f"claim {fact.id}").tell(
            f"{fact.size:,} customers are {fact.name}: {s.portrait(fact)}",
            f"{fact.name} number {fact.size:,}: {s.portrait(fact)}",
            f"there are {fact.size:,} {fact.name} ({s.portrait(fact)})",
        )
        yield _Draft(text, known, (sized.id,))
    for consent in s.desk.about("consent"):
        quote = next(e.quote for e in s.desk.evidence if e.id == consent)
        yield _Draft(quote, (consent,), (sized.id,))


def _money(s: Story) -> Iterator[_Draft]:
    allocation, metric = s.option.allocation, s.desk.brief.objective.metric
    for fact in s.option.channels[:3]:
        rows = s.desk.about(f"channel {fact.channel}")
        expected, amount = (
            result(fact.expected, metric, s.currency),
            money(fact.amount, s.currency),
        )
        text = s.voice(f"claim {fact.channel}").tell(
            f"{amount} on {spoken(fact.channel)} should bring {expected} over the period",
            f"{spoken(fact.channel)} is expected to turn {amount} into {expected}",
            f"for {amount}, {spoken(fact.channel)} should give {expected} within the period",
        )
        yield _Draft(text, rows, (allocation.id,))
    past = s.desk.calculation("allocation_past_split")
    rows = s.desk.about("outcome") or s.desk.about(f"channel {s.option.channels[0].channel}")
    if past is not None and rows:
        ours, theirs = (result(expected_total(c), metric, s.currency) for c in (allocation, past))
        text = s.voice("claim past").tell(
            f"split as in the past, the money of {s.name} would bring {theirs}; split this way, {ours}",
            f"this split should bring {ours}, the past one {theirs} for the same budget of {s.name}",
            f"{s.name} gets {ours} from this split against {theirs} from last season's proportions",
        )
        yield _Draft(text, rows, (allocation.id, past.id))


def _outcome(s: Story) -> Iterator[_Draft]:
    forecast, metric = s.option.forecast, s.desk.brief.objective.metric
    low, mid, high = (result(s.option.figure(p), metric, s.currency) for p in ("p10", "p50", "p90"))
    between = spread(s.option.figure("p10"), s.option.figure("p90"), metric, s.currency)
    rows = tuple(i for f in s.option.channels for i in s.desk.about(f"channel {f.channel}"))
    yield _Draft(
        s.voice("claim range").tell(
            f"{s.name} should bring {mid}, with one chance in ten of less than {low} and one in ten of more than {high}",
            f"the middle of the forecast for {s.name} is {mid}; eight cases in ten lie at {between}",
            f"{between} in eight cases of ten, {mid} in the middle: that is the forecast for {s.name}",
        ),
        rows,
        (forecast.id,),
    )
    chance, target = (
        percent(s.option.figure("probability_of_target")),
        s.desk.brief.objective.target,
    )
    yield _Draft(
        s.voice("claim target").tell(
            f"the target of {result(target, metric, s.currency)} is reached with a probability of {chance}",
            f"{chance} is the chance that {s.name} reaches {result(target, metric, s.currency)}",
            f"with this split {s.name} meets its target, {result(target, metric, s.currency)}, in {chance} of the draws",
        ),
        (*rows, *s.desk.about("objective")) if rows else (),
        (forecast.id,),
    )


def _market(s: Story) -> Iterator[_Draft]:
    for signal in s.signals[:3]:
        quoted = f"“{excerpt(signal.quote)}”"
        text = s.voice(f"claim {signal.id}").tell(
            f"on {signal.as_of}, {speaker(signal)} reported: {quoted}",
            f"{quoted} was reported by {speaker(signal)} on {signal.as_of}",
            f"{speaker(signal)} wrote on {signal.as_of} that {quoted}",
        )
        yield _Draft(text, (signal.id,))


def _house(s: Story) -> Iterator[_Draft]:
    for page in s.memories[:2]:
        quoted = f"“{excerpt(page.quote)}”"
        text = s.voice(f"claim {page.id}").tell(
            f"our own {speaker(page)} says: {quoted}",
            f"{quoted} stands in our own {speaker(page)}",
            f"{speaker(page)}, written by this house, holds that {quoted}",
        )
        yield _Draft(text, (page.id,))


def _learnt(s: Story) -> Iterator[_Draft]:
    for lesson in s.lessons[:2]:
        text = s.voice(f"claim {lesson.id}").tell(
            f"an earlier campaign taught: {lesson.quote}",
            f"from a campaign before this one we know: {lesson.quote}",
            f"what an earlier outcome showed: {lesson.quote}",
        )
        yield _Draft(text, (lesson.id,))
