"""Reading: what is asked for becomes a typed change of this plan, or the reason why it cannot be one."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Decimal

from nexusplanner.agents.experts.craft import craft_of
from nexusplanner.agents.experts.voice import listed
from nexusplanner.agents.refinement.asked import Asked
from nexusplanner.agents.refinement.draft import Draft
from nexusplanner.agents.refinement.names import channel_named, channel_of, is_reserve, is_whole, segment_named
from nexusplanner.agents.refinement.periods import period_asked
from nexusplanner.agents.refinement.said import Said, amount_said
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
    SetVoice,
)
from nexusplanner.domain.money import minor_unit
from nexusplanner.domain.spoken import spoken
from nexusplanner.errors import InputError

_SMALLEST = Decimal("0.05")
"""Share of the money spent that a channel gets at least which is added without an amount."""
_DOLLARS = frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"})
_RELATIVE = re.compile(r"^(?:more|less|a bit|slightly|much|\w+er\b)", re.IGNORECASE)
_PEOPLE = re.compile(r"\b(?:customers?|segments?|people|groups?|buyers)\b", re.IGNORECASE)


def read_change(asked: Asked, draft: Draft) -> Change:
    """Read one thing that is asked for against the plan as it stands.

    Raises:
        InputError: It names what is not there, too little, or what may be read in two ways.
    """
    if asked.verb == "dates":
        return period_asked(asked, draft.brief.period)
    if asked.verb == "must_say":
        return MustSay(quote=asked.quote, reading=f"Say “{asked.what}”, word for word.", phrase=asked.what)
    if asked.verb == "never_say":
        return NeverSay(quote=asked.quote, reading=f"Never say “{asked.what}”.", phrase=asked.what)
    return _READERS[asked.verb](asked, draft)


def _move(asked: Asked, draft: Draft) -> Change:
    source, target = _line(asked.what, draft), _line(asked.to, draft)
    if source == target:
        raise InputError(f"Money cannot be moved from {spoken(source)} to itself", fix="Name two lines.")
    has = _has(draft, source)
    if not has:
        raise InputError(f"{spoken(source)} has no money that could be moved", fix="Name a line that has some.")
    amount = _money(asked, draft, of=has)
    reading = f"Move {_told(amount, draft)} from {spoken(source)}, which has {_told(has, draft)}, to {spoken(target)}."
    return MoveMoney(quote=asked.quote, reading=reading, source=source, target=target, amount=amount)


def _set(asked: Asked, draft: Draft) -> Change:
    if is_whole(asked.what):
        amount = _money(asked, draft, of=draft.brief.budget.amount)
        return _budget(asked, draft, amount)
    if not asked.what or is_reserve(asked.what):
        return _reserve(asked, draft, _money(asked, draft, of=draft.brief.budget.amount))
    channel = _channel(asked.what, draft)
    is_own = asked.amount.lower() in ("double", "twice", "half")
    return _amount(asked, draft, channel, _money(asked, draft, of=_has(draft, channel) if is_own else draft.spent))


def _stepped(sign: int) -> Callable[[Asked, Draft], Change]:
    def read(asked: Asked, draft: Draft) -> Change:
        if not asked.amount:
            asked = asked.model_copy(update={"amount": "half"})  # halve, the one verb that is an amount
        if is_whole(asked.what):
            whole = draft.brief.budget.amount
            return _budget(asked, draft, whole + sign * _money(asked, draft, of=whole))
        if is_reserve(asked.what):
            held = draft.contingency
            return _reserve(asked, draft, held + sign * _money(asked, draft, of=held))
        channel = _channel(asked.what, draft)
        has = _has(draft, channel)
        return _amount(asked, draft, channel, has + sign * _money(asked, draft, of=has))

    return read


def _amount(asked: Asked, draft: Draft, channel: str, amount: Decimal) -> Change:
    if amount < 0:
        raise InputError(f"{spoken(channel)} has only {_told(_has(draft, channel), draft)}", fix="Take less.")
    if amount == 0:
        return DropChannel(quote=asked.quote, reading=f"Spend nothing on {spoken(channel)}.", channel=channel)
    has = _has(draft, channel)
    if not has:
        return AddChannel(
            quote=asked.quote, reading=f"Spend {_told(amount, draft)} on {spoken(channel)}, which had none.",
            channel=channel, amount=amount, is_exact=True,
        )  # fmt: skip
    reading = f"Give {spoken(channel)} {_told(amount, draft)} instead of {_told(has, draft)}."
    return SetMoney(quote=asked.quote, reading=reading, channel=channel, amount=amount)


def _budget(asked: Asked, draft: Draft, amount: Decimal) -> Change:
    reading = f"Plan with {_told(amount, draft)} instead of {_told(draft.brief.budget.amount, draft)}."
    return SetBudget(quote=asked.quote, reading=reading, amount=max(amount, Decimal(0)))


def _reserve(asked: Asked, draft: Draft, amount: Decimal) -> Change:
    reading = f"Hold back {_told(amount, draft)} instead of {_told(draft.contingency, draft)}."
    return SetMoney(quote=asked.quote, reading=reading, channel=CONTINGENCY, amount=max(amount, Decimal(0)))


def _cap(asked: Asked, draft: Draft) -> Change:
    channel, amount = _channel(asked.what, draft), _money(asked, draft, of=draft.spent)
    reading = f"Give {spoken(channel)} at most {_told(amount, draft)}; it has {_told(_has(draft, channel), draft)}."
    return CapMoney(quote=asked.quote, reading=reading, channel=channel, amount=amount)


def _floor(asked: Asked, draft: Draft) -> Change:
    channel, amount = _channel(asked.what, draft), _money(asked, draft, of=draft.spent)
    reading = f"Give {spoken(channel)} at least {_told(amount, draft)}; it has {_told(_has(draft, channel), draft)}."
    return FloorMoney(quote=asked.quote, reading=reading, channel=channel, amount=amount)


def _keep(asked: Asked, draft: Draft) -> Change:
    channel = _channel(asked.what, draft)
    has = _has(draft, channel)
    reading = f"Leave {spoken(channel)} at {_told(has, draft)}."
    return SetMoney(quote=asked.quote, reading=reading, channel=channel, amount=has)


def _drop(asked: Asked, draft: Draft) -> Change:
    channel = None if _PEOPLE.search(asked.what) else channel_named(asked.what, draft.lines)
    if channel is not None:
        return DropChannel(quote=asked.quote, reading=f"Spend nothing on {spoken(channel)}.", channel=channel)
    segment = segment_named(asked.what, draft.sized)
    if segment is not None:
        return LeaveSegment(quote=asked.quote, reading=f"Address {segment.name} no more.", segment=segment.id)
    raise _unknown(asked.what, draft)


def _add(asked: Asked, draft: Draft) -> Change:
    segment = segment_named(asked.what, draft.sized)
    if segment is not None:
        reading = f"Address {segment.name} ({segment.size:,} customers) as well."
        return AddressSegment(quote=asked.quote, reading=reading, segment=segment.id)
    if _PEOPLE.search(asked.what):
        raise _unknown(asked.what, draft)
    channel = channel_named(asked.what, (*draft.known, *draft.brief.channels.allowed, *draft.lines))
    channel = channel or _new_channel(asked.what, draft)
    if asked.amount:
        return _amount(asked, draft, channel, _money(asked, draft, of=draft.spent))
    least = _cents(draft.spent * _SMALLEST, draft)
    reading = (
        f"Spend on {spoken(channel)}: at least {_told(least, draft)}, a twentieth of the money, as no amount is named."
    )
    return AddChannel(quote=asked.quote, reading=reading, channel=channel, amount=least, is_exact=False)


def _voice(asked: Asked, draft: Draft) -> Change:
    said, old = asked.what.strip(' .,:"“”'), draft.brief.brand.voice
    voice = f"{old}, {said}" if old and _RELATIVE.match(said) else said
    return SetVoice(quote=asked.quote, reading=f"Speak in a voice that is {voice}.", voice=voice)


def _line(text: str, draft: Draft) -> str:
    return CONTINGENCY if is_reserve(text) else _channel(text, draft)


def _channel(text: str, draft: Draft) -> str:
    found = channel_named(text, draft.lines) or channel_named(text, (*draft.known, *draft.brief.channels.allowed))
    if found is None:
        raise _unknown(text, draft)
    return found


def _new_channel(text: str, draft: Draft) -> str:
    channel = channel_of(text)
    if not channel or len(channel.split("_")) > 3 or craft_of(channel).medium == "paid":
        raise _unknown(text, draft)
    return channel


def _unknown(text: str, draft: Draft) -> InputError:
    known = listed([spoken(c) for c in dict.fromkeys((*draft.lines, *draft.known))])
    groups = f"; segments are {listed([s.id for s in draft.sized])}" if draft.sized else "; no customer data was sized"
    return InputError(f"No channel or segment is called {text!r}", fix=f"Channels are {known}{groups}.")


def _has(draft: Draft, line: str) -> Decimal:
    return draft.contingency if line == CONTINGENCY else draft.lines.get(line, Decimal(0))


def _money(asked: Asked, draft: Draft, *, of: Decimal) -> Decimal:
    """Read the amount in money: a percentage is of what it says, else of ``of``."""
    said = amount_said(asked.amount)
    if said is None:
        problem = f"{asked.amount!r} is no amount, or may be read in two ways" if asked.amount else "It names no amount"
        raise InputError(problem, fix="Write an amount such as 4,000 or 10 %.")
    if said.unit == "money":
        _check_currency(said, draft)
        return _exact(said.value, draft)
    whole = draft.brief.budget.amount if said.of and is_whole(said.of) else of
    return _cents(whole * said.value / 100, draft)


def _check_currency(said: Said, draft: Draft) -> None:
    ours = draft.brief.budget.currency
    if said.currency and said.currency != ours and not (said.currency == "$" and ours in _DOLLARS):
        raise InputError(f"The amount is in {said.currency}, the plan in {ours}", fix=f"Name it in {ours}.")


def _exact(value: Decimal, draft: Draft) -> Decimal:
    if value % minor_unit(draft.brief.budget.currency):
        raise InputError(f"{value:f} is finer than {draft.brief.budget.currency} has coins", fix="Round it.")
    return _cents(value, draft)


def _cents(value: Decimal, draft: Draft) -> Decimal:
    return value.quantize(minor_unit(draft.brief.budget.currency), ROUND_HALF_EVEN)


def _told(amount: Decimal, draft: Draft) -> str:
    return f"{amount:,f} {draft.brief.budget.currency}"


_READERS: dict[str, Callable[[Asked, Draft], Change]] = {
    "move": _move, "set": _set, "raise": _stepped(1), "cut": _stepped(-1), "cap": _cap, "floor": _floor, "keep": _keep,
    "drop": _drop, "add": _add, "voice": _voice,
}  # fmt: skip
