"""Kill runs at every request and every commit, take them up again, and hold them against a run that nobody killed.

python tests/bench/kill_and_resume.py             # three seeds, every point; then a sample on PostgreSQL
python tests/bench/kill_and_resume.py 3 2         # three seeds, every second point, other ones for each seed

Each seed's provider says what the rules would; the last seed's is difficult: replies that have to be mended, and one
request that is always refused.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # run as a script, it sees the tests

from tests.bench.figures import Figure, print_figures
from tests.flow.killed import Kill, Killing, Verdict, killing
from tests.postgres import PostgresServer, running_postgres

SAMPLE = 8
"""On a server every so-manieth of the points."""


def points(killed: Killing, start: int, every: int) -> Iterator[Kill]:
    """Name where a run is killed: at each request, before and after each commit."""
    yield from (Kill(at, "request") for at in range(start, killed.requests, every))
    for at in range(start, len(killed.commits), every):
        yield from (Kill(at, "before"), Kill(at, "after"))


def judged(seed: int, every: int, *, postgres: PostgresServer | None = None) -> Iterator[Verdict]:
    """Kill one seed's run everywhere; the third seed's provider is difficult."""
    with (
        tempfile.TemporaryDirectory() as folder,
        killing(Path(folder), seed=seed, is_difficult=seed == 2, postgres=postgres) as killed,
    ):
        told = Counter(killed.commits)
        print(f"seed {seed}: {killed.requests} requests, {len(killed.commits)} commits: {dict(told)}", flush=True)
        for kill in points(killed, seed % every, every):
            verdict = killed.kill(kill)
            if verdict.error or not verdict.is_same or verdict.paid_twice or verdict.lost:
                print(f"  {verdict}")
            yield verdict


def main(seeds: int, every: int) -> int:
    """Print the table."""
    began = time.monotonic()
    verdicts = [v for seed in range(seeds) for v in judged(seed, every)]
    with tempfile.TemporaryDirectory() as folder, running_postgres(Path(folder)) as server:
        on_server = list(judged(2, SAMPLE * every, postgres=server))
    print(f"{sum(bool(v.name) for v in on_server)} of the kills on PostgreSQL")
    verdicts += on_server
    killed = [v for v in verdicts if v.name]
    by_when = Counter(v.kill.when for v in killed)
    print(f"{len(killed)} kills: {dict(by_when)}; {sum(not v.is_begun for v in killed)} of them before there was a run;"
          f" {time.monotonic() - began:.0f} s")  # fmt: skip
    finished = sum(not v.error for v in killed) / len(killed)
    figures = (
        Figure("runs that finish", finished, "1", is_met=finished == 1),
        Figure(
            "plans that are not the same, byte for byte", n := sum(not v.is_same for v in killed), "0", is_met=not n
        ),
        Figure("settled replies that were paid twice", n := sum(v.paid_twice for v in killed), "0", is_met=not n),
        Figure("replies that were lost", n := sum(v.lost for v in killed), "0", is_met=not n),
    )
    return print_figures({"kill and resume": lambda: iter(figures)}, [])


if __name__ == "__main__":
    sys.exit(main(*(int(given) for given in (*sys.argv[1:], "3", "1")[:2])))
