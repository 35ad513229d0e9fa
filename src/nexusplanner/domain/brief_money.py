"""Amounts as people write them in a brief: ``20 EUR`` is read, ``12,000`` is asked about, mixing is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from nexusplanner.domain.plain_file import dotted
from nexusplanner.errors import InputError

_SYMBOLS = {"€": ("EUR",), "£": ("GBP",), "¥": ("JPY", "CNY"), "₹": ("INR",), "zł": ("PLN",)}
_DOLLARS = ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN")
_MARK = r"[A-Z]{3}|[$€£¥₹]|zł"
_STATED = re.compile(rf"\s*(?P<before>{_MARK})?\s*(?P<number>[^A-Za-z$€£¥₹]*?)\s*(?P<after>{_MARK})?\s*")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:(?P<mark>[,.' \u00a0\u202f])\d{3})(?:(?P=mark)\d{3})*(?:[.,]\d{1,2})?")
_Path = tuple[str, ...]


def in_budget_currency(raw: dict[str, object], *, source: str) -> dict[str, object]:
    """Strip the currency from amounts that carry the budget's own; everything else stays as it was.

    Args:
        raw: A brief as plain data.
        source: Its file, for errors.

    Returns:
        A copy.

    Raises:
        InputError: An amount is in another currency than the budget, or its digits are grouped.
    """
    budget = raw.get("budget")
    currency = budget.get("currency") if isinstance(budget, Mapping) else None
    changed = dict(raw)
    for path, stated in _amounts(raw):
        _put(changed, path, _number(stated, currency, path=path, source=source))
    return changed


def _amounts(raw: Mapping[str, object]) -> Iterator[tuple[_Path, object]]:
    for path in (("budget", "amount"), ("offering", "price"), ("objective", "target"), ("objective", "baseline")):
        section = raw.get(path[0])
        if isinstance(section, Mapping) and path[1] in section:
            yield path, section[path[1]]
    channels = raw.get("channels")
    for bound in ("minimum", "maximum"):
        table = channels.get(bound) if isinstance(channels, Mapping) else None
        if isinstance(table, Mapping):
            for name, stated in table.items():
                yield ("channels", bound, str(name)), stated


def _put(tree: dict[str, object], path: _Path, value: object) -> None:
    here = tree
    for step in path[:-1]:
        below = here[step]
        here[step] = dict(below) if isinstance(below, Mapping) else below
        here = here[step]  # type: ignore[assignment]
    here[path[-1]] = value


def _number(stated: object, currency: object, *, path: _Path, source: str) -> object:
    if isinstance(stated, Mapping) and set(stated) == {"amount", "currency"}:
        _check_same(str(stated["currency"]), currency, path=path, source=source, stated=dict(stated))
        return _number(stated["amount"], currency, path=path, source=source)
    if not isinstance(stated, str):
        return stated
    found = _STATED.fullmatch(stated)
    if found is None or not found["number"]:
        return stated
    for mark in (found["before"], found["after"]):
        if mark:
            _check_same(mark, currency, path=path, source=source, stated=stated)
    if _GROUPED.fullmatch(found["number"]) and not _is_plain(found["number"]):
        raise InputError(
            "the digits are grouped, which may be read in two ways",
            source=source,
            field=dotted(path),
            value=stated,
            fix=f"Write {re.sub('[^0-9]', '', found['number'])} or the like, with digits only.",
        )
    return found["number"]


def _is_plain(number: str) -> bool:
    # 12.000 is twelve, exactly: one point is always the decimal point.
    return number.count(".") == 1 and not set(number) & set(",' \u00a0\u202f")


def _check_same(mark: str, currency: object, *, path: _Path, source: str, stated: object) -> None:
    meant = _DOLLARS if mark == "$" else _SYMBOLS.get(mark, (mark,))
    if isinstance(currency, str) and currency not in meant:
        raise InputError(
            f"{meant[0]} is mixed with {currency}, the currency of the budget",
            source=source,
            field=dotted(path),
            value=stated,
            fix=f"State every amount in {currency}.",
        )
