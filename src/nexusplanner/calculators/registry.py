"""The register of calculators: a name and a version find the code that runs a calculation again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import cast

from pydantic_core import from_json

from nexusplanner.calculators.remembered import Remembered
from nexusplanner.calculators.rounding import rounded_object
from nexusplanner.domain.calculation import Calculation, calculation_id, canonical
from nexusplanner.domain.model import JsonObject
from nexusplanner.errors import InputError

Compute = Callable[[JsonObject], JsonObject]
"""A calculator: plain JSON in, plain JSON out, the same answer every time."""

VERSION = "1"
ANSWERS = Remembered()
"""What this process computed already."""
_CALCULATORS: dict[tuple[str, str], str] = {
    ("customer_segments", VERSION): "segments",
    ("response_curves", VERSION): "response_curves",
    ("allocation", VERSION): "allocation",
    ("allocation_past_split", VERSION): "past_split",
    ("flights", VERSION): "flights",
    ("forecast", VERSION): "forecasting",
    ("what_if", VERSION): "budget_sweep",
    ("experiment_size", VERSION): "experiment_size",
    ("experiment_readout", VERSION): "experiment_readout",
    ("experiment_segments", VERSION): "experiment_segments",
    ("experiment_holdout", VERSION): "experiment_holdout",
    ("experiment_looks", VERSION): "experiment_looks",
    ("sequential_design", VERSION): "group_sequential",
    ("sequential_look", VERSION): "sequential_look",
    ("calendar", VERSION): "calendar",
    ("kpi_tree", VERSION): "kpis",
    ("compliance", VERSION): "compliance",
    ("customer_value", VERSION): "lifetime_value",
}


def calculator(name: str, version: str = VERSION) -> Compute:
    """Find a calculator.

    Raises:
        InputError: No calculator has this name and version.
    """
    module = _CALCULATORS.get((name, version))
    if module is None:
        known = ", ".join(sorted({key for key, _ in _CALCULATORS}))
        raise InputError(
            "no such calculator",
            field="calculation",
            value=f"{name}/{version}",
            fix=f"Known are: {known}, all of version {VERSION}.",
        )
    return cast(Compute, import_module(f"nexusplanner.calculators.{module}").compute)


def _answered(name: str, version: str, inputs: str) -> JsonObject:
    """Compute from canonical JSON: in the one order of keys, a reformatted plan.json draws the same numbers."""
    return rounded_object(calculator(name, version)(from_json(inputs)))


def calculate(
    name: str,
    inputs: JsonObject,
    *,
    explain: Callable[[JsonObject], str],
    evidence: tuple[str, ...] = (),
) -> Calculation:
    """Run a calculator and keep what it was given and what it answered.

    Args:
        name: The calculator.
        inputs: Complete and plain JSON; outputs follow from it alone.
        explain: Says in one sentence what was done, given the outputs.
        evidence: Ids of the evidence the inputs were read from.
    """
    written = canonical(inputs)
    compute = partial(_answered, name, VERSION, written)
    inputs, outputs = ANSWERS.run(f"{name}/{VERSION}", written, compute=compute)
    return Calculation(
        id=calculation_id(name, VERSION, written),
        name=name,
        version=VERSION,
        inputs=inputs,
        outputs=outputs,
        explanation=explain(outputs),
        evidence=tuple(evidence),
    )


def recompute(calculation: Calculation) -> JsonObject:
    """Run a calculation again on its own inputs and return the outputs.

    Raises:
        InputError: No calculator has this name and version, or the inputs are not what it takes.
    """
    calculator(calculation.name, calculation.version)
    try:
        return _answered(calculation.name, calculation.version, canonical(calculation.inputs))
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"the inputs of {calculation.id} cannot be computed: {error}",
            field="calculations.inputs",
            fix="Take the calculation as it was recorded.",
        ) from error
