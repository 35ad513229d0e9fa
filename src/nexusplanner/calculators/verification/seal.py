"""The seal: a short fingerprint of every value of a plan, so that a changed one is named.

A seal finds slips and hands that edit a number; it is no signature, for whoever changes a plan can
seal it again. What cannot be sealed away is found by recomputing (:mod:`figures`, :mod:`arithmetic`).

Fingerprints are taken of parsed values: ``1.0`` and ``1`` are one number, the order of keys and the
white space are free, ``"1"``, ``1`` and ``true`` differ. So a plan may be reformatted, not edited.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from pydantic import JsonValue

from nexusplanner.calculators.verification.failure import Failure
from nexusplanner.calculators.verification.pointer import children, escaped, follow
from nexusplanner.domain.calculation import canonical
from nexusplanner.domain.model import JsonObject
from nexusplanner.errors import shown

_UNSEALED = frozenset({"id", "seal"})
_WIDTH = 6


def plan_id(plan_json: JsonObject) -> str:
    """Address a plan by its content; ``id`` and ``seal`` do not count."""
    digest = hashlib.sha256(canonical(_settled(_content(plan_json))).encode("utf-8", "replace")).hexdigest()
    return f"plan-{digest[:16]}"


def check_id(plan_json: JsonObject) -> tuple[Failure, ...]:
    """Check that the plan's id still follows from its content."""
    expected, found = plan_id(plan_json), plan_json.get("id")
    if expected == found:
        return ()
    return (
        Failure(where="/id", problem="the id does not follow from the content", expected=expected, found=str(found)),
    )


def seal(plan_json: JsonObject) -> dict[str, str]:
    """Fingerprint every value.

    Returns:
        Pointer of each object or list that holds values -> six hex digits for each of them, in the
        order of their keys or indices. Objects and lists with something in them have entries of
        their own; empty ones count as values.
    """
    return dict(_entries(_content(plan_json), ""))


def check_seal(plan_json: JsonObject) -> tuple[Failure, ...]:
    """Name every value that was changed, added or taken away since the plan was sealed."""
    sealed = plan_json.get("seal")
    if not isinstance(sealed, dict) or not sealed:
        return (Failure(where="/seal", problem="the plan is not sealed"),)
    content, now = _content(plan_json), seal(plan_json)
    found: list[Failure] = []
    for pointer in sorted({*sealed, *now}):
        before, after = sealed.get(pointer), now.get(pointer)
        if before == after:
            continue
        if not isinstance(before, str):
            found.append(Failure(where=pointer or "/", problem="was added after the plan was sealed"))
        elif after is None:
            found.append(Failure(where=pointer or "/", problem="was taken away after the plan was sealed"))
        else:
            found.extend(_changes(follow(content, pointer), pointer, before, after))
    return tuple(found)


def _content(plan_json: JsonObject) -> JsonObject:
    return {key: value for key, value in plan_json.items() if key not in _UNSEALED}


def _entries(node: JsonValue, pointer: str) -> Iterator[tuple[str, str]]:
    prints = []
    for key, child in children(node):
        if isinstance(child, dict | list) and child:
            yield from _entries(child, f"{pointer}/{escaped(key)}")
        else:
            prints.append(_print(key, child))
    if prints:
        yield pointer, "".join(prints)


def _print(key: str | int, value: JsonValue) -> str:
    text = f"{key}={canonical(_settled(value))}"
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=_WIDTH // 2).hexdigest()


def _settled(value: JsonValue) -> JsonValue:
    """Write whole floats as integers: JSON knows one kind of number, and tools rewrite one as the other."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _settled(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_settled(child) for child in value]
    return value


def _changes(node: object, pointer: str, before: str, after: str) -> Iterator[Failure]:
    """Say which values of one object or list differ, given its old and new fingerprints."""
    names = [(key, child) for key, child in children(node) if not (isinstance(child, dict | list) and child)]
    old = [before[i : i + _WIDTH] for i in range(0, len(before), _WIDTH)]
    new = [after[i : i + _WIDTH] for i in range(0, len(after), _WIDTH)]
    if len(old) == len(new):
        suspects = [i for i in range(len(new)) if old[i] != new[i]]
        problem = "was changed after the plan was sealed"
    else:
        suspects = [i for i in range(len(new)) if new[i] not in old]
        problem = f"was changed or added after the plan was sealed, which had {len(old)} values here, not {len(new)}"
    for i in suspects:
        key, value = names[i]
        yield Failure(where=f"{pointer}/{escaped(key)}", problem=problem, found=shown(value))
    if not suspects:
        yield Failure(
            where=pointer or "/",
            problem="a value was taken away after the plan was sealed",
            expected=f"{len(old)} values",
            found=f"{len(new)} values",
        )
