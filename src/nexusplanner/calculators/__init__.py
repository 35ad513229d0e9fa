"""Every number of a plan: pure functions that return a calculation anyone can run again.

Nothing is loaded until it is used: the maths packages come in with the first calculation.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nexusplanner.calculators.allocation import allocate
    from nexusplanner.calculators.bgnbd import fit_bgnbd
    from nexusplanner.calculators.budget_sweep import what_if
    from nexusplanner.calculators.calendar import build_calendar
    from nexusplanner.calculators.compliance import check_compliance
    from nexusplanner.calculators.experiment_readout import read_out_experiment
    from nexusplanner.calculators.experiment_size import size_experiment
    from nexusplanner.calculators.flights import plan_flights
    from nexusplanner.calculators.forecasting import forecast
    from nexusplanner.calculators.gamma_gamma import fit_gamma_gamma
    from nexusplanner.calculators.kpis import kpi_tree
    from nexusplanner.calculators.past_split import allocate_by_past
    from nexusplanner.calculators.proportions import (
        detectable_lift,
        power_two_proportions,
        sample_size_two_proportions,
    )
    from nexusplanner.calculators.registry import recompute
    from nexusplanner.calculators.response_curves import fit_response_curves
    from nexusplanner.calculators.segments import size_segments

_HOME = {
    "allocate": "allocation",
    "allocate_by_past": "past_split",
    "build_calendar": "calendar",
    "check_compliance": "compliance",
    "detectable_lift": "proportions",
    "fit_bgnbd": "bgnbd",
    "fit_gamma_gamma": "gamma_gamma",
    "fit_response_curves": "response_curves",
    "forecast": "forecasting",
    "kpi_tree": "kpis",
    "plan_flights": "flights",
    "power_two_proportions": "proportions",
    "read_out_experiment": "experiment_readout",
    "recompute": "registry",
    "sample_size_two_proportions": "proportions",
    "size_experiment": "experiment_size",
    "size_segments": "segments",
    "what_if": "budget_sweep",
}

__all__ = [
    "allocate",
    "allocate_by_past",
    "build_calendar",
    "check_compliance",
    "detectable_lift",
    "fit_bgnbd",
    "fit_gamma_gamma",
    "fit_response_curves",
    "forecast",
    "kpi_tree",
    "plan_flights",
    "power_two_proportions",
    "read_out_experiment",
    "recompute",
    "sample_size_two_proportions",
    "size_experiment",
    "size_segments",
    "what_if",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value
