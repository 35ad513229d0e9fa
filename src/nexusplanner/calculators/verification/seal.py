"""The seal: a short fingerprint of every value of a plan, so that a changed one is named.

A seal finds slips and hands that edit a number; it is no signature, for whoever changes a plan can
seal it again. What cannot be sealed away is found by recomputing (:mod:`figures`, :mod:`arithmetic`).

Fingerprints are taken of parsed values: ``1.0`` and ``1`` are one number, the order of keys and the
white space are free, ``"1"``, ``1`` and ``true`` differ. So a plan may be reformatted, not edited.

A plan that a person was erased from is sealed again (:mod:`erasing`). Its id stays, for others know it by that; the
seal then says which id its content has now, under ``erased``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import lru_cache

from pydantic import JsonValue

from nexusplanner.calculators.verification.failure import Failure
from nexusplanner.domain.calculation import canonical
from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.pointer import children, escaped, leaves
from nexusplanner.errors import shown

_UNSEALED = frozenset({"id", "seal"})
_DECIDED = frozenset({"status", "approval"})
"""What a decision adds to a plan."""
_LONGEST_KEPT = 12
"""Longer texts are a plan's own: keeping them for the next plan helps nobody, and they may be about anybody."""
_WIDTH = 6
ERASED = "erased"
"""Where a seal says the id of the content that an erasure left; no pointer is spelled so."""
_Value = tuple[str, JsonValue]
"""A value and its pointer."""


def plan_sha256(plan_json: JsonObject) -> str:
    """Hash a plan's content, which is what people approve; ``id``, ``seal``, ``status`` and ``approval`` do not count.

    A decision changes the status of a plan, not what was decided about: its hash and id stay.
    """
    content = {key: value for key, value in _content(plan_json).items() if key not in _DECIDED}
    return hashlib.sha256(canonical(content).encode("utf-8", "replace")).hexdigest()


def plan_id(plan_json: JsonObject) -> str:
    """Address a plan by the hash of its content."""
    return f"plan-{plan_sha256(plan_json)[:16]}"


def check_id(plan_json: JsonObject) -> tuple[Failure, ...]:
    """Check that the plan's id, or the one that an erasure left it with, follows from its content, and the approval.

    An approval was given to the content that the id says: to that of before, where a person was erased since.
    """
    content, sealed = plan_sha256(plan_json), plan_json.get("seal")
    left = sealed.get(ERASED) if isinstance(sealed, dict) else None
    expected, found = f"plan-{content[:16]}", left or plan_json.get("id")
    faults = []
    if expected != found:
        problem = "the id does not follow from the content"
        faults.append(Failure(where="/id", problem=problem, expected=expected, found=str(found)))
    approval, origin = plan_json.get("approval"), plan_json.get("refinement")
    is_restored = isinstance(origin, dict) and bool(origin.get("restored"))  # the content that it was taken from
    if isinstance(approval, dict) and not is_restored and not left and approval.get("sha256") != content:
        problem, found = "what was decided about is another content", str(approval.get("sha256"))
        faults.append(Failure(where="/approval/sha256", problem=problem, expected=content, found=found))
    return tuple(faults)


def seal(plan_json: JsonObject) -> dict[str, str]:
    """Fingerprint every value.

    Returns:
        Pointer of an object -> six hex digits for each value directly in it, by sorted key; pointer
        of a list -> six for each value anywhere below it. Objects within objects have entries of
        their own; empty objects and lists count as values.
    """
    return dict(_sealed(_content(plan_json), ""))


def check_seal(plan_json: JsonObject) -> tuple[Failure, ...]:
    """Name every value that was changed, added or taken away since the plan was sealed."""
    sealed = plan_json.get("seal")
    if not isinstance(sealed, dict) or not sealed:
        return (Failure(where="/seal", problem="the plan is not sealed"),)
    now = dict(_groups(_content(plan_json), ""))
    found: list[Failure] = []
    for pointer in sorted({*sealed, *now} - {ERASED}):
        before, values = sealed.get(pointer), now.get(pointer)
        if values is None:
            found.append(Failure(where=pointer or "/", problem="was taken away after the plan was sealed"))
        elif not isinstance(before, str):
            found.append(Failure(where=pointer or "/", problem="was added after the plan was sealed"))
        else:
            found.extend(_changes(values, pointer, before))
    return tuple(found)


def _content(plan_json: JsonObject) -> JsonObject:
    """Leave out what is not sealed, and an approval where there is none: plans of earlier releases have no such key."""
    return {
        key: value
        for key, value in plan_json.items()
        if key not in _UNSEALED and not (key == "approval" and value is None)
    }


def _sealed(node: JsonObject, pointer: str) -> Iterator[tuple[str, str]]:
    """Yield the seals of :func:`_groups`, without a pointer for each of the thousands of values."""
    own: list[JsonValue] = []
    for key, child in sorted(node.items()):
        at = f"{pointer}/{escaped(key)}"
        if isinstance(child, dict) and child:
            yield from _sealed(child, at)
        elif isinstance(child, list) and child:
            below: list[JsonValue] = []
            _gather(child, below)
            yield at, "".join([_print(value) for value in below])
        else:
            own.append(child)
    if own:
        yield pointer, "".join([_print(value) for value in own])


def _gather(node: dict[str, JsonValue] | list[JsonValue], into: list[JsonValue]) -> None:
    """Add the values of :func:`leaves`, in its order."""
    for child in node if isinstance(node, list) else [child for _, child in sorted(node.items())]:
        if child and isinstance(child, dict | list):
            _gather(child, into)
        else:
            into.append(child)


def _groups(node: JsonObject, pointer: str) -> Iterator[tuple[str, list[_Value]]]:
    """Yield the values that share a seal, with the pointer of what holds them."""
    own: list[_Value] = []
    for key, child in children(node):
        at = f"{pointer}/{escaped(key)}"
        if isinstance(child, dict) and child:
            yield from _groups(child, at)
        elif isinstance(child, list) and child:
            yield at, list(leaves(child, at))
        else:
            own.append((at, child))
    if own:
        yield pointer, own


def _print(value: JsonValue) -> str:
    if isinstance(value, dict | list) or (isinstance(value, str) and len(value) > _LONGEST_KEPT):
        return _digest(f"{type(value).__name__}:{value}")
    return _short_print(value)


@lru_cache(maxsize=2_048, typed=True)  # calculations repeat each other's numbers; 1, 1.0 and true are told apart
def _short_print(value: str | float | None) -> str:
    value = int(value) if isinstance(value, float) and value.is_integer() else value
    return _digest(f"{type(value).__name__}:{value}")


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=_WIDTH // 2).hexdigest()


def _changes(values: list[_Value], pointer: str, before: str) -> Iterator[Failure]:
    """Say which of the values that share a seal differ from what was sealed."""
    old = [before[i : i + _WIDTH] for i in range(0, len(before), _WIDTH)]
    new = [_print(value) for _, value in values]
    differing = [i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b]
    if len(old) == len(new):
        for i in differing:
            where, value = values[i]
            yield Failure(where=where, problem="was changed after the plan was sealed", found=shown(value))
        return
    first = differing[0] if differing else min(len(old), len(new))
    yield Failure(
        where=values[first][0] if first < len(values) else pointer or "/",
        problem="from here on, values were added or taken away after the plan was sealed",
        expected=f"{len(old)} values",
        found=f"{len(new)} values",
    )
