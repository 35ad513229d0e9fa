"""Histories of tenants whose names look alike: 2,000 of them, over every store of a workspace.

    python -m tests.bench.tenant_histories [examples]

A planted fault, a store that folds the case of names, is looked for first: what finds nothing must be able to find.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from time import perf_counter
from unittest.mock import patch

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from tests.flow.tenant_histories import House, TenantHistories

from nexusplanner.planner import runs

_EXAMPLES = 2_000


def main() -> int:
    """Print what was found beside what is asked."""
    examples = int(sys.argv[1]) if len(sys.argv) > 1 else _EXAMPLES
    with patch("tests.flow.tenant_histories.thread_of", lambda t, r: runs.thread_of(t.replace("A", "a"), r)):
        planted = _leaks(300)
    started = perf_counter()
    leaks = _leaks(examples)
    print(f"histories {examples:,}, answers looked at {TenantHistories.told:,}, {perf_counter() - started:.0f} s")
    print(f"leaks: {leaks} (asked: 0); a planted leak was found: {'yes' if planted else 'no'} (asked: yes)")
    return int(leaks > 0 or not planted)


def _leaks(examples: int) -> int:
    TenantHistories.told = TenantHistories.leaks = 0
    TenantHistories.used.clear()
    with tempfile.TemporaryDirectory() as folder:
        TenantHistories.house = House(Path(folder))
        try:
            asked = settings(
                max_examples=examples,
                stateful_step_count=30,
                derandomize=True,
                database=None,
                deadline=None,
                phases=(Phase.generate,),
                suppress_health_check=list(HealthCheck),
            )
            run_state_machine_as_test(TenantHistories, settings=asked)
        except Exception:
            if not TenantHistories.leaks:
                raise
        finally:
            TenantHistories.house.close()
    return TenantHistories.leaks


if __name__ == "__main__":
    raise SystemExit(main())
