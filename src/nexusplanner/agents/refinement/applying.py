"""Applying: one change made to a draft, or refused by a bound of the brief or by arithmetic."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import singledispatch

from nexusplanner.agents.refinement.draft import Draft
from nexusplanner.agents.refinement.splitting import check_split
from nexusplanner.domain.change import (
    CONTINGENCY,
    AddChannel,
    AddressSegment,
    CapMoney,
    Change,
    DropChannel,
    FloorMoney,
    LeaveSegment,
    MoveMoney,
    MustSay,
    NeverSay,
    SetBudget,
    SetMoney,
    SetPeriod,
    SetVoice,
)
from nexusplanner.domain.model import DomainModel
from nexusplanner.domain.spoken import spoken
from nexusplanner.errors import InputError

_SHORTEST = 3
"""Fewer letters stand in too many words."""


def apply_change(draft: Draft, change: Change) -> Draft:
    """Make a change.

    Raises:
        InputError: A bound of the brief forbids it, or the sums would not hold; the draft is left as it was.
    """
    changed = _made(change, draft)
    check_split(changed)
    return changed


@singledispatch
def _made(change: DomainModel, draft: Draft) -> Draft:
    raise TypeError(f"{type(change).__name__} cannot be made to {draft.brief.name!r}")


@_made.register
def _move(change: MoveMoney, draft: Draft) -> Draft:
    for line, sign in ((change.source, -1), (change.target, 1)):
        if line == CONTINGENCY:
            left = draft.contingency + sign * change.amount
            _check_left(left, line, draft.contingency)
            draft = replace(draft, contingency=left)
            continue
        has = draft.lines.get(line, Decimal(0))
        left = has + sign * change.amount
        _check_left(left, line, has)
        draft.check_bounds(line, left)
        draft = draft.with_line(line, left) if left else draft.without(line)
    return draft


def _check_left(left: Decimal, line: str, has: Decimal) -> None:
    if left < 0:
        raise InputError(f"{spoken(line)} has only {has:,f}", fix="Move less.")


@_made.register
def _set(change: SetMoney, draft: Draft) -> Draft:
    if change.channel == CONTINGENCY:
        return replace(draft, contingency=change.amount, is_split_anew=True)
    draft.check_bounds(change.channel, change.amount)
    is_same = draft.lines.get(change.channel) == change.amount
    fixed = draft.with_line(change.channel, change.amount)
    return fixed if is_same else replace(fixed, is_split_anew=True)


@_made.register
def _cap(change: CapMoney, draft: Draft) -> Draft:
    channel, given = change.channel, draft.origin.channels.maximum.get(change.channel)
    if given is not None and change.amount > given:
        raise InputError(f"The brief gives {channel} at most {given:,f}", fix="Change the brief to allow more.")
    if change.amount < draft.brief.channels.minimum.get(channel, Decimal(0)):
        low = draft.brief.channels.minimum[channel]
        raise InputError(f"The brief gives {channel} at least {low:,f}", fix="Name a higher cap.")
    draft = draft.with_brief("channels", maximum={**draft.brief.channels.maximum, channel: change.amount})
    return _unfixed(draft, channel) if draft.lines.get(channel, Decimal(0)) > change.amount else draft


@_made.register
def _floor(change: FloorMoney, draft: Draft) -> Draft:
    channel, given = change.channel, draft.origin.channels.minimum.get(change.channel)
    if given is not None and change.amount < given:
        raise InputError(f"The brief gives {channel} at least {given:,f}", fix="Change the brief to allow less.")
    high = draft.brief.channels.maximum.get(channel)
    if high is not None and change.amount > high:
        raise InputError(f"The brief gives {channel} at most {high:,f}", fix="Name a lower floor.")
    draft = _allowed(draft, channel)
    draft = draft.with_brief("channels", minimum={**draft.brief.channels.minimum, channel: change.amount})
    return _unfixed(draft, channel) if draft.lines.get(channel, Decimal(0)) < change.amount else draft


def _unfixed(draft: Draft, channel: str) -> Draft:
    fixed = {name: amount for name, amount in draft.fixed.items() if name != channel}
    return replace(draft, fixed=fixed, is_split_anew=True)


@_made.register
def _drop(change: DropChannel, draft: Draft) -> Draft:
    channel, rules = change.channel, draft.brief.channels
    asked = draft.origin.channels.minimum.get(channel, Decimal(0))
    if asked:
        raise InputError(f"The brief gives {channel} at least {asked:,f}", fix="Change the brief to drop it.")
    if channel not in draft.lines:
        raise InputError(f"{spoken(channel)} has no money in this plan", fix="There is nothing to drop.")
    if len(draft.lines) == 1:
        raise InputError(f"{spoken(channel)} is the only channel there is", fix="Add another one first.")
    draft = draft.with_brief(
        "channels",
        allowed=[name for name in rules.allowed if name != channel],
        excluded=[*rules.excluded, channel],
        minimum={name: low for name, low in rules.minimum.items() if name != channel},
        maximum={name: high for name, high in rules.maximum.items() if name != channel},
    )
    return replace(draft.without(channel), is_split_anew=True)


@_made.register
def _add(change: AddChannel, draft: Draft) -> Draft:
    channel = change.channel
    if draft.lines.get(channel):
        raise InputError(f"{spoken(channel)} is in the plan already", fix="Say how much it should get.")
    draft = _allowed(draft, channel)
    high = draft.brief.channels.maximum.get(channel)
    if change.is_exact or (high is not None and high < change.amount):
        draft.check_bounds(channel, change.amount)
        return replace(draft.with_line(channel, change.amount), is_split_anew=True)
    draft = draft.with_brief("channels", minimum={**draft.brief.channels.minimum, channel: change.amount})
    return replace(draft.with_line(channel, change.amount, is_fixed=False), is_split_anew=True)


def _allowed(draft: Draft, channel: str) -> Draft:
    """Allow a channel again that only feedback took away; the first brief's own bounds stand."""
    origin, rules = draft.origin.channels, draft.brief.channels
    if channel in origin.excluded or (origin.allowed and channel not in origin.allowed):
        raise InputError(f"The brief does not allow {spoken(channel)}", fix="Change the brief to allow it.")
    if channel not in rules.excluded and (not rules.allowed or channel in rules.allowed):
        return draft
    return draft.with_brief(
        "channels",
        allowed=[*rules.allowed, channel] if rules.allowed else [],
        excluded=[name for name in rules.excluded if name != channel],
    )


