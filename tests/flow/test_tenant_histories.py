"""In any history nobody gets what is another's, however alike the names."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from tests.flow.tenant_histories import House, TenantHistories


@pytest.mark.parametrize("examples", [30, pytest.param(300, marks=pytest.mark.slow)])
def test_nobody_is_told_what_is_anothers(tmp_path: Path, examples: int) -> None:
    TenantHistories.house = House(tmp_path)
    TenantHistories.told = TenantHistories.leaks = 0
    try:
        asked = settings(max_examples=examples, stateful_step_count=20)
        run_state_machine_as_test(TenantHistories, settings=asked)
    finally:
        TenantHistories.house.close()
    assert TenantHistories.leaks == 0
    assert TenantHistories.told > examples
