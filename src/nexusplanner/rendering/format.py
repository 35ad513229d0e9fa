"""The one place where numbers, money, dates and names become text for a reader.

Everything is written in one fixed locale, so that the same plan gives the same bytes on every
machine. Babel is imported on first use.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal
from functools import lru_cache

from nexusplanner.domain.brief import Metric

LOCALE = "en_US"
_EXACT_BELOW = Decimal(10) ** 15
_UNSEEN = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
"""Bidirectional controls: they could reorder the text around a quote."""
_ACRONYMS = frozenset({"b2b", "cpc", "cpm", "crm", "ctv", "dm", "dooh", "ooh", "ott", "ppc", "pr", "seo", "sms", "tv"})
_SPELLED = {"linkedin": "LinkedIn", "tiktok": "TikTok", "youtube": "YouTube", "whatsapp": "WhatsApp"}

Amount = Decimal | float | int | str


def clean(text: str) -> str:
    """Drop what no reader sees: control characters, lone surrogates, bidirectional overrides.

    Tabs and line feeds stay; every other kind of line break becomes a line feed.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return "".join(c for c in _UNSEEN.sub("", lines) if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))


def folded(text: str) -> str:
    """Clean a text and fold it onto one line."""
    return " ".join(clean(text).split())


@lru_cache(maxsize=4096)
def number(value: Amount) -> str:
    """Write a number with thousands separators and about three significant digits, never fewer than its integer."""
    from babel.numbers import format_decimal

    amount = Decimal(str(value))
    size = abs(amount)
    if size >= _EXACT_BELOW or (0 < size < Decimal("0.0001")):
        return f"{amount:.3g}"
    pattern = "#,##0" if size >= 100 or amount == int(amount) else "#,##0.#" if size >= 10 else _small(size)
    return format_decimal(amount, format=pattern, locale=LOCALE)


def _small(size: Decimal) -> str:
    places = 2 if size >= 1 else 2 - size.adjusted()
    return "#,##0." + "#" * places


@lru_cache(maxsize=4096)
def money(amount: Amount, currency: str) -> str:
    """Write money to the minor unit (``$1,234.50``)."""
    from babel.numbers import format_currency

    return format_currency(Decimal(str(amount)), currency, locale=LOCALE)


@lru_cache(maxsize=4096)
def round_money(amount: Amount, currency: str) -> str:
    """Write money for the eye: without the minor unit from 1,000 on, and wherever it is zero."""
    from babel.numbers import format_currency

    exact = Decimal(str(amount))
    if abs(exact) < 1000 and exact != int(exact):
        return format_currency(exact, currency, locale=LOCALE)
    return format_currency(exact, currency, format="¤#,##0", currency_digits=False, locale=LOCALE)


@lru_cache(maxsize=4096)
def short(value: float, currency: str | None = None) -> str:
    """Write an axis label (``1.2K``, ``$20K``)."""
    from babel.numbers import format_compact_currency, format_compact_decimal

    digits = 0 if float(f"{value:.1e}") == float(f"{value:.0e}") else 1
    if 0 < abs(value) < 1:
        return number(value) if currency is None else money(value, currency)
    if currency is None:
        return format_compact_decimal(value, locale=LOCALE, fraction_digits=digits)
    return format_compact_currency(value, currency, locale=LOCALE, fraction_digits=digits)


@lru_cache(maxsize=4096)
def percent(share: float, digits: int = 0) -> str:
    """Write a share of 1 as a percentage."""
    from babel.numbers import format_percent

    pattern = "#,##0%" if digits == 0 else f"#,##0.{'0' * digits}%"
    return format_percent(Decimal(str(share)), format=pattern, locale=LOCALE)


def chance(probability: float) -> str:
    """Write a probability as a whole percentage that never claims certainty."""
    if probability < 0.01:
        return "under 1%"
    return "over 99%" if probability > 0.99 else percent(probability)


def result(value: Amount, metric: Metric, currency: str) -> str:
    """Write an amount of the objective's metric: revenue is money, the rest are counts."""
    return round_money(value, currency) if metric == "revenue" else number(_whole(value))


def counted(value: Amount, metric: Metric, currency: str) -> str:
    """Write an amount of the metric with its name (``8,000 conversions``)."""
    return f"{result(value, metric, currency)} {metric if metric == 'revenue' else _noun(value, metric)}"


def each(metric: Metric) -> str:
    """Name one unit of the metric, as in a cost for it (``a conversion``)."""
    return "1 of revenue" if metric == "revenue" else f"a {metric.removesuffix('s')}"


def _whole(value: Amount) -> Decimal:
    amount = Decimal(str(value))
    return amount if abs(amount) < 10 else amount.quantize(Decimal(1))


def _noun(value: Amount, metric: Metric) -> str:
    return metric.removesuffix("s") if Decimal(str(value)) == 1 else metric


@lru_cache(maxsize=4096)
def day(value: date) -> str:
    """Write a date (``3 Mar 2025``)."""
    from babel.dates import format_date

    return format_date(value, "d MMM y", locale=LOCALE)


@lru_cache(maxsize=4096)
def short_day(value: date) -> str:
    """Write a date where the year is known (``3 Mar``)."""
    from babel.dates import format_date

    return format_date(value, "d MMM", locale=LOCALE)


def span(start: date, end: date) -> str:
    """Write two dates as a range, the year once where it is the same."""
    if start == end:
        return day(start)
    first = short_day(start) if start.year == end.year else day(start)
    return f"{first} – {day(end)}"


def channel_name(channel: str) -> str:
    """Write a channel's name for reading (``paid_search`` -> ``Paid search``)."""
    words = folded(channel).replace("_", " ").split()
    told = [w.upper() if w.lower() in _ACRONYMS else _SPELLED.get(w.lower(), w) for w in words]
    if told and told[0] == words[0]:
        told[0] = told[0][:1].upper() + told[0][1:]
    return " ".join(told)


def rule_name(rule: str) -> str:
    """Write the name of a law as lawyers do (``can_spam`` -> ``CAN-SPAM``)."""
    names = {"can_spam": "CAN-SPAM", "eprivacy": "ePrivacy", "ftc_endorsement": "FTC endorsement guides"}
    return names.get(rule, rule.upper() if rule in ("gdpr", "casl", "ccpa", "coppa") else sentence_case(rule))


def sentence_case(name: str) -> str:
    """Write an identifier as words (``at_risk`` -> ``At risk``)."""
    words = folded(name).replace("_", " ")
    return words[:1].upper() + words[1:]
