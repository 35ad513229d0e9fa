"""A writer of each store, killed a hundred times: what was acknowledged and then lost, or is there in part.

python tests/bench/kill_writes.py                        # every store, 100 kills each
python tests/bench/kill_writes.py 100 memory             # one of them
python tests/bench/kill_writes.py 20 plans postgresql:plans
"""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.flow.kills.stores import NAMES, ON_SERVER, in_folder, on_server
from tests.flow.kills.writing import Store, killed
from tests.postgres import PostgresServer, running_postgres


@contextmanager
def somewhere(name: str, server: Callable[[], PostgresServer]) -> Iterator[Store]:
    """Yield an empty store."""
    if name.startswith(ON_SERVER):
        yield on_server(name, server().fresh())
        return
    with TemporaryDirectory() as folder:
        yield in_folder(name, Path(folder))


def is_kept(name: str, kills: int, server: Callable[[], PostgresServer]) -> bool:
    """Kill the writers of one store, and print what came of it."""
    with somewhere(name, server) as store:
        begun = time.perf_counter()
        try:
            found = killed(store, kills=kills)
        except AssertionError as error:
            print(f"FAIL {name}: lost or torn: {error}", flush=True)
            return False
    told = f"{found.acknowledged} acknowledged, {found.lost} lost, 0 torn, {found.unacknowledged} kept unsaid"
    took = time.perf_counter() - begun
    print(f"ok   {name}: {found.kills} kills, {told}; {took:.0f} s   asked: 0 lost or torn", flush=True)
    return True


def main() -> int:
    """Kill the writers of all stores, or of those that are named."""
    parser = ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("given", nargs="*", metavar="KILLS or STORE", help=", ".join(NAMES))
    given = parser.parse_args().given
    kills = [int(part) for part in given if part.isdigit()]
    names = [part for part in given if not part.isdigit()]
    if unknown := [name for name in names if name not in NAMES]:
        parser.error(f"no store is called {unknown[0]!r}: {', '.join(NAMES)}")
    with ExitStack() as stack:

        @cache
        def server() -> PostgresServer:
            return stack.enter_context(running_postgres(Path(stack.enter_context(TemporaryDirectory()))))

        kept = [is_kept(name, kills[0] if kills else 100, server) for name in names or NAMES]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
