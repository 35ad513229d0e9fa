"""The pool of figures: every number that prose may repeat."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable

from pydantic import JsonValue

from nexusplanner.calculators.verification.prose import ProseNumber, numbers_in
from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.evidence import Evidence

_DAYS_A_MONTH = 30.4375
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DECIMAL = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
_NAMED = re.compile(r"_(\d\d?)$", re.ASCII)
_HAS_COMPLEMENT = frozenset({"alpha", "margin", "power", "probability_of_target", "share", "share_of_revenue"})
_ROWS = frozenset({"purchases", "spends"})
"""Inputs that are rows to fit, not figures: there are so many that any number would be among them."""
_NO_FIGURES = frozenset({"band", "points", "week"})
"""What is there to be drawn, or only counts rows, is nothing that prose repeats."""
_FINE = 1e-9


class FigurePool:
    """Numbers and dates that are known, ready to be looked up by value.

    Build one with :meth:`of`.
    """

    def __init__(self) -> None:
        self._found: set[float] = set()
        self._sorted: list[float] = []
        self._dates: set[float] = set()
        self._read: set[str] = set()
        self.weeks = 0
        """Weeks of the campaign: ``week 3`` is one of them."""

    def __repr__(self) -> str:
        return f"<FigurePool of {len(self._found):,} numbers and {len(self._dates):,} dates>"

    @classmethod
    def of(cls, brief: CampaignBrief, evidence: Iterable[Evidence], calculations: Iterable[Calculation]) -> FigurePool:
        """Collect the numbers of a brief, of evidence and of calculations.

        From brief and calculations: every number, every date, how many items each list has, numbers
        within texts, and what a key says (``reachable_80``: 80 %). From evidence: the numbers in
        quote, source and locator. Of a few shares (``power``, ``share``, …) also the rest to one.
        """
        pool = cls()
        pool._add_period(brief)
        for name, value in brief.model_dump(mode="json", exclude_none=True).items():
            pool._add_tree(value, name)
        for item in evidence:
            pool._dates.update(_dates_of(item.as_of.isoformat()))
            pool._add_text(f"{item.quote}\n{item.source}\n{item.locator}")
        for calculation in calculations:
            pool._add_tree({key: value for key, value in calculation.inputs.items() if key not in _ROWS})
            pool._add_tree(calculation.outputs)
        pool._sorted = sorted(pool._found)
        return pool

    def has(self, value: float, tolerance: float) -> bool:
        """Tell whether some known number lies within the tolerance; signs do not count."""
        size = abs(value)
        slack = tolerance + _FINE * max(size, _FINE)
        i = bisect_left(self._sorted, size - slack)
        return i < len(self._sorted) and self._sorted[i] <= size + slack

    def has_date(self, value: float) -> bool:
        """Tell whether a date (20260331), month (202603), day (331) or year (2026) is known."""
        return value in self._dates

    def _add_period(self, brief: CampaignBrief) -> None:
        self.weeks = brief.period.weeks
        self._found |= {float(brief.period.days), float(self.weeks), brief.period.days / _DAYS_A_MONTH}
        year, month = brief.period.start.year, brief.period.start.month
        while (year, month) <= (brief.period.end.year, brief.period.end.month):
            self._dates |= {float(year * 100 + month), float(year)}
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)

    def _add_tree(self, node: JsonValue, key: str = "") -> None:
        if isinstance(node, bool) or node is None:
            return
        if isinstance(node, int | float):
            self._add_number(float(node), key)
        elif isinstance(node, str):
            self._add_string(node, key)
        elif isinstance(node, list):
            self._found.add(float(len(node)))
            for child in node:
                self._add_tree(child, key)
        else:
            self._found.add(float(len(node)))
            for name, child in node.items():
                named = _NAMED.search(name)
                if named:
                    self._found |= {float(named[1]), float(named[1]) / 100}
                self._add_tree(child, name)

    def _add_number(self, value: float, key: str) -> None:
        if key in _NO_FIGURES:
            return
        self._found.add(abs(value))
        if key in _HAS_COMPLEMENT and 0 < value < 1:
            self._found.add(1 - value)

    def _add_string(self, text: str, key: str) -> None:
        # Calculations repeat each other's outputs, and with them most of their texts.
        if text in self._read and key not in _HAS_COMPLEMENT:
            return
        self._read.add(text)
        if _DECIMAL.fullmatch(text):
            self._add_number(float(text), key)
        elif _DAY.fullmatch(text):
            self._dates.update(_dates_of(text))
        else:
            self._add_text(text)

    def _add_text(self, text: str) -> None:
        for number in numbers_in(text):
            self._add_prose(number)

    def _add_prose(self, number: ProseNumber) -> None:
        if number.unit == "date":
            digits = f"{int(number.value):08d}"
            self._dates.update(_dates_of(f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"))
            return
        if number.unit in {"month", "day", "year"}:
            self._dates.add(number.value)
        if number.unit not in {"month", "day"}:
            self._found.add(abs(number.value))
        if number.unit == "%":
            self._found.add(abs(number.value) / 100)


def _dates_of(day: str) -> tuple[float, ...]:
    year, month, number = (int(part) for part in day.split("-"))
    return (
        float(year * 10_000 + month * 100 + number),
        float(year * 100 + month),
        float(month * 100 + number),
        float(year),
    )
