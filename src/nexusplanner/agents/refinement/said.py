"""What is said of money, days and spans of time, read strictly: what may be read in two ways is not read."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

MONTHS = {name.lower(): i for i, name in enumerate(calendar.month_name) if name}
_SHORT = {name.lower(): i for i, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_COUNTS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip
_SHARES = {
    "half": Decimal(50), "a half": Decimal(50), "a quarter": Decimal(25), "a third": Decimal(100) / 3,
    "two thirds": Decimal(200) / 3, "a fifth": Decimal(20), "a tenth": Decimal(10), "all": Decimal(100),
    "everything": Decimal(100), "double": Decimal(200), "twice": Decimal(200),
}  # fmt: skip
_SYMBOLS = {"€": "EUR", "£": "GBP", "euro": "EUR", "euros": "EUR", "pounds": "GBP", "eur": "EUR", "gbp": "GBP",
            "usd": "USD", "chf": "CHF", "$": "$", "dollars": "$", "dollar": "$"}  # fmt: skip
_UNIT = r"[$€£]|\b(?:eur|usd|gbp|chf|euros?|dollars?|pounds)\b"
_NUMBER = re.compile(
    rf"(?P<before>{_UNIT})?\s*(?P<digits>\d[\d,.' ]*\d|\d)\s*(?P<scale>k|m|thousand|million)?\b\s*"
    rf"(?P<after>%|percent\b|per cent\b|pct\b|{_UNIT})?(?:\s+of\s+(?P<of>.+))?",
    re.IGNORECASE,
)
_SCALES = {"": 1, "k": 1_000, "thousand": 1_000, "m": 1_000_000, "million": 1_000_000}
AMOUNT = (
    rf"(?:(?:{_UNIT})\s*)?\d(?:[\d,.']*\d)?\s*(?:(?:k|m|thousand|million)\b)?\s*"
    rf"(?:%|percent\b|per cent\b|pct\b|{_UNIT})?"
    r"|two thirds|a (?:half|third|quarter|fifth|tenth)|half|all|everything"
)
"""A pattern that finds an amount in a sentence."""
SPAN = r"(?:\d+|a|an|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\s+(?:day|week|month)s?"
DAY = (
    rf"(?:the\s+)?(?:\d{{4}}-\d\d-\d\d|\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:{'|'.join([*MONTHS, *_SHORT])})\b\.?"
    rf"(?:,?\s+\d{{4}})?|(?:{'|'.join([*MONTHS, *_SHORT])})\b\.?\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s+\d{{4}})?)"
)


@dataclass(frozen=True)
class Said:
    """An amount as it was said."""

    value: Decimal
    unit: Literal["money", "percent"]
    currency: str = ""
    """Code, or ``$`` for any dollar; empty where none was named."""
    of: str = ""
    """What a percentage is said to be of."""


def amount_said(text: str) -> Said | None:
    """Read an amount; None where there is none, or where it may be read in two ways (``4.000``)."""
    plain, _, of = " ".join(text.lower().split()).partition(" of ")
    if plain in _SHARES:
        return Said(_SHARES[plain], "percent", of=of)
    found = _NUMBER.fullmatch(" ".join(text.split()))
    value = _digits(found["digits"]) if found else None
    if found is None or value is None:
        return None
    after = (found["after"] or "").lower()
    if after.startswith(("%", "per", "pct")):
        return None if found["scale"] else Said(value, "percent", of=(found["of"] or "").lower())
    currency = _SYMBOLS.get((found["before"] or after).lower(), "")
    return Said(value * _SCALES[(found["scale"] or "").lower()], "money", currency)


def _digits(text: str) -> Decimal | None:
    if re.fullmatch(r"\d{1,3}(?:[,' ]\d{3})+(?:\.\d{1,2})?", text):
        return Decimal(re.sub(r"[,' ]", "", text))
    if re.fullmatch(r"\d+(?:\.\d{1,2})?", text):
        return Decimal(text)
    return None


def day_said(text: str, *, near: date) -> date | None:
    """Read a day; one without a year is the one closest to ``near``."""
    words = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b|\bof\b|\bthe\b|[.,]", " ", text.lower()).split()
    try:
        if len(words) == 1:
            return date.fromisoformat(words[0])
        numbers = [int(w) for w in words if w.isdigit()]
        months = [m for w in words if (m := MONTHS.get(w) or _SHORT.get(w))]
        if len(months) != 1 or len(months) + len(numbers) != len(words) or not 1 <= len(numbers) <= 2:
            return None
        if len(numbers) == 2:
            return date(numbers[1], months[0], numbers[0])
        return min((date(near.year + step, months[0], numbers[0]) for step in (-1, 0, 1)), key=lambda d: abs(d - near))
    except ValueError:
        return None


def moved_day(day: date, text: str) -> date | None:
    """Move a day as a text says (``two weeks later``, ``3 days earlier``); None where it does not say."""
    found = re.fullmatch(r"(?:by\s+)?(\w+)\s+(day|week|month)s?\s+(later|earlier|sooner|longer|shorter)", text.lower())
    if found is None:
        return None
    count = int(found[1]) if found[1].isdigit() else _COUNTS.get(found[1], 0)
    if not 0 < count <= 1_000:
        return None
    count = count if found[3] in ("later", "longer") else -count
    if found[2] != "month":
        return day + timedelta(days=count * (7 if found[2] == "week" else 1))
    months = day.year * 12 + day.month - 1 + count
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
