"""Differences between two versions of a plan, as a text: money, dates, people, words, results, and the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation

from pydantic import JsonValue

from nexusplanner.domain.comparison import Comparison, Difference, Group
from nexusplanner.rendering.changed_text import around
from nexusplanner.rendering.format import folded

HEADINGS: dict[Group, str] = {
    "money": "Money", "dates": "Dates", "people": "People", "words": "Words", "results": "Expected results",
    "record": "Other",
}  # fmt: skip
_MOST = 8
"""Places told of each kind, unless all are asked for."""
_LONGEST = 160
"""Characters of a value, unless all is asked for."""
_COUNTED = (("calendar",), ("budget", "flights"), ("evidence",))
"""Lists whose rows are counted, unless all are asked for."""
_FIRST = ("amount", "total", "contingency", "summary", "p50", "probability_of_target")


def to_difference_text(comparison: Comparison, *, is_full: bool = False) -> str:
    """Write a comparison for reading, kind by kind; nothing where the versions do not differ.

    Args:
        comparison: What differs.
        is_full: Whether every place is told, and whole; by default the first of each kind, and how many more there are.
    """
    return "\n".join(line for group in HEADINGS for line in _group(comparison.of(group), group, is_full=is_full))


def _group(differences: Sequence[Difference], group: Group, *, is_full: bool) -> Iterator[str]:
    if not differences:
        return
    yield f"{HEADINGS[group]} ({len(differences)})"
    if is_full:
        yield from (line for d in differences for line in _told(d, is_full=True))
        return
    counted = [d for d in differences if d.where[: len(_list_of(d))] in _COUNTED]
    single = sorted((d for d in differences if d not in counted and d.kind != "order"), key=_rank)
    yield from (line for d in single[:_MOST] for line in _told(d, is_full=False))
    if len(single) > _MOST:
        yield f"  … and {len(single) - _MOST} more"
    yield from _counts(counted)


def _list_of(difference: Difference) -> tuple[str, ...]:
    return next((rows for rows in _COUNTED if difference.where[: len(rows)] == rows), ("",) * 9)


def _counts(differences: Sequence[Difference]) -> Iterator[str]:
    for rows in _COUNTED:
        mine = [d for d in differences if d.where[: len(rows)] == rows and d.kind != "order"]
        told = {
            "changed": {d.where[len(rows)] for d in mine if d.kind == "changed" or len(d.where) > len(rows) + 1},
            "new": {d.place for d in mine if d.kind == "added" and len(d.where) == len(rows) + 1},
            "gone": {d.place for d in mine if d.kind == "removed" and len(d.where) == len(rows) + 1},
        }
        if any(told.values()):
            yield f"  {'.'.join(rows)}: {', '.join(f'{len(names)} {kind}' for kind, names in told.items() if names)}"


def _rank(difference: Difference) -> int:
    """Tell first what was asked for, then the figures a reader asks for first."""
    return 0 if difference.where[0] == "brief" else 1 if difference.where[-1] in _FIRST else 2


def _told(difference: Difference, *, is_full: bool) -> Iterator[str]:
    place, most = folded(difference.place), None if is_full else _LONGEST
    before, after = _value(difference.before), _value(difference.after)
    if difference.kind == "order":
        yield f"  {place}: in another order, {_cut(after, most)}"
    elif difference.kind == "added":
        yield f"  {place}: new, {_cut(after, most)}"
    elif difference.kind == "removed":
        yield f"  {place}: gone, was {_cut(before, most)}"
    elif len(before) + len(after) < _LONGEST // 2:
        yield f"  {place}: {before} -> {after}{_step(difference)}"
    else:
        yield f"  {place}:"
        shown = (before, after) if is_full else around(before, after)
        yield from (f"    {said} {_cut(text, most)}" for said, text in zip(("was", "now"), shown, strict=True))


def _step(difference: Difference) -> str:
    before, after = _number(difference.before), _number(difference.after)
    return "" if before is None or after is None else f" ({after - before:+,f})"


def _number(value: JsonValue) -> Decimal | None:
    if not isinstance(value, str):
        return None
    try:
        found = Decimal(value)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _value(value: JsonValue) -> str:
    if value is None or value in ([], {}, ""):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.6g}" if abs(value) < 1000 else f"{value:,.0f}"
    if isinstance(value, list):
        return ", ".join(_value(child) for child in value)
    if isinstance(value, dict):
        return "; ".join(f"{key} {_value(child)}" for key, child in value.items() if child not in ([], "", None))
    return folded(str(value))


def _cut(text: str, most: int | None) -> str:
    return text if most is None or len(text) <= most else f"{text[: most - 1]}…"
