"""Opening a planner: options over settings, and verbs that need a workspace."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from tests.unit.cli.calling import Cli, written

from nexusplanner.cli.opening import Sources, load_settings, open_planner


@pytest.mark.parametrize("verb", [("list",), ("resume", "run-1", "--approve"), ("show", "plan-0123456789abcdef")])
@pytest.mark.parametrize("options", [(), ("--workspace", "absent")])
def test_without_a_workspace_there_is_nothing_to_look_in(
    cli: Cli, tmp_path: Path, verb: tuple[str, ...], options: tuple[str, ...]
) -> None:
    done = cli(*verb, *options)
    assert done.code == 2
    assert "workspace" in done.error
    assert list(tmp_path.iterdir()) == []


def test_options_win_over_file_and_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path / "nexusplanner.toml", 'seed = 1\ntenant = "file"\n[limits]\nusd = 5\nmax_calls = 9\n')
    monkeypatch.setenv("NEXUSPLANNER_TENANT", "environment")
    settings = load_settings(limit_usd=Decimal("0.25"))
    assert (settings.seed, settings.tenant) == (1, "environment")
    assert (settings.limits.usd, settings.limits.max_calls) == (Decimal("0.25"), 9)
    assert load_settings(seed=2, tenant="option").tenant == "option"


def test_a_source_that_is_not_given_is_the_settings_one(tmp_path: Path, history: Path) -> None:
    written(tmp_path / "nexusplanner.toml", f'[plan]\nhistory = "csv:{history}"\n')
    with open_planner(load_settings()) as planner:
        assert "history" in repr(planner)
        assert "crm" not in repr(planner)
    customers = written(tmp_path / "customers.csv", "customer_id\n1\n")
    with open_planner(load_settings(), Sources(crm=f"csv:{customers}")) as planner:
        assert "crm" in repr(planner)
