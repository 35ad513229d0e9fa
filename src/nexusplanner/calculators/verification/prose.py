"""Numbers in prose: amounts, shares, dates and counts as a reader sees them, with the precision they are shown at.

Not numbers: labels (``P10``, ``GA4``, ``seg-champions``, ``A/B``, file names, URLs), times of day, and
counts up to ten written as words.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import zip_longest
from typing import Literal

from nexusplanner.calculators.verification.number_words import number_words

Unit = Literal["", "%", "money", "x", "ordinal", "time", "week", "date", "month", "day", "year"]


@dataclass(frozen=True, slots=True)
class ProseNumber:
    """A number as it is written in a text."""

    text: str
    value: float
    """Percentages as written (12 for ``12 %``), scaled amounts in full (1200000 for ``1.2m``); dates as
    20260331 (``date``), 202603 (``month``), 331 (``day``) and 2026 (``year``)."""
    unit: Unit
    precision: float
    """What one step of the last digit shown is worth."""
    span: tuple[int, int]


_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_VERBS = frozenset({"may", "march"})
"""In lower case these are verbs: "Number 9 may sell out" names no day."""
_MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?" if len(name) > 3 else name for name in _MONTHS)
_DATES = rf"""
    (?P<iso>(?<![\d-])\d{{4}}-\d\d-\d\d(?!\d)) (?:T[\d:.]+Z?)?
  | (?P<iso_month>(?<![\d-])(?:19|20)\d\d-(?:0[1-9]|1[0-2])(?![\d-]))
  | (?<!\d)(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?(?P<m1>{_MONTH})\b(?:,?\s(?P<y1>\d{{4}})\b)?
  | \b(?P<m2>{_MONTH})\s(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?![\d,.]?\d|\s?%)(?:,?\s(?P<y2>\d{{4}})\b)?
  | \b(?P<m3>{_MONTH})\s(?P<y3>\d{{4}})\b
"""
_LABELS = r"""
    https?://\S+ | \S+@\S+\.\w+ | \b\w[\w.-]*\.(?:csv|tsv|json|jsonl|md|txt|xml|parquet|ya?ml|toml|html?|pdf|rss)\b
  | \b(?:seg|ev|calc|plan|prop|cl|run)-[\w-]+ | \b\w*_\w+
  | \b(?![A-Z]{3}\d+(?:[.,]\d+)*[kKmM]?\b)[A-Za-z]\w*\d\w* | \b[A-Za-z]{2,}-\d+\b
  | \b\d{1,2}:\d\d\b | \b24/7\b | \b\d+(?![eE]\d)[A-Za-z]{1,2}\d\w*
"""
_NUMBER = r"""
    (?P<sign>(?<![\w)%])[-−+])?
    (?:(?P<before>\b[A-Z]{3}\s?|[A-Z]{0,2}[$€£¥₹]\s?)|(?<![\w.]))
    (?P<digits>
        (?: \d{1,3}(?:[,'’\u00a0\u202f\u2009]\d{3})+ | \d{1,3}(?:\ \d{3})+ | \d+ )(?!\d)
        (?: \.\d+ | ,\d{1,2}(?!\d) )? (?:[eE][-+]?\d{1,2}(?!\w))?
      | \.\d+
    )
    (?P<scale>\s?(?:thousand|million|billion|mn|bn|Mio\.?|Mrd\.?|Tsd\.?)(?!\w) | [kKmMbB](?!\w))?
    (?P<unit>\s?(?:%|percent(?:age\spoints?)?(?!\w)|per\scent(?!\w)|pp(?!\w)|[€£¥₹$])
      | \s?(?:x|×|times)(?!\w) | (?:st|nd|rd|th)(?!\w) | [\s-](?:hour|day|week|month|year)s?(?!\w)
      | \s(?:[A-Z]{3}(?!\s?\d)|euros?|dollars?)(?!\w))?
"""
_TOKEN = re.compile(f"(?P<label>{_LABELS})|{_DATES}|{_NUMBER}", re.VERBOSE)
_DATED = re.compile(_DATES, re.VERBOSE | re.IGNORECASE)
_SCALES = {"k": 1e3, "t": 1e3, "m": 1e6, "b": 1e9, "mrd": 1e9}
_JOINED = re.compile(r"\s?[-–—]\s?|\sto\s|\sbis\s")
_HEDGE = re.compile(
    r"(?:about|around|roughly|some|nearly|almost|over|under|(?:more|less|fewer)\sthan|up\sto|at\sleast|close\sto|"
    r"approximately|circa|ca\.|[~≈])\s?$",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_WEEK = re.compile(r"\bweeks?\s$", re.IGNORECASE)
_HEDGED_SHARE = 0.05


@lru_cache(maxsize=1024)
def numbers_in(text: str) -> tuple[ProseNumber, ...]:
    """Find the numbers in a text, in their order.

    Understands thousands separators, decimals, signs, percentages, currencies (``$``, ``EUR 1.2m``,
    ``45k``), ranges (``10-20 %``: both are percentages), dates, years, ordinals, weeks, and numbers
    above ten in English words. After a hedge (``about 12,000``) the trailing zeros are not meant exactly.
    """
    if _DIGIT.search(text) is None:
        return number_words_in(text)
    found: list[ProseNumber] = []
    taken: list[tuple[int, int]] = []
    for match in _TOKEN.finditer(_spelled(text)):
        taken.append(match.span())
        if match["label"] is None:
            found.append(_read(match, text))
    starts = [span[0] for span in taken]
    for word in number_words_in(text):
        i = bisect_left(starts, word.span[1])
        if i == 0 or taken[i - 1][1] <= word.span[0]:
            found.append(word)
    return _ranges(sorted(found, key=lambda n: n.span), text)


def number_words_in(text: str) -> tuple[ProseNumber, ...]:
    """Find the numbers that are written as words: above ten, or shares."""
    return tuple(
        ProseNumber(text[a:b], value, "%" if is_share else "", precision, (a, b))
        for a, b, value, precision, is_share in number_words(text)
    )


def _spelled(text: str) -> str:
    """Write month names in lower case, so that the one pattern finds them without ignoring all case."""
    return _DATED.sub(_spelled_date, text)


def _spelled_date(match: re.Match[str]) -> str:
    written, month = match.group(), match["m1"] or match["m2"] or match["m3"]
    if month in _VERBS:
        return written.replace(month, month[0] + month[1:].upper())  # no month to the pattern, nor a currency
    return written.lower() if match["iso"] is None else written


def _read(match: re.Match[str], text: str) -> ProseNumber:
    if match["digits"] is None:
        return _dated(match, text)
    digits, _, power = match["digits"].lower().partition("e")
    whole, decimals = _parts(digits)
    scale = _scale(match["scale"]) * 10.0 ** int(power or 0)
    precision = scale * 10.0 ** -len(decimals)
    value = float(f"{whole or 0}.{decimals or 0}") * scale
    unit = _unit(match)
    before = text[max(0, match.start() - 24) : match.start()]
    if not unit and _WEEK.search(before):
        unit = "week"
    if _HEDGE.search(before):
        precision = max(precision, min(2 * _trailing(whole, decimals) * scale, 2 * _HEDGED_SHARE * value))
    if not unit and scale == 1 and not decimals and digits.isdigit() and 1900 <= value <= 2100:
        unit = "year"
    signed = -value if match["sign"] in {"-", "−"} else value
    start, end = match.span()
    return ProseNumber(text[start:end].strip(), signed, unit, precision, (start, end))


def _parts(digits: str) -> tuple[str, str]:
    """Split digits into whole and decimal part: ``1,234.5`` and ``12,5``."""
    mark = re.search(r"\.(\d+)$|,(\d{1,2})$", digits)
    decimals = (mark[1] or mark[2]) if mark else ""
    whole = digits[: mark.start()] if mark else digits
    return re.sub(r"\D", "", whole), decimals


def _trailing(whole: str, decimals: str) -> float:
    if decimals:
        return 10.0 ** -len(decimals)
    return 10.0 ** (len(whole) - len(whole.rstrip("0")))


def _scale(written: str | None) -> float:
    if not written:
        return 1.0
    word = written.strip().lower()
    return _SCALES["mrd"] if word.startswith("mrd") else _SCALES[word[0]]


def _unit(match: re.Match[str]) -> Unit:
    unit = (match["unit"] or "").strip().lower().lstrip("-")
    if unit.startswith(("%", "per", "pp")):
        return "%"
    if unit in {"x", "×", "times"}:
        return "x"
    if unit in {"st", "nd", "rd", "th"}:
        return "ordinal"
    if unit.rstrip("s") in {"hour", "day", "week", "month", "year"}:
        return "time"
    return "money" if unit or match["before"] else ""


def _dated(match: re.Match[str], text: str) -> ProseNumber:
    start, end = match.span()
    if match["iso"] or match["iso_month"]:
        digits = (match["iso"] or match["iso_month"]).replace("-", "")
        return ProseNumber(text[start:end], float(digits), "date" if match["iso"] else "month", 0.0, (start, end))
    month = next(m for m in (match["m1"], match["m2"], match["m3"]) if m)
    number = next(i for i, name in enumerate(_MONTHS, 1) if name.startswith(month[:3].lower()))
    day, year = int(match["d1"] or match["d2"] or 0), int(match["y1"] or match["y2"] or match["y3"] or 0)
    value, unit = _calendar_value(year, number, day)
    return ProseNumber(text[start:end], value, unit, 0.0, (start, end))


def _calendar_value(year: int, month: int, day: int) -> tuple[float, Unit]:
    if year and day:
        return float(year * 10_000 + month * 100 + day), "date"
    return (float(year * 100 + month), "month") if year else (float(month * 100 + day), "day")


def _ranges(numbers: list[ProseNumber], text: str) -> tuple[ProseNumber, ...]:
    """Give the first number of a range the unit and scale of its second: ``10-20 %``, ``$10-20k``."""
    return tuple(_inherited(number, after, text) for number, after in zip_longest(numbers, numbers[1:]))


def _inherited(number: ProseNumber, after: ProseNumber | None, text: str) -> ProseNumber:
    if after is None or after.unit in {"date", "month", "day", "year", "week"} or number.unit not in {"", "money"}:
        return number
    between = text[number.span[1] : after.span[0]]
    is_pair = between == " and " and "between" in text[max(0, number.span[0] - 14) : number.span[0]]
    if not (_JOINED.fullmatch(between) or is_pair):
        return number
    unit = after.unit if number.unit == "" else number.unit
    is_scaled = number.precision <= 1 < after.precision and abs(number.value) < 1000 <= abs(after.value)
    if is_scaled and between.strip() in {"-", "–", "—"}:
        factor = 10.0 ** (3 * (len(f"{int(after.precision)}") // 3)) if after.precision >= 1000 else 1000.0
        return replace(number, value=number.value * factor, precision=number.precision * factor, unit=unit)
    return replace(number, unit=unit)
