"""Money is exact, of one currency, in whole minor units."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from nexusplanner.domain.money import Money, minor_unit, plain, split, to_minor_units
from nexusplanner.errors import InputError


@given(
    st.integers(0, 10**12),
    st.lists(st.floats(0, 1e6), min_size=1, max_size=12).filter(lambda w: sum(w) > 0),
    st.sampled_from(["USD", "JPY", "KWD"]),
)
def test_parts_add_up_to_the_total_in_whole_minor_units(units: int, weights: list[float], currency: str) -> None:
    cent = minor_unit(currency)
    parts = split(units * cent, weights, currency)
    assert sum(parts) == units * cent
    assert all(part >= 0 and part % cent == 0 for part in parts)
    assert all(part == 0 or weight > 0 for part, weight in zip(parts, weights, strict=True))


def test_minor_units_follow_the_currency() -> None:
    assert [minor_unit(c) for c in ("USD", "JPY", "KWD")] == [Decimal("0.01"), Decimal(1), Decimal("0.001")]
    assert to_minor_units(Decimal("1.005"), "USD") == 100
    with pytest.raises(InputError, match="ISO 4217"):
        minor_unit("usd")


def test_money_of_two_currencies_is_never_added() -> None:
    dollars, euros = Money(amount=Decimal(5), currency="USD"), Money(amount=Decimal(2), currency="EUR")
    with pytest.raises(InputError, match="USD and EUR cannot be added"):
        _ = dollars + euros
    assert str(dollars + dollars - Money(amount=Decimal("0.5"), currency="USD")) == "9.50 USD"


@pytest.mark.parametrize("amount", ["-1", "NaN", "Infinity", "1e15"])
def test_amounts_no_one_has_are_refused(amount: str) -> None:
    with pytest.raises(ValidationError):
        Money.model_validate({"amount": amount, "currency": "USD"})


def test_amounts_are_written_without_exponent() -> None:
    assert Money.model_validate({"amount": "1E+3", "currency": "USD"}).model_dump(mode="json")["amount"] == "1000"
    assert plain(Decimal("1E-7")) == "0.0000001"
