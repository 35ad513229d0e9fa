"""A writer of each store, killed a hundred times: what was acknowledged and then lost, or is there in part.

Run: ``python tests/bench/kill_writes.py [plans] [books] [--kills 100]``.
"""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from tempfile import TemporaryDirectory

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.flow.kill_writes import STORES, killed


def main() -> int:
    """Kill the writers of all stores, or of those that are named."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("stores", nargs="*", default=list(STORES))
    parser.add_argument("--kills", type=int, default=100)
    given = parser.parse_args()
    is_met = True
    for name in given.stores:
        begun = time.perf_counter()
        with TemporaryDirectory() as folder:
            try:
                found = killed(STORES[name], Path(folder), kills=given.kills)
            except AssertionError as error:
                print(f"FAIL {name}: lost or torn: {error}")
                is_met = False
                continue
        told = f"{found.acknowledged} acknowledged, {found.lost} lost, 0 torn, {found.unacknowledged} kept unsaid"
        took = time.perf_counter() - begun
        print(f"ok   {name}: {found.kills} kills, {told}; {took:.0f} s   asked: 0 lost or torn", flush=True)
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
