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
    from nexusplanner.calculators.experiment_arms import Arm
    from nexusplanner.calculators.experiment_holdout import size_holdout
    from nexusplanner.calculators.experiment_looks import information_at, look_days, schedule_looks
    from nexusplanner.calculators.experiment_readout import read_out_experiment
    from nexusplanner.calculators.experiment_segments import read_out_by_segment
    from nexusplanner.calculators.experiment_size import size_experiment
    from nexusplanner.calculators.flights import plan_flights
    from nexusplanner.calculators.forecasting import forecast
    from nexusplanner.calculators.gamma_gamma import fit_gamma_gamma
    from nexusplanner.calculators.group_sequential import sequential_design
    from nexusplanner.calculators.kpis import kpi_tree
    from nexusplanner.calculators.lifetime_value import customer_value
    from nexusplanner.calculators.means import detectable_difference, power_two_means, sample_size_two_means
    from nexusplanner.calculators.openings import opening_days
    from nexusplanner.calculators.past_split import allocate_by_past
    from nexusplanner.calculators.proportions import (
        detectable_lift,
        power_two_proportions,
        sample_size_two_proportions,
    )
    from nexusplanner.calculators.registry import recompute
    from nexusplanner.calculators.response_curves import fit_response_curves
    from nexusplanner.calculators.sample_ratio import check_sample_ratio
    from nexusplanner.calculators.segments import size_segments
    from nexusplanner.calculators.sequential_look import read_look

_HOME = {
    "Arm": "experiment_arms",
    "allocate": "allocation",
    "allocate_by_past": "past_split",
    "build_calendar": "calendar",
    "check_compliance": "compliance",
    "check_sample_ratio": "sample_ratio",
    "customer_value": "lifetime_value",
    "detectable_difference": "means",
    "detectable_lift": "proportions",
    "fit_bgnbd": "bgnbd",
    "fit_gamma_gamma": "gamma_gamma",
    "fit_response_curves": "response_curves",
    "forecast": "forecasting",
    "information_at": "experiment_looks",
    "kpi_tree": "kpis",
    "look_days": "experiment_looks",
    "opening_days": "openings",
    "plan_flights": "flights",
    "power_two_means": "means",
    "power_two_proportions": "proportions",
    "read_look": "sequential_look",
    "read_out_by_segment": "experiment_segments",
    "read_out_experiment": "experiment_readout",
    "recompute": "registry",
    "sample_size_two_means": "means",
    "sample_size_two_proportions": "proportions",
    "schedule_looks": "experiment_looks",
    "sequential_design": "group_sequential",
    "size_experiment": "experiment_size",
    "size_holdout": "experiment_holdout",
    "size_segments": "segments",
    "what_if": "budget_sweep",
}

__all__ = [
    "Arm",
    "allocate",
    "allocate_by_past",
    "build_calendar",
    "check_compliance",
    "check_sample_ratio",
    "customer_value",
    "detectable_difference",
    "detectable_lift",
    "fit_bgnbd",
    "fit_gamma_gamma",
    "fit_response_curves",
    "forecast",
    "information_at",
    "kpi_tree",
    "look_days",
    "opening_days",
    "plan_flights",
    "power_two_means",
    "power_two_proportions",
    "read_look",
    "read_out_by_segment",
    "read_out_experiment",
    "recompute",
    "sample_size_two_means",
    "sample_size_two_proportions",
    "schedule_looks",
    "sequential_design",
    "size_experiment",
    "size_holdout",
    "size_segments",
    "what_if",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value
