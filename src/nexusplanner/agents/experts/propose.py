"""The strategist's expert: a proposal told from the evidence and the figures of one lens."""

from __future__ import annotations

from typing import cast

from nexusplanner.agents.experts.amounts import money, percent, quantity, result
from nexusplanner.agents.experts.channel_notes import channel_notes
from nexusplanner.agents.experts.claims import claims
from nexusplanner.agents.experts.story import Story, speaker
from nexusplanner.agents.experts.voice import clause, excerpt, sentence
from nexusplanner.agents.tasks import ProposeTask
from nexusplanner.domain.proposal import Angle, Pillar, ProposalWords
from nexusplanner.domain.spoken import spoken


def propose(inputs: object) -> ProposalWords:
    """Write a proposal; another seed or draw tells the same facts in other words."""
    task = cast(ProposeTask, inputs)
    story = Story(task.desk, task.option, task.draw)
    return ProposalWords(
        positioning=sentence(_POSITIONING[task.option.lens](story)),
        big_idea=sentence(_IDEA[task.option.lens](story)),
        pillars=_pillars(story),
        angles=_angles(story),
        channels=channel_notes(story),
        claims=claims(story),
    )


def _efficient_position(s: Story) -> str:
    lead, voice = s.lead, s.voice("positioning")
    if lead is None:
        return voice.tell(
            f"{s.name} for {s.people}: {s.reason}, offered first where {_best_channel(s)} makes it cheapest to say",
            f"{s.reason} is what {s.name} sells to {s.people}, and {_best_channel(s)} is where saying so costs least",
            f"for {s.people}, {s.name} stands for this: {s.reason}; {_best_channel(s)} carries it at the lowest cost",
        )
    revenue, order = (
        percent(lead.share_of_revenue),
        money(lead.average_order, s.currency),
    )
    return voice.tell(
        f"{s.name} belongs to {s.people}, who brought {revenue} of revenue: {s.reason}",
        f"to {s.people}, whose orders average {order}, {s.name} says what they already act on: {s.reason}",
        f"{s.reason}: {s.name} says it first to {s.people}, where {revenue} of revenue comes from",
        f"with {order} an order, {s.people} know what {s.name} is worth; the campaign gives them one reason more, {s.reason}",
    )


def _growing_position(s: Story) -> str:
    lead, voice = s.lead, s.voice("positioning")
    if lead is None:
        return voice.tell(
            f"{s.name} for everyone among {s.people} who has not tried it: {s.reason}",
            f"among {s.people}, {s.name} goes to those who never heard that {s.reason}",
            f"{s.reason} is news to most of {s.people}; {s.name} makes it known",
        )
    days = quantity(lead.recency_days)
    return voice.tell(
        f"{s.name} for {s.people}, who last ordered {days} days ago: {s.reason} is why they come back",
        f"{days} days after their last order, {s.people} need a reason, and {s.name} has one: {s.reason}",
        f"{s.people} are {percent(lead.share)} of all customers and not yet regulars; {s.name} asks them in with {s.reason}",
        f"{s.name} turns to {s.people} and says one thing they may have missed: {s.reason}",
    )


def _steady_position(s: Story) -> str:
    voice, top = s.voice("positioning"), s.option.channels[0]
    groups = f"{len(s.option.segments)} groups, {s.people} first" if s.option.segments else s.people
    return voice.tell(
        f"{s.name} keeps to one promise, {s.reason}, made to {groups}, with no channel above {percent(top.share)} of the money",
        f"one promise of {s.name} to {groups}: {s.reason}; {spoken(top.channel)} takes {percent(top.share)} of the money and nothing takes more",
        f"{s.reason}: {s.name} says it to {groups}, spread so that the loss of any one channel leaves the plan standing",
        f"whatever the quarter brings, {groups} hear the same from {s.name}: {s.reason}",
    )


def _efficient_idea(s: Story) -> str:
    best = max(s.option.channels, key=lambda c: c.marginal_return)
    gain = result(best.marginal_return, s.desk.brief.objective.metric, s.currency)
    return s.voice("idea").tell(
        f"“{s.reason}”, opened on {spoken(best.channel)}, where one more {s.currency} still brings {gain}",
        f"put “{s.reason}” where money works hardest: {spoken(best.channel)}, {gain} for one more {s.currency}",
        f"{spoken(best.channel)} first, since one more {s.currency} there is worth {gain}; everywhere the line is “{s.reason}”",
    )


def _growing_idea(s: Story) -> str:
    voice = s.voice("idea")
    if not s.signals:
        return voice.tell(
            f"make “{s.reason}” the first thing newcomers learn of {s.name}",
            f"{s.name} introduces itself with “{s.reason}” and nothing else",
            f"one sentence for people new to {s.name}: “{s.reason}”",
        )
    signal = s.signals[0]
    heard = f"“{excerpt(signal.quote, words=14)}”"
    return voice.tell(
        f"the market is saying {heard}; {s.name} answers with “{s.reason}”",
        f"{s.name} takes up what was written on {signal.as_of}, {heard}, and replies: {s.reason}",
        f"join a conversation that has begun ({heard}) and bring {s.name} into it: {s.reason}",
    )


