"""Explaining: any line of a plan becomes the chain of what it rests on. Pure; the same plan gives the same chain."""

from __future__ import annotations

import re
from collections.abc import Callable

from nexusplanner.domain.explaining.choice import choice, criterion
from nexusplanner.domain.explaining.grounds import calculation, claim, evidence
from nexusplanner.domain.explaining.index import CHOICE, Index, plain_name
from nexusplanner.domain.explaining.parts import activity, channel, risk, segment
from nexusplanner.domain.explaining.places import place
from nexusplanner.domain.explaining.weave import Weave
from nexusplanner.domain.explanation import Explanation
from nexusplanner.domain.place import as_pointer
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.domain.pointer import ABSENT
from nexusplanner.errors import InputError

_PARTS: tuple[tuple[re.Pattern[str], Callable[[Weave, str], str]], ...] = (
    (re.compile(r"/channels/\d+"), channel),
    (re.compile(r"/segments/\d+"), segment),
    (re.compile(r"/risks/\d+"), risk),
    (re.compile(r"/calendar/\d+"), activity),
    (re.compile(r"/claims/\d+"), lambda weave, at: claim(weave, weave.index.plan.claims[_number(at)])),
    (re.compile(r"/critique/\d+"), lambda weave, at: criterion(weave, weave.index.plan.critique[_number(at)])),
    (
        re.compile(r"/evidence/\d+(/.*)?"),
        lambda weave, at: evidence(weave, weave.index.plan.evidence[_number(at)], with_users=True),
    ),
    (
        re.compile(r"/calculations/\d+(/.*)?"),
        lambda weave, at: calculation(weave, weave.index.plan.calculations[_number(at)]),
    ),
    (re.compile(rf"/({'|'.join(CHOICE)})(/.*)?"), lambda weave, _: choice(weave)),
)


def explain(plan: CampaignPlan, what: str) -> Explanation:
    """Follow a line of a plan to what it rests on.

    Args:
        plan: The plan.
        what: The id of a claim, evidence or calculation; a place (``budget.lines[0].amount``, or a JSON
            pointer); the name of a channel, segment, criterion or calculator; ``choice``; or some words of a line.

    Raises:
        InputError: There is no such thing; names what is nearest.
    """
    return explain_in(Index(plan), what)


def explain_in(index: Index, what: str) -> Explanation:
    """Follow a line of a plan that was indexed before; see :func:`explain`."""
    weave = Weave(index)
    if not (_by_id(weave, what) or _by_place(weave, what)):
        tried = [repr(name) for name in index.near(what)]
        raise InputError("no such place, id or name in this plan", field="explain", value=what,
                         fix=f"Try {', or '.join(tried)}.")  # fmt: skip
    return weave.finished(what)


def _by_id(weave: Weave, what: str) -> str:
    index = weave.index
    if what in index.claims:
        return claim(weave, index.claims[what])
    if what in index.evidence:
        return evidence(weave, index.evidence[what], with_users=True)
    return calculation(weave, index.calculations[what]) if what in index.calculations else ""


def _by_place(weave: Weave, what: str) -> str:
    index = weave.index
    pointer = as_pointer(what)
    if index.at(pointer) is ABSENT and pointer.partition("/")[2] not in CHOICE:
        runs = index.runs_of(what)
        if runs:
            return calculation(weave, runs[0])
        pointer = index.named.get(plain_name(what)) or index.by_words(what)
    return _woven(weave, pointer) if pointer or not what else ""


def _woven(weave: Weave, pointer: str) -> str:
    make = next((make for pattern, make in _PARTS if pattern.fullmatch(pointer)), place)
    return make(weave, pointer)


def _number(pointer: str) -> int:
    return int(pointer.split("/")[2])
