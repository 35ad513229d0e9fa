"""Comparison: everything in which two versions of a plan differ, place by place.

Rows of a list are told apart by what they are about (a line by its channel, a flight by channel and week,
evidence by its id), so that a row in between shifts nothing. What is no difference to a reader is left out: ids and
numbers of versions, seals, and the calculations, whose every figure that a reader sees is in its own place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, cast

from pydantic import JsonValue

from nexusplanner.domain.calculation import canonical
from nexusplanner.domain.model import DomainModel, JsonObject
from nexusplanner.domain.plan import CampaignPlan

Group = Literal["money", "dates", "people", "words", "results", "record"]
UNCOMPARED = frozenset(
    {"id", "version", "seal", "figures", "calculations", "refinement", "cost", "provenance", "approval"}
)
"""Keys of plan.json that tell how a version was made and decided about, not what it plans."""
_CALCULATION = re.compile(r"\b(calc-[a-z_]+)-[0-9a-f]{8}\b")
_KEYS: tuple[tuple[str, ...], ...] = (
    ("channel", "week"),
    ("activity", "channel", "segment"),
    ("id",),
    ("channel",),
    ("segment",),
    ("rule",),
    ("kpi",),
    ("criterion",),
)
"""What tells rows apart, the first that all rows of both lists have and that never repeats."""
_GROUPS: dict[str, Group] = {
    "budget": "money", "brief/budget": "money", "brief/channels": "money", "channels": "money",
    "calendar": "dates", "brief/period": "dates", "created_at": "dates",
    "segments": "people", "brief/audience": "people",
    "summary": "words", "strategy": "words", "claims": "words", "risks": "words", "brief/brand": "words",
    "objective": "results", "forecast": "results", "experiments": "results", "measurement": "results",
}  # fmt: skip


class Difference(DomainModel):
    """One place in which two versions differ."""

    group: Group
    where: tuple[str, ...]
    """Keys from the top of plan.json; a row of a list by what it is about (``budget``, ``lines``, ``search``)."""
    before: JsonValue = None
    """None where there was nothing."""
    after: JsonValue = None
    """None where there is nothing any more."""
    kind: Literal["changed", "added", "removed", "order"] = "changed"
    """``order``: the rows of a list stand in another order, and both sides name all of them."""

    @property
    def place(self) -> str:
        """The place in one word: ``budget.lines.search.amount``."""
        return ".".join(self.where)


class Comparison(DomainModel):
    """Everything in which one version differs from another."""

    before: str
    """Id of the version that is compared with."""
    after: str
    differences: tuple[Difference, ...]

    def of(self, group: Group) -> tuple[Difference, ...]:
        """Return the differences of one kind."""
        return tuple(d for d in self.differences if d.group == group)

    def to_text(self, *, is_full: bool = False) -> str:
        """Write what differs, kind by kind, for reading.

        Args:
            is_full: Whether every place is told; by default the first of each kind.
        """
        from nexusplanner.rendering import to_difference_text

        return to_difference_text(self, is_full=is_full)

    def __repr__(self) -> str:
        return f"<Comparison {self.before} -> {self.after}: {len(self.differences)} differences>"


def compare(before: CampaignPlan, after: CampaignPlan) -> Comparison:
    """List everything in which two versions differ."""
    old, new = comparable(before), comparable(after)
    return Comparison(before=before.id, after=after.id, differences=tuple(_differing(old, new, ())))


def comparable(plan: CampaignPlan) -> JsonObject:
    """Write what counts of a plan: as plan.json does, ids of calculations by their calculator."""
    tree = plan.model_dump(mode="json", exclude=set(UNCOMPARED))
    return cast(JsonObject, _named(tree))


def changed(tree: JsonObject, differences: Sequence[Difference]) -> JsonObject:
    """Apply differences to the plan that they start from, and get the one they lead to.

    Args:
        tree: What :func:`comparable` wrote of the first version.
        differences: Those of a comparison, in their order.
    """
    return cast(JsonObject, _applied(tree, list(differences), 0))


def rows_of(rows: Sequence[JsonValue], *others: Sequence[JsonValue]) -> dict[str, JsonValue] | None:
    """Name the rows of a list by what tells them and those of other lists apart, else by their place.

    Returns:
        None where nothing tells them apart and there are more of them in one list than in another.
    """
    everything = (rows, *others)
    if not all(isinstance(row, dict) for rows in everything for row in rows):
        return None
    for keys in _KEYS:
        if all(isinstance(row, dict) and set(keys) <= set(row) for rows in everything for row in rows):
            named = [_names(rows, keys) for rows in everything]
            if all(len(set(names)) == len(names) for names in named):
                return dict(zip(named[0], rows, strict=True))
    return _numbered(rows) if len({len(rows) for rows in everything}) == 1 else None


def _numbered(rows: Sequence[JsonValue]) -> dict[str, JsonValue]:
    return {str(i): row for i, row in enumerate(rows)}


def _names(rows: Sequence[JsonValue], keys: tuple[str, ...]) -> list[str]:
    names = [" ".join(str(row[key]) for key in keys if row[key]) for row in rows if isinstance(row, dict)]
    if "activity" not in keys:
        return names
    # What is done again and again, such as a weekly review, is told apart by its turn.
    turns = [names[: i + 1].count(name) for i, name in enumerate(names)]
    return [name if turn == 1 else f"{name} ({turn})" for name, turn in zip(names, turns, strict=True)]


def _differing(old: JsonValue, new: JsonValue, where: tuple[str, ...]) -> Iterator[Difference]:
    if canonical(old) == canonical(new):
        return
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _each(old, new, where)
        return
    if isinstance(old, list) and isinstance(new, list) and old and new:
        left, right = rows_of(old, new), rows_of(new, old)
        if left is not None and right is not None:
            yield from _each(left, right, where)
            yield from _ordered([*left], [*right], where)
            return
    yield Difference(group=_group(where), where=where, before=old, after=new)


def _each(
    left: Mapping[str, JsonValue], right: Mapping[str, JsonValue], where: tuple[str, ...]
) -> Iterator[Difference]:
    for name in dict.fromkeys((*left, *right)):
        at = (*where, name)
        if name not in right:
            yield Difference(group=_group(at), where=at, before=left[name], kind="removed")
        elif name not in left:
            yield Difference(group=_group(at), where=at, after=right[name], kind="added")
        else:
            yield from _differing(left[name], right[name], at)


def _ordered(left: list[str], right: list[str], where: tuple[str, ...]) -> Iterator[Difference]:
    kept = [name for name in left if name in right]
    if right != [*kept, *(name for name in right if name not in left)]:
        yield Difference(group=_group(where), where=where, before=[*left], after=[*right], kind="order")


def _group(where: tuple[str, ...]) -> Group:
    if where[:2] == ("budget", "flights") or "week" in where:
        return "dates"
    if where[0] == "channels" and where[-1] in ("why", "role", "formats"):
        return "words"
    return _GROUPS.get("/".join(where[:2])) or _GROUPS.get(where[0], "record")


def _applied(node: JsonValue, differences: Sequence[Difference], depth: int) -> JsonValue:
    for d in differences:
        if len(d.where) == depth and d.kind != "order":
            return d.after
    rows = node if isinstance(node, dict) else _rows_there(node, differences, depth)
    result, below = {**rows}, dict[str, list[Difference]]()
    for d in differences:
        if len(d.where) > depth:
            below.setdefault(d.where[depth], []).append(d)
    for name, inner in below.items():
        if inner[0].kind == "removed" and len(inner[0].where) == depth + 1:
            del result[name]
        else:
            result[name] = _applied(rows.get(name), inner, depth + 1)
    if isinstance(node, dict):
        return result
    order = next((d.after for d in differences if d.kind == "order" and len(d.where) == depth), None)
    return [result[str(name)] for name in (order if isinstance(order, list) else result)]


def _rows_there(node: JsonValue, differences: Sequence[Difference], depth: int) -> dict[str, JsonValue]:
    """Name a list's rows as the comparison did: by the keys under which every difference finds its row."""
    assert isinstance(node, list)
    known = {d.where[depth] for d in differences if len(d.where) > depth and not _adds(d, depth)}
    order = next((d.before for d in differences if d.kind == "order" and len(d.where) == depth), None)
    for keys in _KEYS:
        if all(isinstance(row, dict) and set(keys) <= set(row) for row in node):
            named = dict(zip(_names(node, keys), node, strict=True))
            if known <= set(named) and (order is None or order == [*named]) and len(named) == len(node):
                return named
    return _numbered(node)


def _adds(difference: Difference, depth: int) -> bool:
    return difference.kind == "added" and len(difference.where) == depth + 1


def _named(node: JsonValue) -> JsonValue:
    if isinstance(node, str):
        return _CALCULATION.sub(r"\1", node)
    if isinstance(node, list):
        return [_named(child) for child in node]
    if isinstance(node, dict):
        return {key: _named(child) for key, child in node.items()}
    return node
