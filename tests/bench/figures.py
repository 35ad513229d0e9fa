"""Figures beside their references: what each benchmark of the calculators prints."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
"""Data sets that are not shipped; benchmarks that need one leave it out where it is absent."""


@dataclass(frozen=True)
class Figure:
    """One number beside what it must be."""

    what: str
    found: float
    reference: str
    is_met: bool


def print_figures(known: Mapping[str, Callable[[], Iterator[Figure]]], names: Sequence[str]) -> int:
    """Print the figures asked for, or all; return 1 where one falls short."""
    short = 0
    for name in names or list(known):
        for figure in known[name]():
            short += not figure.is_met
            sign = "ok  " if figure.is_met else "FAIL"
            print(f"{sign} {figure.what:<70} {figure.found:>14.6g}   {figure.reference}", flush=True)
    return 1 if short else 0