@_made.register
def _budget(change: SetBudget, draft: Draft) -> Draft:
    before = draft.brief.budget
    share = draft.contingency / before.amount
    changed = draft.with_brief("budget", amount=change.amount)
    held = (change.amount * share).quantize(draft.contingency)
    return replace(changed, contingency=held, is_split_anew=True)


@_made.register
def _period(change: SetPeriod, draft: Draft) -> Draft:
    return draft.with_brief("period", start=change.start.isoformat(), end=change.end.isoformat())


@_made.register
def _address(change: AddressSegment, draft: Draft) -> Draft:
    if change.segment in draft.segments:
        raise InputError(f"{change.segment} is addressed already", fix="There is nothing to change.")
    draft = replace(draft, segments=(*draft.segments, change.segment))
    named = draft.brief.audience.segments
    fact = next(s for s in draft.sized if s.id == change.segment)
    return draft.with_brief("audience", segments=[*_plain(draft), fact.name]) if named else draft


@_made.register
def _leave(change: LeaveSegment, draft: Draft) -> Draft:
    if change.segment not in draft.segments:
        raise InputError(f"{change.segment} is not addressed by this plan", fix="There is nothing to leave.")
    if len(draft.segments) == 1:
        raise InputError(f"{change.segment} is the only segment addressed", fix="Address another one first.")
    fact = next(s for s in draft.sized if s.id == change.segment)
    names = {fact.name.casefold(), fact.id.casefold()}
    kept = [
        s for s, n in zip(_plain(draft), draft.brief.audience.segments, strict=True) if n.name.casefold() not in names
    ]
    draft = replace(draft, segments=tuple(s for s in draft.segments if s != change.segment))
    return draft.with_brief("audience", segments=kept) if kept else draft


def _plain(draft: Draft) -> list[object]:
    return [s.model_dump(mode="json") for s in draft.brief.audience.segments]


@_made.register
def _voice(change: SetVoice, draft: Draft) -> Draft:
    return replace(draft.with_brief("brand", voice=change.voice), is_retold=True)


@_made.register
def _must(change: MustSay, draft: Draft) -> Draft:
    brand, phrase = draft.brief.brand, change.phrase.casefold()
    if any(never.casefold() in phrase for never in brand.never_say):
        raise InputError(f"The brand never says what is in {change.phrase!r}", fix="Lift that first, in the brief.")
    if any(phrase == said.casefold() for said in brand.must_say):
        raise InputError(f"The brand says {change.phrase!r} already", fix="There is nothing to change.")
    return replace(draft.with_brief("brand", must_say=[*brand.must_say, change.phrase]), is_retold=True)


@_made.register
def _never(change: NeverSay, draft: Draft) -> Draft:
    brief, phrase = draft.brief, change.phrase.casefold()
    if any(phrase in said.casefold() for said in brief.brand.must_say):
        raise InputError(f"The brief says that {change.phrase!r} must be said", fix="Change the brief.")
    names = (brief.name, brief.offering.name, *(spoken(channel) for channel in draft.lines))
    if any(phrase in name.casefold() for name in names) or len(phrase) < _SHORTEST:
        raise InputError(
            f"No plan of {brief.offering.name} can do without {change.phrase!r}", fix="Name another phrase."
        )
    return replace(draft.with_brief("brand", never_say=[*brief.brand.never_say, change.phrase]), is_retold=True)
