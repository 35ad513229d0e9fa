"""A process that is killed while it writes checkpoints loses none that it was told is kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.bench.kill_checkpoints import Outcome, look_up, lost_and_torn, opened
from tests.postgres import PostgresServer

pytestmark = pytest.mark.slow


def test_nothing_is_lost_or_torn_in_a_file(tmp_path: Path) -> None:
    outcome = lost_and_torn(str(tmp_path / "runs.sqlite"), 5)
    assert (outcome.lost, outcome.torn) == ([], [])
    assert outcome.acknowledged > 5


def test_nothing_is_lost_or_torn_in_a_database(postgres: PostgresServer) -> None:
    outcome = lost_and_torn(postgres.fresh().get_secret_value(), 2)
    assert (outcome.lost, outcome.torn) == ([], [])
    assert outcome.acknowledged > 2


def test_what_is_missing_is_found_to_be(tmp_path: Path) -> None:
    """The look-up itself sees a loss and a tear."""
    place = str(tmp_path / "runs.sqlite")
    lost_and_torn(place, 1)
    saver, outcome = opened(place), Outcome()
    [newest, *_] = saver.list(None, limit=1)
    run = newest.config["configurable"]["thread_id"].partition("/")[2]
    with saver.database.writing() as cursor:
        cursor.execute("DELETE FROM checkpoint_values WHERE channel = ?", ("of 9000",))
    look_up(saver, [[run, "1", "checkpoint", "of-another-run"]], outcome)
    saver.close()
    assert outcome.torn
    assert outcome.lost == [f"{run} 1 checkpoint"]
