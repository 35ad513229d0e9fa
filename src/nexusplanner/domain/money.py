"""Money: an exact decimal amount in one currency, in whole minor units."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from typing import Self

from pydantic import Field, field_serializer, field_validator
from pydantic_core import PydanticCustomError

from nexusplanner.domain.model import DomainModel
from nexusplanner.errors import InputError

MAX_AMOUNT = Decimal(10) ** 15
"""No budget reaches this; it keeps minor units exact in every format that is written."""
MAX_DECIMALS = 9
"""Finer prices are typing errors, and ``1e-999999999`` would fill the memory once written out."""


@lru_cache(maxsize=256)
def minor_unit(currency: str) -> Decimal:
    """Return the smallest amount of a currency: 0.01 for USD, 1 for JPY (ISO 4217).

    Raises:
        InputError: The code is not a currency.
    """
    from babel.numbers import get_currency_precision, list_currencies

    if currency not in list_currencies():
        raise InputError(
            "not a currency code",
            field="currency",
            value=currency,
            fix="Use an ISO 4217 code such as USD or EUR.",
        )
    return Decimal(1).scaleb(-get_currency_precision(currency))


def to_minor_units(amount: Decimal, currency: str) -> int:
    """Count the whole minor units (cents) in an amount, rounding half to even."""
    return int((amount / minor_unit(currency)).to_integral_value(ROUND_HALF_EVEN))


class Money(DomainModel):
    """An amount of one currency.

    Amounts are never negative here: spend, budgets and prices are not. Arithmetic between
    currencies is an error, never a conversion.
    """

    amount: Decimal = Field(ge=0, lt=MAX_AMOUNT)
    currency: str

    @field_validator("currency")
    @classmethod
    def _known(cls, value: str) -> str:
        try:
            minor_unit(value)
        except InputError as error:
            raise PydanticCustomError("currency", "not a currency code", {"fix": error.fix}) from None
        return value

    @field_serializer("amount")
    def _plain(self, value: Decimal) -> str:
        return plain(value)

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(amount=self.amount + other.amount, currency=self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(amount=self.amount - other.amount, currency=self.currency)

    def __str__(self) -> str:
        return f"{self.rounded().amount:,} {self.currency}"

    def rounded(self) -> Self:
        """Round to whole minor units, half to even."""
        return self.model_copy(update={"amount": self.amount.quantize(minor_unit(self.currency), ROUND_HALF_EVEN)})

    def _same(self, other: Money) -> None:
        if other.currency != self.currency:
            raise InputError(
                f"{self.currency} and {other.currency} cannot be added",
                field="currency",
                fix="State every amount in the currency of the budget.",
            )


def plain(amount: Decimal) -> str:
    """Write an amount without exponent: the form money has in plan.json."""
    return format(amount, "f")


def split(total: Decimal, weights: Sequence[float], currency: str) -> tuple[Decimal, ...]:
    """Split a total by weights, exactly to the minor unit (largest remainder).

    Args:
        total: The amount to split, in whole minor units of the currency.
        weights: Non-negative, not all zero; shape ``(n,)``.
        currency: ISO 4217 code.

    Returns:
        ``n`` amounts in whole minor units whose sum is exactly ``total``.
    """
    units, cent = to_minor_units(total, currency), minor_unit(currency)
    whole = sum(Decimal(str(w)) for w in weights)
    exact = [units * Decimal(str(w)) / whole for w in weights]
    floors = [int(e) for e in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: (floors[i] - exact[i], i))
    for i in by_remainder[: units - sum(floors)]:
        floors[i] += 1
    return tuple(f * cent for f in floors)
