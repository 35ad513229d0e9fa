"""Figures: the numbers and dates that one source says, read once, ready to be joined with others."""

from __future__ import annotations

import re
from dataclasses import dataclass

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


@dataclass(frozen=True)
class KnownFigures:
    """What one source says: absolute numbers, and dates as :class:`ProseNumber` writes them."""

    numbers: frozenset[float]
    dates: frozenset[float]


def brief_figures(brief: CampaignBrief) -> KnownFigures:
    """Read the figures of a brief, the months of its period among them."""
    reader = _Reader()
    reader.add_period(brief)
    for name, value in brief.model_dump(mode="json", exclude_none=True).items():
        reader.add_tree(value, name)
    return reader.figures()


def evidence_figures(item: Evidence) -> KnownFigures:
    """Read the figures in quote, source and locator of a piece of evidence."""
    reader = _Reader()
    reader.add_day(item.as_of.isoformat())
    reader.add_text(f"{item.quote}\n{item.source}\n{item.locator}")
    return reader.figures()


def dates_of(item: Evidence) -> KnownFigures:
    """Read the day of a piece of evidence, and none of its words."""
    reader = _Reader()
    reader.add_day(item.as_of.isoformat())
    return reader.figures()


def calculation_figures(calculation: Calculation) -> KnownFigures:
    """Read the figures of a calculation's inputs, without the rows it was fitted to, and of its outputs."""
    reader = _Reader()
    reader.add_tree({key: value for key, value in calculation.inputs.items() if key not in _ROWS})
    reader.add_tree(calculation.outputs)
    return reader.figures()


class _Reader:
    """Walks one source."""

    def __init__(self) -> None:
        self._found: set[float] = set()
        self._dates: set[float] = set()
        self._read: set[str] = set()

    def figures(self) -> KnownFigures:
        return KnownFigures(frozenset(self._found), frozenset(self._dates))

    def add_period(self, brief: CampaignBrief) -> None:
        self._found |= {float(brief.period.days), float(brief.period.weeks), brief.period.days / _DAYS_A_MONTH}
        year, month = brief.period.start.year, brief.period.start.month
        while (year, month) <= (brief.period.end.year, brief.period.end.month):
            self._dates |= {float(year * 100 + month), float(year)}
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)

    def add_tree(self, node: JsonValue, key: str = "") -> None:
        if isinstance(node, str):
            self._add_string(node, key)
        elif isinstance(node, list):
            self._add_list(node, key)
        elif isinstance(node, dict):
            self._found.add(float(len(node)))
            for name, child in node.items():
                if named := _NAMED.search(name):
                    self._found |= {float(named[1]), float(named[1]) / 100}
                self.add_tree(child, name)
        elif isinstance(node, int | float) and not isinstance(node, bool):
            self._add_number(float(node), key)

    def add_day(self, day: str) -> None:
        self._dates.update(_dates_of(day))

    def add_text(self, text: str) -> None:
        for number in numbers_in(text):
            self._add_prose(number)

    def _add_list(self, items: list[JsonValue], key: str) -> None:
        self._found.add(float(len(items)))
        is_plain = key not in _HAS_COMPLEMENT
        keeps = self._found.add if key not in _NO_FIGURES else _pass_over
        for child in items:
            if is_plain and type(child) is float:  # most of what a calculation holds is lists of these
                keeps(abs(child))
            else:
                self.add_tree(child, key)

    def _add_number(self, value: float, key: str) -> None:
        if key in _NO_FIGURES:
            return
        self._found.add(abs(value))
        if key in _HAS_COMPLEMENT and 0 < value < 1:
            self._found.add(1 - value)

    def _add_string(self, text: str, key: str) -> None:
        if text in self._read and key not in _HAS_COMPLEMENT:
            return
        self._read.add(text)
        if _DECIMAL.fullmatch(text):
            self._add_number(float(text), key)
        elif _DAY.fullmatch(text):
            self.add_day(text)
        else:
            self.add_text(text)

    def _add_prose(self, number: ProseNumber) -> None:
        if number.unit == "date":
            digits = f"{int(number.value):08d}"
            self.add_day(f"{digits[:4]}-{digits[4:6]}-{digits[6:]}")
            return
        if number.unit in {"month", "day", "year"}:
            self._dates.add(number.value)
        if number.unit not in {"month", "day"}:
            self._found.add(abs(number.value))
        if number.unit == "%":
            self._found.add(abs(number.value) / 100)


def _pass_over(value: float) -> None:
    """Leave out a number that nothing repeats."""


def _dates_of(day: str) -> tuple[float, ...]:
    year, month, number = (int(part) for part in day.split("-"))
    return (
        float(year * 10_000 + month * 100 + number),
        float(year * 100 + month),
        float(month * 100 + number),
        float(year),
    )
