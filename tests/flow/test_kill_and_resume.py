"""A sample of the kills that tests/bench/kill_and_resume.py does everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.flow.killed import Kill, Killing, killing
from tests.postgres import PostgresServer


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killing]:
    """Make ready to kill runs whose provider is difficult."""
    with killing(tmp_path_factory.mktemp("killed"), seed=2, is_difficult=True) as made:
        yield made


@pytest.mark.slow
def test_a_run_that_is_kept_on_a_server_ends_in_the_same_plan_too(tmp_path: Path, postgres: PostgresServer) -> None:
    """A request, and a commit before and after."""
    with killing(tmp_path, seed=1, postgres=postgres) as made:
        commits = len(made.commits)
        for kill in (Kill(9, "request"), Kill(commits // 2, "before"), Kill(commits * 3 // 4, "after")):
            verdict = made.kill(kill)
            assert verdict.error == ""
            assert (verdict.is_same, verdict.paid_twice, verdict.lost) == (True, 0, 0), verdict


@pytest.mark.slow
@pytest.mark.parametrize(
    ("share", "when"),
    [(0.1, "request"), (0.6, "request"), (0.1, "before"), (0.45, "after"), (0.7, "before"), (0.97, "after")],
)
def test_a_killed_run_ends_in_the_very_same_plan_and_pays_nothing_twice(
    killed: Killing, share: float, when: str
) -> None:
    """Killed when a request arrives, before and after commits, from the first steps to the last."""
    points = killed.requests if when == "request" else len(killed.commits)
    verdict = killed.kill(Kill(int(points * share), when))
    assert verdict.error == ""
    assert (verdict.is_same, verdict.paid_twice, verdict.lost) == (True, 0, 0), verdict