def _steady_idea(s: Story) -> str:
    voice, manner = s.voice("idea"), clause(s.desk.brief.brand.voice or "plain")
    if s.memories:
        page = s.memories[0]
        own = f"“{excerpt(page.quote, words=14)}” ({speaker(page)})"
        return voice.tell(
            f"say “{s.reason}” the way our own pages ask, {own}, in a voice that is {manner}",
            f"our own words come first: {own}; on them stands “{s.reason}”",
            f"a campaign for {s.name} that sounds like us, {own}, and promises only this: {s.reason}",
        )
    return voice.tell(
        f"“{s.reason}”, in a voice that is {manner}, wherever {s.name} appears",
        f"{s.name} says “{s.reason}” everywhere and always {manner}",
        f"one line for {s.name} in every channel, “{s.reason}”, told {manner}",
    )


def _best_channel(s: Story) -> str:
    return spoken(max(s.option.channels, key=lambda c: c.marginal_return).channel)


def _pillars(s: Story) -> tuple[Pillar, ...]:
    reasons = list(s.reasons[:3])
    outside = [*s.signals[:2], *s.memories[:1]]
    pillars = [_pillar(s, reason, outside[i] if i < len(outside) else None, i) for i, reason in enumerate(reasons)]
    said = " ".join(p.text for p in pillars)
    for phrase in s.desk.brief.brand.must_say:
        if phrase.casefold() not in said.casefold():
            proof = s.desk.about("objective")
            pillars.append(
                Pillar(
                    text=sentence(f"Wherever {s.name} appears, it says: {phrase}"),
                    proof=proof,
                )
            )
    return tuple(pillars)


def _pillar(s: Story, reason: str, outside: object, index: int) -> Pillar:
    from nexusplanner.domain.evidence import Evidence

    voice, proof = s.voice(f"pillar {index}"), s.proof_of(reason)
    if not isinstance(outside, Evidence):
        return Pillar(text=sentence(f"{s.name}: {reason}"), proof=proof)
    heard = f"“{excerpt(outside.quote, words=16)}”"
    text = voice.tell(
        f"{reason}; it meets what {speaker(outside)} says: {heard}",
        f"{reason}, said with {heard} in mind ({speaker(outside)}, {outside.as_of})",
        f"{heard}, so the case for {s.name} here is that {reason}",
    )
    return Pillar(text=sentence(text), proof=(*proof, outside.id))


def _angles(s: Story) -> tuple[Angle, ...]:
    return tuple(Angle(segment=fact.id, message=_angle(s, i)) for i, fact in enumerate(s.option.segments))


def _angle(s: Story, index: int) -> str:
    fact = s.option.segments[index]
    reason = s.reasons[index % len(s.reasons)]
    voice = s.voice(f"angle {fact.id}")
    days, order = quantity(fact.recency_days), money(fact.average_order, s.currency)
    share = percent(fact.share_of_revenue)
    tellings = {
        "new": (
            f"{fact.name} came {days} days ago for {order} an order; the second order is asked for with {reason}",
            f"after a first {order}, {fact.name} hear what else {s.name} is: {reason}",
            f"{fact.name} know {s.name} from one order {days} days back; {reason} is what they have not seen yet",
        ),
        "active": (
            f"{fact.name} bring {share} of revenue at {order} an order; they hear {reason} before anyone else",
            f"{reason}, told to {fact.name} as thanks for {share} of revenue, not as a discount",
            f"{fact.name} order at {order} and need no persuading of {s.name}, only news: {reason}",
        ),
        "at_risk": (
            f"{fact.name} have been silent for {days} days; {reason} is said with what they last spent, {order}, in view",
            f"{days} days without an order: {s.name} writes to {fact.name} once, with {reason}",
            f"{fact.name} once meant {share} of revenue; {reason} asks whether {s.name} still fits",
        ),
        "lapsed": (
            f"{fact.name} left {days} days ago; one message, {reason}, and then silence",
            f"{s.name} has changed since {fact.name} last looked, {days} days ago: {reason}",
            f"for {fact.name}, {days} days gone, {reason} is worth one try at low cost",
        ),
    }  # fmt: skip
    return sentence(voice.tell(*tellings[fact.lifecycle]))


_POSITIONING = {
    "efficiency": _efficient_position,
    "growth": _growing_position,
    "brand_and_risk": _steady_position,
}
_IDEA = {
    "efficiency": _efficient_idea,
    "growth": _growing_idea,
    "brand_and_risk": _steady_idea,
}
