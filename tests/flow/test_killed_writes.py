"""A writer that is killed loses nothing that it had said was kept, and leaves nothing in part."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.flow.kill_writes import STORES, Written, killed

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork"),
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
]


@pytest.mark.parametrize("store", STORES.values(), ids=STORES)
def test_what_was_said_to_be_kept_is_there_whole(store: Callable[[Path], Written], tmp_path: Path) -> None:
    found = killed(store, tmp_path, kills=5)
    assert found.lost == 0
    assert found.acknowledged > 0
