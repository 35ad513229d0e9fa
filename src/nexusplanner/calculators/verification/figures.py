"""Figures: every calculation is run again, and every number of the plan is compared with what comes out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import isclose

from pydantic import JsonValue

from nexusplanner.calculators.verification.failure import Failure
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.domain.pointer import ABSENT, children, escaped, follow, leaves
from nexusplanner.errors import NexusError, shown

_RECOMPUTED, _BOUND = 1e-6, 1e-9
_NEAR_ZERO = 1e-9
_MAX_REASON = 200
_DECIMAL = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
_NUMBERED = ("/objective/", "/segments/", "/channels/", "/budget/", "/forecast/", "/experiments/")
_NOT_FIGURES = re.compile(r"/calendar/|/arms/|/evidence/|/(?:name|rule|id|week|channel|why|role)$|/formats/|/audience/")


@dataclass(frozen=True)
class FigureCheck:
    """What came of running the calculations again."""

    calculations: int
    """How many gave the stored outputs again."""
    figures: int
    """How many numbers of the plan are what such a calculation answered."""
    failures: tuple[Failure, ...]


def check_figures(plan: CampaignPlan, tree: JsonObject | None = None) -> FigureCheck:
    """Run all calculations again and compare.

    Recomputed numbers agree within 1e-6, relative; money to one minor unit. Numbers of the plan equal
    the stored output they are bound to: money exactly, others within 1e-9. A number in the sections
    that carry figures must be bound, or be the brief's own.

    Args:
        plan: The plan.
        tree: Its plan.json as it stands in the file; taken from the plan when left out.
    """
    tree = plan.model_dump(mode="json") if tree is None else tree
    intact: dict[str, Calculation] = {}
    failures: list[Failure] = []
    for i, calculation in enumerate(plan.calculations):
        wrong = list(_rerun(calculation, f"/calculations/{i}"))
        failures += wrong
        if not wrong:
            intact[calculation.id] = calculation
    known = {c.id: c for c in plan.calculations}
    loose = list(_bound(tree, plan.figures, known))
    figures = sum(1 for source in plan.figures.values() if source.partition("#")[0] in intact) - len(loose)
    return FigureCheck(len(intact), max(figures, 0), (*failures, *loose, *_unbound(tree, plan)))


def _rerun(calculation: Calculation, at: str) -> Iterator[Failure]:
    from nexusplanner.calculators import recompute

    record = Calculation.record(calculation.name, calculation.version, inputs=calculation.inputs, outputs={})
    if record.id != calculation.id:
        yield Failure(
            where=f"{at}/inputs",
            problem="the calculation's id does not follow from its inputs",
            expected=record.id,
            found=calculation.id,
        )
    try:
        again = recompute(calculation)
    except NexusError as error:
        yield Failure(where=at, problem=f"{calculation.name} cannot be run again: {_cut(str(error))}")
    except (LookupError, ArithmeticError, TypeError, ValueError, AttributeError) as error:
        # Inputs that were edited may break a calculator in any of these ways.
        reason = f"{type(error).__name__}: {error}"
        yield Failure(where=at, problem=f"{calculation.name} cannot be run again on these inputs ({reason})")
    else:
        yield from _differences(calculation.outputs, again, f"{at}/outputs")


def _cut(reason: str) -> str:
    return reason if len(reason) <= _MAX_REASON else f"{reason[:_MAX_REASON]}…"


def _differences(stored: JsonValue, again: JsonValue, at: str) -> Iterator[Failure]:
    if isinstance(stored, dict) and isinstance(again, dict) and stored.keys() == again.keys():
        for key, value in children(stored):
            yield from _differences(value, again[str(key)], f"{at}/{escaped(key)}")
    elif isinstance(stored, list) and isinstance(again, list) and len(stored) == len(again):
        for i, (value, other) in enumerate(zip(stored, again, strict=True)):
            yield from _differences(value, other, f"{at}/{i}")
    elif not _agree(stored, again, tolerance=_RECOMPUTED, units=1):
        yield Failure(
            where=at, problem="the calculator answers something else", expected=shown(again), found=shown(stored)
        )


def _bound(tree: JsonObject, figures: Mapping[str, str], known: Mapping[str, Calculation]) -> Iterator[Failure]:
    for pointer, source in figures.items():
        calculation, _, path = source.partition("#")
        found = follow(tree, pointer)
        expected = follow(known[calculation].outputs, path) if calculation in known else ABSENT
        if expected is ABSENT:
            yield Failure(where=pointer, problem=f"its calculation does not exist: {source}")
        elif found is ABSENT:
            yield Failure(where=pointer, problem="the number is not in the plan", expected=shown(expected))
        elif not _agree(found, expected, tolerance=_BOUND, units=0):
            yield Failure(
                where=pointer, problem=f"is not what {source} says", expected=shown(expected), found=shown(found)
            )


def _unbound(tree: JsonObject, plan: CampaignPlan) -> Iterator[Failure]:
    """Find numbers in the sections of figures that nothing stands behind."""
    own = {Decimal(str(plan.brief.budget.amount)), plan.brief.objective.target, plan.brief.objective.baseline}
    for pointer, value in leaves({key: tree.get(key) for key in (n.strip("/") for n in _NUMBERED)}):
        if pointer in plan.figures or not _is_number(value) or _NOT_FIGURES.search(pointer):
            continue
        number = Decimal(str(value))
        if number and number not in own:
            yield Failure(where=pointer, problem="no calculation stands behind this number", found=shown(value))


def _is_number(value: object) -> bool:
    if isinstance(value, str):
        return _DECIMAL.fullmatch(value) is not None
    return isinstance(value, int | float) and not isinstance(value, bool)


def _agree(a: object, b: object, *, tolerance: float, units: int) -> bool:
    """Tell whether two values are one: numbers by a relative tolerance, decimals in text by minor units."""
    if isinstance(a, bool) or isinstance(b, bool) or not (_is_number(a) and _is_number(b)):
        return type(a) is type(b) and a == b
    if isinstance(a, str) and isinstance(b, str):
        left, right = Decimal(a), Decimal(b)
        unit = Decimal(1).scaleb(min(_exponent(left), _exponent(right)))
        return abs(left - right) <= units * unit
    return isclose(float(str(a)), float(str(b)), rel_tol=tolerance, abs_tol=_NEAR_ZERO * tolerance)


def _exponent(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0
