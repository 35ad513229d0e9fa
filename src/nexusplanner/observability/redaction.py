"""Redaction: keys and personal data are cut out of what is told to logs, spans and error reports.

What looks like a card or an account number must also pass its check sum, so that order numbers and money stay
readable. Every pattern is bounded: its time grows with the text, however it is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from nexusplanner.secrecy import KEY, masked

_KEYS = re.compile(
    r"\b(?:sk-|AKIA|ASIA|Bearer |Basic )[\w*.+/=-]{4,}"
    r"|\b(?:gh[pousr]_|xox[abeprs]-|hv[sb]\.)[\w-]{8,}"
    r"|\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]+)?"
)
_NAMED = re.compile(
    r"(?i)(\b[\w-]{0,32}(?:api[_-]?key|passw(?:or)?d|secret|token|authorization)\b[\"']?\s{0,3}[=:]\s{0,3}[\"']?)"
    r"([^\s\"',;&\[\]]{4,})"
)
_IN_URL = re.compile(r"(://)[^\s/@:]{0,128}:[^\s/@]{1,256}(@)")
_EMAIL = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_CARD = re.compile(r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-])")
_PHONE = re.compile(
    r"(?<![\w.])(?:\+|00)\d(?:[ ()./-]{0,2}\d){6,13}(?!\w)"
    r"|(?<![\w.,/-])0\d{2,4}[ /-]\d{3,8}(?:[ -]?\d{2,4}){0,3}(?![\w-])"
    r"|(?<![\w.,-])\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}(?![\w-])"
)
_MOST = 100_000
"""Characters of a text that are looked at; what follows is left out."""

Plain = str | int | float | bool | None


def redacted(text: str) -> str:
    """Return a text without keys, e-mail addresses, telephone, card and account numbers."""
    text = masked(text[:_MOST])
    text = _NAMED.sub(rf"\1{KEY}", _KEYS.sub(KEY, text))
    if "://" in text:
        text = _IN_URL.sub(rf"\1{KEY}\2", text)
    if "@" in text:
        text = _EMAIL.sub("[email]", text)
    if sum(map(str.isdigit, text)) >= 8:
        text = _IBAN.sub(_where(_is_account, "[iban]"), text)
        text = _CARD.sub(_where(_is_card, "[card]"), text)
        text = _PHONE.sub("[phone]", text)
    return text


def redacted_value(value: object) -> object:
    """Return plain data without keys and personal data, names of keys too; what is not plain becomes its redacted text.

    What stands under a name that says it is a secret is left out, whatever it is.
    """
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return redacted(value)
    if isinstance(value, Mapping):
        return {redacted(str(k)): KEY if _is_secret(str(k)) else redacted_value(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [redacted_value(v) for v in value]
    return redacted(str(value))


_SECRET_NAMES = re.compile(r"(?i)api[_-]?key|passw(?:or)?d|secret|authorization|cookie|(?<!_)token(?!s)|webhook|dsn")


def _is_secret(name: str) -> bool:
    return _SECRET_NAMES.search(name) is not None


def _where(holds: Callable[[str], bool], sign: str) -> Callable[[re.Match[str]], str]:
    return lambda found: sign if holds(found.group()) else found.group()


def _is_account(text: str) -> bool:
    """Tell by the check digits of ISO 13616: the number, rearranged and read in base 36, is 1 modulo 97."""
    plain = text.replace(" ", "")
    return int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1


def _is_card(text: str) -> bool:
    """Tell by Luhn's check digit: every second digit from the right doubled, the sum of all digits divides by ten."""
    digits = [int(c) for c in reversed(text) if c.isdigit()]
    doubled = (d if at % 2 == 0 else sum(divmod(2 * d, 10)) for at, d in enumerate(digits))
    return sum(doubled) % 10 == 0
