"""Colours: one palette for light and one for dark, shared by the page and by charts that stand alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

LIGHT: Mapping[str, str] = {
    "paper": "#fcfbf8",
    "raised": "#f4f1ea",
    "ink": "#20262b",
    "soft": "#5d666d",
    "line": "#ddd8cd",
    "faint": "#ebe7de",
    "accent": "#14666d",
    "accent-soft": "#a9cfcf",
    "target": "#b3541e",
    "warn": "#8a4b08",
    "warn-soft": "#faeedd",
    "bad": "#9b2c2c",
    "good": "#2f6b46",
    "mark": "#fdf3cf",
    "c0": "#14666d",
    "c1": "#d08c3f",
    "c2": "#5b7fa6",
    "c3": "#a2596b",
    "c4": "#7d9a5c",
    "c5": "#7c6a9c",
    "c6": "#a39a8a",
}
DARK: Mapping[str, str] = {
    "paper": "#14181b",
    "raised": "#1c2226",
    "ink": "#e6e3db",
    "soft": "#9aa4a9",
    "line": "#343c41",
    "faint": "#252c31",
    "accent": "#7cc5c6",
    "accent-soft": "#2f6468",
    "target": "#f0a06c",
    "warn": "#f0bd7d",
    "warn-soft": "#33281a",
    "bad": "#ef9a9a",
    "good": "#8fcba4",
    "mark": "#3a3418",
    "c0": "#5fb3b5",
    "c1": "#dca35f",
    "c2": "#82a6cc",
    "c3": "#cc8496",
    "c4": "#a3bf82",
    "c5": "#a897c9",
    "c6": "#8f887b",
}
_VARIABLE = re.compile(r"var\(--([\w-]+)\)")


def properties(palette: Mapping[str, str]) -> str:
    """Write a palette as CSS custom properties."""
    return " ".join(f"--{name}: {colour};" for name, colour in palette.items())


@lru_cache(maxsize=1)
def standing_alone() -> str:
    """Write the style of drawings with its colours in place, for readers that know no custom properties."""
    rules = (files("nexusplanner.rendering") / "templates" / "charts.css").read_text(encoding="utf-8").strip()
    dark = _resolved(rules, DARK)
    return f"{_resolved(rules, LIGHT)}\n@media screen and (prefers-color-scheme: dark) {{\n{dark}\n}}"


def _resolved(rules: str, palette: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda found: palette[found[1]], rules)
