"""Fail where less than the demanded share of branches is covered.

    python tests/house/branch_coverage.py coverage.json

Coverage's own threshold is of lines and branches together; covered lines would hide open branches.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

LEAST_PERCENT = 90.0


def branch_percent(report: Path) -> float:
    """Return the percentage of branches covered in a JSON report of coverage."""
    totals = json.loads(report.read_text(encoding="utf-8"))["totals"]
    return 100.0 * float(totals["covered_branches"]) / float(totals["num_branches"])


def main() -> int:
    """Print the figure; 1 where it is too low."""
    percent = branch_percent(Path(sys.argv[1]))
    print(f"branches covered: {percent:.1f} % (at least {LEAST_PERCENT:.0f} %)")
    return int(percent < LEAST_PERCENT)


if __name__ == "__main__":
    raise SystemExit(main())
