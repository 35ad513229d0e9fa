"""A writer that is killed loses nothing that it had said was kept, and leaves nothing in part."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.bench import kill_writes
from tests.flow.kills.stores import IN_CHROMA, IN_FILES, in_folder, on_server
from tests.flow.kills.writing import Store, killed
from tests.postgres import PostgresServer

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork"),
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
]


@pytest.mark.parametrize("name", IN_FILES)
def test_what_was_said_to_be_kept_is_there_whole(name: str, tmp_path: Path) -> None:
    found = killed(in_folder(name, tmp_path), kills=2)
    assert found.lost == 0
    assert found.acknowledged > 0


def test_what_is_remembered_is_found_by_words_and_by_vectors() -> None:
    """In processes that have loaded nothing else."""
    command = (sys.executable, kill_writes.__file__, "2", *IN_CHROMA)
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert [line.split(",")[0] for line in told.stdout.splitlines()] == [f"ok   {name}: 2 kills" for name in IN_CHROMA]
    assert told.returncode == 0, told.stderr


def test_what_a_server_keeps_for_a_killed_writer_is_there_whole(postgres: PostgresServer) -> None:
    """All else that a server keeps is killed by the bench."""
    for name in ("journal", "outcomes"):
        found = killed(on_server(name, postgres.fresh()), kills=2)
        assert found.lost == 0
        assert found.acknowledged > 0


class Careless:
    """A store that loses, or tears, what it said was kept."""

    def __init__(self, harm: str) -> None:
        self._harm = harm

    def write(self, number: int) -> None:
        """Keep nothing at all."""

    def whole(self) -> set[int]:
        """Find nothing, or a part."""
        assert self._harm != "torn", "7 is there in part"
        return set()

    def close(self) -> None:
        """Do nothing."""


@pytest.mark.parametrize(("harm", "fault"), [("lost", "lost: "), ("torn", "7 is there in part")])
def test_a_loss_and_a_tear_are_seen(harm: str, fault: str) -> None:
    with pytest.raises(AssertionError, match=fault):
        killed(Store(lambda: Careless(harm)), kills=4)
