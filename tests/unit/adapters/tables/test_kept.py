"""Files are read again only when their bytes have changed."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from nexusplanner.adapters.tables.kept import Kept
from nexusplanner.errors import InputError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(b"one")
    return path


def test_one_of_many_readers_reads(path: Path) -> None:
    """A hundred calls at once read the file once."""
    reads: list[bytes] = []

    def read() -> int:
        reads.append(path.read_bytes())
        return len(reads)

    kept = Kept((path,), read)
    with ThreadPoolExecutor(8) as pool:
        values = list(pool.map(lambda _: kept.current(), range(100)))
    assert set(values) == {(1, (hashlib.sha256(b"one").hexdigest(),))}
    assert reads == [b"one"]


def test_a_touched_file_is_not_read_again_a_changed_one_is(path: Path) -> None:
    """The bytes decide, not the clock."""
    kept = Kept((path,), path.read_bytes)
    first = kept.current()[0]
    os.utime(path, ns=(1, 1))
    assert kept.current()[0] is first
    path.write_bytes(b"two")
    assert kept.current()[0] == b"two"


def test_a_file_that_goes_away_is_an_input_error(path: Path) -> None:
    """Also after it was read once."""
    kept = Kept((path,), path.read_bytes)
    kept.current()
    path.unlink()
    with pytest.raises(InputError, match="cannot be opened"):
        kept.current()


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    """The error says so."""
    with pytest.raises(InputError, match="a folder, not a file"):
        Kept((tmp_path,), lambda: None).current()


def test_a_failed_read_is_tried_again(path: Path) -> None:
    """An error is not kept."""

    def read() -> str:
        if path.read_bytes() == b"one":
            raise InputError("bad")
        return "read"

    kept = Kept((path,), read)
    with pytest.raises(InputError, match="bad"):
        kept.current()
    path.write_bytes(b"mended")
    assert kept.current()[0] == "read"
