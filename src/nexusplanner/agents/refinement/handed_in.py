"""Handed in: typed changes, checked against the plan as feedback in words would be, then made one after the other."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from nexusplanner.agents.experts.voice import listed
from nexusplanner.agents.refinement.applying import apply_change
from nexusplanner.agents.refinement.asking import Outcome
from nexusplanner.agents.refinement.draft import Draft
from nexusplanner.domain.approval import in_words
from nexusplanner.domain.change import CONTINGENCY, Change, MoveMoney, Refusal, SetMoney
from nexusplanner.domain.money import minor_unit
from nexusplanner.domain.spoken import spoken
from nexusplanner.errors import InputError

_CHANNELS = ("channel", "source", "target")


def apply_handed_in(changes: Iterable[Change], draft: Draft) -> Outcome:
    """Make typed changes, in their order; what cannot be made is refused by itself."""
    made: list[Change] = []
    refused: list[Refusal] = []
    for change in changes:
        try:
            _check(change, draft)
            draft = apply_change(draft, change)
        except InputError as error:
            refused.append(Refusal(quote=change.quote or in_words((change,)), reason=str(error)))
        else:
            made.append(change)
    return Outcome(draft, tuple(made), tuple(refused))


def _check(change: Change, draft: Draft) -> None:
    """Check that all that a change names is there, and that its amount has coins.

    Raises:
        InputError: It is not.
    """
    lines = {*draft.lines, *draft.known, *draft.brief.channels.allowed, *draft.origin.channels.allowed}
    if isinstance(change, MoveMoney | SetMoney):
        lines.add(CONTINGENCY)
    for name in (getattr(change, field) for field in _CHANNELS if hasattr(change, field)):
        if name not in lines:
            known = listed([spoken(line) for line in sorted(lines)])
            raise InputError(f"No channel is called {name!r}", fix=f"Channels are {known}.")
    segment = getattr(change, "segment", None)
    if segment is not None and segment not in {s.id for s in draft.sized}:
        known = listed([s.id for s in draft.sized]) or "none: no customer data was sized"
        raise InputError(f"No segment has the id {segment!r}", fix=f"Segments are {known}.")
    _check_amount(getattr(change, "amount", Decimal(0)), draft.brief.budget.currency)


def _check_amount(amount: Decimal, currency: str) -> None:
    if amount % minor_unit(currency):
        raise InputError(f"{amount:f} is finer than {currency} has coins", fix="Round it.")
