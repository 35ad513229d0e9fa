"""The looks of a running test among the calendar's dates, each after the one before."""

from __future__ import annotations

from collections.abc import Sequence

from nexusplanner.agents.assembly.stop_rule import hopeless_at, won_at
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.model import JsonObject

LOOK = "experiment_look"


def with_looks(rows: Sequence[JsonObject], looks: Calculation | None) -> list[JsonObject]:
    """Put a test's looks between its start and its read-out; the last look is the read-out.

    A plan that sends to nobody by itself leaves a hold-out out of its audiences all the same: the
    hold-out is then drawn on the test's first day, and read on its last.

    Returns:
        The calendar's rows by date, ``depends_on`` counted anew.
    """
    told = looks.outputs["looks"] if looks else None
    found = [row for row in told if isinstance(row, dict)] if isinstance(told, list) else []
    if looks is None or not found:
        return [*rows]
    kept = [*rows]
    if not any(row["kind"] == "experiment_start" for row in kept):
        kept += [_row("experiment_start", looks.outputs["start"]), _row("experiment_readout", found[-1]["date"])]
    interim = [_look(row) for row in found[:-1]]
    return _numbered(rows, sorted([*kept, *interim], key=lambda row: (str(row["date"]), row["kind"] == "close")))


def _row(kind: str, day: object) -> JsonObject:
    return {
        "kind": kind, "channel": "", "segment": "", "date": str(day), "end": str(day), "at": None, "zones": [],
        "owner": "Analytics", "depends_on": [], "note": "",
    }  # fmt: skip


def _look(row: JsonObject) -> JsonObject:
    hopeless = hopeless_at(row)
    given_up = f"; it may be given up when it {hopeless}" if hopeless else ""
    return {**_row(LOOK, row["date"]), "note": f"It is won at a lead of {won_at(row)}{given_up}."}


def _numbered(before: Sequence[JsonObject], rows: list[JsonObject]) -> list[JsonObject]:
    """Count anew what rows depend on; a look follows the one before, the first one the drawing of the hold-out."""
    place = {id(row): index for index, row in enumerate(rows)}
    numbered: list[JsonObject] = []
    drawn: int | None = None
    for index, row in enumerate(rows):
        needs = row["depends_on"]
        after = {place[id(before[int(str(i))])] for i in (needs if isinstance(needs, list) else [])}
        if row["kind"] in (LOOK, "experiment_readout") and drawn is not None:
            after.add(drawn)
        if row["kind"] == "close" and drawn is not None:
            after.add(drawn)
        if row["kind"] in ("experiment_start", LOOK, "experiment_readout"):
            drawn = index
        numbered.append({**row, "depends_on": [*sorted(after)]})
    return numbered
