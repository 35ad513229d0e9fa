"""One file is one history."""

from __future__ import annotations

import asyncio
from pathlib import Path

import duckdb
import pytest

from nexusplanner.adapters.history import csv as module
from nexusplanner.adapters.history.csv import CsvHistory
from nexusplanner.errors import InputError

TEXT = "date,channel,spend\n2024-01-01,tv,1\n2024-01-02,tv,2\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "history.csv"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_a_file_is_read_once_and_again_when_it_changes(path: Path) -> None:
    """The history is the same object until the bytes differ."""
    history = CsvHistory(path)
    first = asyncio.run(history.load(tenant="t"))
    assert asyncio.run(history.load(tenant="t")) is first
    path.write_text(TEXT + "2024-01-03,tv,3\n", encoding="utf-8")
    assert len(asyncio.run(history.load(tenant="t")).dates) == 3
    assert list(asyncio.run(history.sha256())) == ["history.csv"]
    assert repr(history) == "CsvHistory('history.csv')"


def test_parquet_gives_the_same_as_csv(path: Path, tmp_path: Path) -> None:
    """Typed columns and text are read alike, long and wide."""
    for text in (TEXT, "date,sales,tv_S\n2024-01-01,5,1\n2024-01-02,6,2\n"):
        path.write_text(text, encoding="utf-8")
        parquet = tmp_path / "history.parquet"
        duckdb.execute(f"COPY (SELECT * FROM read_csv('{path}')) TO '{parquet}' (FORMAT parquet)")
        left, right = (
            asyncio.run(CsvHistory(p).load(tenant="t")).model_dump(exclude={"source", "quality"})
            for p in (path, parquet)
        )
        assert left == right


def test_a_file_that_is_no_history_is_not_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its size tells."""
    monkeypatch.setattr(module, "MAX_BYTES", 10)
    with pytest.raises(InputError, match="larger than"):
        asyncio.run(CsvHistory(path).load(tenant="t"))


def test_wrong_arguments_are_refused_at_once(path: Path) -> None:
    """Before any file is read."""
    with pytest.raises(InputError, match="unknown field"):
        CsvHistory(path, columns={"spent": "x"})
    with pytest.raises(InputError, match="not a share"):
        CsvHistory(path, max_bad_share=-1)
