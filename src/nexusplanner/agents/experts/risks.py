"""Risks that come from this plan's own numbers: none that any campaign has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from nexusplanner.agents.experts.amounts import money, percent, result
from nexusplanner.agents.experts.story import Story, speaker
from nexusplanner.agents.experts.voice import excerpt, listed, sentence
from nexusplanner.domain.sections import Risk
from nexusplanner.domain.spoken import spoken

Level = Literal["low", "medium", "high"]
STALE_DAYS = 180
"""History that ends longer before the start than this is said to be old."""


def risks(s: Story) -> tuple[Risk, ...]:
    """Find what may go wrong, the gravest first."""
    found = [
        r
        for part in (
            _target,
            _top_channel,
            _stale,
            _blind,
            _stretched,
            _silent,
            _outside,
        )
        for r in part(s)
    ]
    rank = {"high": 0, "medium": 1, "low": 2}
    return tuple(sorted(found, key=lambda r: rank[r.likelihood] + rank[r.impact])[:6])


def _risk(risk: str, likelihood: Level, impact: Level, *, sign: str, answer: str) -> Risk:
    return Risk(
        risk=sentence(risk),
        likelihood=likelihood,
        impact=impact,
        sign=sentence(sign),
        answer=sentence(answer),
    )


def _level(share: float, *, medium: float, high: float) -> Level:
    return "high" if share >= high else "medium" if share >= medium else "low"


def _target(s: Story) -> Iterator[Risk]:
    objective, chance = s.desk.brief.objective, s.option.figure("probability_of_target")
    target, low = (result(v, objective.metric, s.currency) for v in (objective.target, s.option.figure("p10")))
    middle = result(s.option.figure("p50"), objective.metric, s.currency)
    yield _risk(
        s.voice("risk target").tell(
            f"{s.name} misses {target}: the chance of reaching it is {percent(chance)}, and one case in ten stays under {low}",
            f"the target of {target} is missed, since {s.name} reaches it with {percent(chance)} and may bring {low} or less",
            f"with a chance of {percent(chance)}, {target} for {s.name} may not come; one time in ten it is below {low}",
        ),
        _level(1 - chance, medium=0.3, high=0.6),
        "high",
        sign=f"half-way through the period, less than half of {middle} has come in for {s.name}",
        answer=f"move the money held back to {spoken(_best(s))}, or agree a target nearer to {middle}",
    )


def _top_channel(s: Story) -> Iterator[Risk]:
    top = s.option.channels[0]
    if top.share < 0.35:
        return
    amount, expected = (
        money(top.amount, s.currency),
        result(top.expected, s.desk.brief.objective.metric, s.currency),
    )
    name = spoken(top.channel)
    held = (
        f"cap {name} at its past share and re-run the split for {s.name}"
        if top.past_share is not None
        else f"release the money of {name} for {s.name} in two halves, the second once two weeks have been read"
    )
    yield _risk(
        f"{name} carries {percent(top.share)} of the money ({amount}); if its curve is wrong, {expected} are in doubt",
        _level(top.share, medium=0.4, high=0.6),
        "high",
        sign=f"the weekly result of {name} for {s.name} stays under its curve for two weeks running",
        answer=held,
    )


def _stale(s: Story) -> Iterator[Risk]:
    rows = s.desk.of_kind("history")
    if not rows:
        return
    newest, start = max(e.as_of for e in rows), s.desk.brief.period.start
    if (start - newest).days <= STALE_DAYS:
        return
    yield _risk(
        f"the curves of {s.name} rest on rows that end on {newest}, and the campaign starts on {start}",
        "high" if (start - newest).days > 730 else "medium",
        "high",
        sign=f"prices of {spoken(s.option.channels[0].channel)} or {spoken(s.option.channels[-1].channel)} differ from the rows up to {newest}",
        answer=f"load rows after {newest} before the first order is placed, and plan {s.name} again",
    )


def _blind(s: Story) -> Iterator[Risk]:
    blind = [c for c in s.option.channels if c.status != "measured"]
    if not blind:
        return
    names, share = listed([spoken(c.channel) for c in blind]), sum(c.share for c in blind)
    if len(blind) == len(s.option.channels):
        text = f"no channel of {s.name} has rows of its own: all that is spent on {names} follows an assumed price"
    else:
        parts = listed([f"{spoken(c.channel)} with {percent(c.share)} of the money" for c in blind])
        text = f"{parts} for {s.name} rest on a borrowed curve, for want of rows of their own"
    yield _risk(
        text,
        _level(share, medium=0.15, high=0.5),
        "medium" if share < 0.5 else "high",
        sign=f"the first two weeks of {names} bring {s.name} less than their curve says",
        answer=f"start {names} with a test for {s.name}, and release the rest of the money after its read-out",
    )


def _stretched(s: Story) -> Iterator[Risk]:
    weeks = s.desk.brief.period.weeks
    for fact in s.option.channels:
        if fact.past_max and float(fact.amount) / weeks > fact.past_max:
            name, most = spoken(fact.channel), money(fact.past_max, s.currency)
            yield _risk(
                f"{name} runs above {most} a week, the most it ever had: for {s.name} its curve is an extrapolation there",
                "medium",
                _level(fact.share, medium=0.2, high=0.4),
                sign=f"the cost of one more result for {s.name} on {name} rises from week to week",
                answer=f"hold {name} at {most} a week until two weeks of {s.name} have been read",
            )


def _silent(s: Story) -> Iterator[Risk]:
    addressed = sum(x.size for x in s.option.segments)
    contactable = sum(x.contactable for x in s.option.segments)
    if not addressed or contactable >= 0.6 * addressed:
        return
    consent = next((e.quote for e in s.desk.evidence if e.locator == "consent"), "")
    yield _risk(
        f"most of {s.people} cannot be written to. {consent}",
        "high",
        "medium",
        sign=f"few of {s.people} open or order in the first fortnight",
        answer=f"ask {s.people} for consent in paid channels, and count on direct messages only for those who gave it",
    )


def _outside(s: Story) -> Iterator[Risk]:
    for signal in s.signals:
        category, _, rest = signal.locator.partition(";")
        mood = rest.replace("sentiment", "").split(";")[0].strip()
        if category in (
            "competitor",
            "regulation",
            "economy",
            "platform",
        ) and mood.startswith("-"):
            yield _risk(
                f"what {speaker(signal)} reported on {signal.as_of} goes against {s.name}: “{excerpt(signal.quote, words=16)}”",
                "medium",
                "medium",
                sign=f"more reports like that of {signal.as_of}, or dearer places on {spoken(s.option.channels[0].channel)}",
                answer=f"answer with “{s.reason}”, and shift the week's money of {spoken(s.option.channels[0].channel)}",
            )
            return


def _best(s: Story) -> str:
    return max(s.option.channels, key=lambda c: c.marginal_return).channel
