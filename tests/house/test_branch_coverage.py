"""The gate on branches looks at branches, not at lines."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.house import branch_coverage


@pytest.mark.parametrize(("covered", "code"), [(90, 0), (89, 1), (100, 0)])
def test_less_than_nine_in_ten_branches_fail(tmp_path: Path, covered: int, code: int) -> None:
    report = tmp_path / "coverage.json"
    totals = {"covered_branches": covered, "num_branches": 100, "percent_covered": 99.0}
    report.write_text(json.dumps({"totals": totals}), encoding="utf-8")
    run = subprocess.run(
        (sys.executable, branch_coverage.__file__, str(report)), capture_output=True, text=True, check=False, timeout=60
    )
    assert run.returncode == code
    assert f"{covered}.0 %" in run.stdout
