"""A sample of the kills that tests/bench/kill_and_resume.py does everywhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.flow.killed import Kill, Killing, killing


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killing]:
    """Make ready to kill runs whose provider is difficult."""
    with killing(tmp_path_factory.mktemp("killed"), seed=2, is_difficult=True) as made:
        yield made


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
