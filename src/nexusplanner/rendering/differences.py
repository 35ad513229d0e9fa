"""Differences between two versions of a plan, as a text: money, dates, people, words, results, and the rest."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from pydantic import JsonValue

from nexusplanner.domain.comparison import Comparison, Difference, Group
from nexusplanner.rendering.format import folded

HEADINGS: dict[Group, str] = {
    "money": "Money", "dates": "Dates", "people": "People", "words": "Words", "results": "Expected results",
    "record": "Other",
}  # fmt: skip
_MOST = 12
"""Places told of each kind, unless all are asked for."""
_LONGEST = 600


def to_difference_text(comparison: Comparison, *, is_full: bool = False) -> str:
    """Write a comparison for reading, kind by kind; nothing where the versions do not differ.

    Args:
        comparison: What differs.
        is_full: Whether every place is told; by default the first of each kind, and how many more there are.
    """
    return "\n".join(line for group in HEADINGS for line in _group(comparison.of(group), group, is_full))


def _group(differences: tuple[Difference, ...], group: Group, is_full: bool) -> Iterator[str]:
    if not differences:
        return
    yield f"{HEADINGS[group]} ({len(differences)})"
    ranked = sorted(differences, key=_rank)
    shown = ranked if is_full else ranked[:_MOST]
    for difference in shown:
        yield f"  {_told(difference)}"
    if len(shown) < len(ranked):
        yield f"  … and {len(ranked) - len(shown)} more"


def _rank(difference: Difference) -> int:
    """Tell first what the rest follows from: the brief, then lines and totals, then what is derived from them."""
    is_asked, is_derived = difference.where[0] == "brief", difference.where[:2] == ("budget", "flights")
    return 0 if is_asked else 2 if is_derived or difference.kind == "order" else 1


def _told(difference: Difference) -> str:
    place = folded(difference.place)
    if difference.kind == "order":
        return f"{place}: in another order, {_value(difference.after)}"
    if difference.kind == "added":
        return f"{place}: new, {_value(difference.after)}"
    if difference.kind == "removed":
        return f"{place}: gone, was {_value(difference.before)}"
    return f"{place}: {_value(difference.before)} -> {_value(difference.after)}{_step(difference)}"


def _step(difference: Difference) -> str:
    before, after = _number(difference.before), _number(difference.after)
    if before is None or after is None:
        return ""
    return f" ({after - before:+,f})" if isinstance(difference.before, str) else ""


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
        return f"{value:,.6g}"
    if isinstance(value, list):
        return _cut(", ".join(_value(child) for child in value))
    if isinstance(value, dict):
        return _cut("; ".join(f"{key} {_value(child)}" for key, child in value.items() if child not in ([], "", None)))
    return _cut(folded(str(value)))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
