"""Rounding of outputs: ten significant digits, so that text round trips and other machines agree."""

from __future__ import annotations

import math

from pydantic import JsonValue

from nexusplanner.domain.model import JsonObject

SIGNIFICANT_DIGITS = 10


def rounded(value: float, digits: int = SIGNIFICANT_DIGITS) -> float:
    """Round to a number of significant digits; zero stays zero."""
    return float(f"{value:.{digits}g}") if math.isfinite(value) else value


def rounded_json(value: JsonValue) -> JsonValue:
    """Round every float inside a JSON value; whole numbers, texts and truth values stay."""
    if isinstance(value, float):
        return rounded(value)
    if isinstance(value, dict):
        return {key: rounded_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [rounded_json(item) for item in value]
    return value


def rounded_object(value: JsonObject) -> JsonObject:
    """Round every float inside a JSON object."""
    return {key: rounded_json(item) for key, item in value.items()}
