"""Options: amounts are read exactly, and refused with the option's name."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.cli.calling import Cli

from nexusplanner.cli.options import dollars


@given(st.decimals(min_value=0, max_value=10**6, places=4))
def test_an_amount_keeps_its_digits(amount: Decimal) -> None:
    assert dollars(str(amount)) == amount


@pytest.mark.parametrize("text", ["many", "-1", "nan", "inf", "1,50", ""])
def test_what_is_no_amount_names_the_option(cli: Cli, brief: Path, text: str) -> None:
    done = cli("plan", brief, "--limit-usd", text)
    assert done.code == 2
    assert "--limit-usd" in done.error
