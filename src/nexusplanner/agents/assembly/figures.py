"""Figures: where each number of the plan comes from, noted as it is put there."""

from __future__ import annotations

from nexusplanner.domain.calculation import Calculation


class Figures:
    """Collects ``pointer in the plan -> calculation id#pointer in its outputs``."""

    def __init__(self) -> None:
        self.bound: dict[str, str] = {}

    def bind(self, pointer: str, calculation: Calculation | None, output: str) -> None:
        """Note that the number at ``pointer`` is a calculation's output."""
        if calculation is not None:
            self.bound[pointer] = f"{calculation.id}#{output}"

    def bind_row(self, pointer: str, calculation: Calculation | None, output: str, *names: str) -> None:
        """Note several numbers that stand under the same names in plan and output."""
        for name in names:
            self.bind(f"{pointer}/{name}", calculation, f"{output}/{name}")
