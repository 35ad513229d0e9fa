"""Places in a plan: dotted paths for people, JSON pointers for figures."""

from __future__ import annotations

import re
from difflib import get_close_matches

from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.plain_file import dotted
from nexusplanner.domain.pointer import escaped, follow

_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


def as_pointer(place: str) -> str:
    """Turn ``budget.lines[0].amount`` into ``/budget/lines/0/amount``; a pointer stays what it is."""
    if place.startswith("/"):
        return place.rstrip("/")
    return "".join(f"/{escaped(index or name)}" for index, name in _STEP.findall(place))


def as_dotted(pointer: str) -> str:
    """Turn ``/budget/lines/0/amount`` into ``budget.lines[0].amount``."""
    return dotted(int(step) if step.isascii() and step.isdigit() else step for step in _steps(pointer)) or "the plan"


def nearest(tree: JsonObject, pointer: str) -> str:
    """Return the place that exists and is nearest to one that does not, dotted."""
    there = ""
    for step in _steps(pointer):
        longer = f"{there}/{escaped(step)}"
        if isinstance(follow(tree, longer), dict | list):
            there = longer
            continue
        here = follow(tree, there)
        keys = [str(key) for key in here] if isinstance(here, dict) else []
        near = get_close_matches(step, keys, n=1)
        if near:
            return as_dotted(f"{there}/{escaped(near[0])}")
        if isinstance(here, list) and here:
            return as_dotted(f"{there}/0")
        break
    return as_dotted(there) if there else "budget.lines[0].amount"


def _steps(pointer: str) -> list[str]:
    return [raw.replace("~1", "/").replace("~0", "~") for raw in pointer.split("/")[1:]]
