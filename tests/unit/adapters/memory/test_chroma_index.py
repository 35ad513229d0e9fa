"""Chroma as an index: what a killed writer left, or what is damaged, is thrown away and built again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from nexusplanner.adapters.memory.chroma_index import ChromaIndex, drop_index
from nexusplanner.adapters.memory.index import IndexUnavailable
from nexusplanner.errors import StorageError

if TYPE_CHECKING:
    from nexusplanner.adapters.memory.index import Vector

MANY = tuple(map(str, range(1_100)))
"""More than Chroma keeps in its log alone."""
FEW = MANY[:20]


def vector(key: str) -> Vector:
    drawn = np.random.default_rng(int(key)).standard_normal(8)
    unit: Vector = (drawn / np.linalg.norm(drawn)).astype(np.float32)
    return unit


def load(keys: Collection[str]) -> Mapping[str, bytes]:
    return {key: vector(key).tobytes() for key in keys}


def fail(keys: Collection[str]) -> Mapping[str, bytes]:
    raise RuntimeError(f"nobody loads {len(keys)} vectors")


def found_first(index: ChromaIndex, keys: Collection[str]) -> set[str]:
    return {key for key in keys if index.nearest("set-of-a", vector(key), limit=1)[0][0] == key}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Leave an index that was closed."""
    index = ChromaIndex(tmp_path / "index")
    index.sync("set-of-a", MANY, load)
    index.close()
    return tmp_path / "index"


class Loading:
    """Loads vectors, and knows which."""

    def __init__(self) -> None:
        self.loaded: list[str] = []

    def __call__(self, keys: Collection[str]) -> Mapping[str, bytes]:
        self.loaded.extend(keys)
        return load(keys)


@pytest.mark.parametrize("keys", [FEW, MANY], ids=["in its log", "in its files"])
def test_an_index_that_was_closed_is_not_built_again(tmp_path: Path, keys: tuple[str, ...]) -> None:
    """Where only one vector is loaded, it is to ask by."""
    for loading in (Loading(), Loading(), last := Loading()):
        index = ChromaIndex(tmp_path / "index")
        index.sync("set-of-a", keys, loading)
        assert found_first(index, FEW) == set(FEW)
        index.close()
    assert len(last.loaded) == 1


def test_what_was_left_in_the_middle_of_a_change_is_built_again(folder: Path) -> None:
    """Whatever it looks like: files that do not fit each other need not say so."""
    index = ChromaIndex(folder)
    for _ in range(2):  # as if it had been killed: what it had begun stays as it is
        with pytest.raises(IndexUnavailable):
            index.sync("set-of-a", (*MANY, "2000"), fail)
    index.close()
    index, loading = ChromaIndex(folder), Loading()
    index.sync("set-of-a", MANY, loading)
    assert set(loading.loaded) == set(MANY)
    assert found_first(index, FEW) == set(FEW)
    index.close()


@pytest.mark.parametrize("name", ["data_level0.bin", "header.bin", "index_metadata.pickle", "length.bin"])
@pytest.mark.parametrize("harm", ["cut", "gone"])
def test_a_damaged_index_is_built_again_where_it_is_opened(folder: Path, name: str, harm: str) -> None:
    """And is no reason to fall back."""
    for path in folder.rglob(name):
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        if harm == "gone":
            path.unlink()
    index = ChromaIndex(folder)
    index.sync("set-of-a", (*MANY, "2000"), load)
    assert found_first(index, (*FEW, "2000")) == {*FEW, "2000"}
    index.close()


def test_an_index_that_fails_is_emptied_once_and_built_again(folder: Path) -> None:
    """Not for ever: the second time it is left."""
    index, harms = ChromaIndex(folder), iter([fail])
    index.sync("set-of-a", (*MANY, "2000"), lambda keys: next(harms, load)(keys))
    assert found_first(index, (*FEW, "2000")) == {*FEW, "2000"}
    with pytest.raises(IndexUnavailable, match="nobody loads"):
        index.sync("set-of-a", (*MANY, "3000"), fail)
    index.close()


def test_a_folder_that_cannot_be_deleted_is_said_to_be(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is to believe that it is gone."""
    monkeypatch.setattr("shutil.rmtree", fail)
    with pytest.raises(StorageError, match="cannot be deleted"):
        drop_index(folder)


def test_a_dropped_folder_is_gone(folder: Path) -> None:
    """With its mark."""
    drop_index(folder)
    assert [path.name for path in folder.parent.iterdir()] == ["index.lock"]
