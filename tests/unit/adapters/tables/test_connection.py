"""DuckDB is kept from files, downloads and Python variables."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from nexusplanner.adapters.tables.connection import connect, identifier, literal, lock_down, reading
from nexusplanner.errors import InputError


def test_nothing_is_downloaded_or_loaded() -> None:
    """Extensions are neither installed nor loaded behind our back."""
    with connect() as con:
        rows = con.execute(
            """SELECT name, value FROM duckdb_settings() WHERE name IN
               ('autoinstall_known_extensions', 'autoload_known_extensions') ORDER BY name"""
        ).fetchall()
    assert rows == [("autoinstall_known_extensions", "false"), ("autoload_known_extensions", "false")]


def test_python_variables_are_not_tables() -> None:
    """A name in SQL never reaches into the program."""
    with connect() as con:
        mine = con.sql("SELECT 1 AS x")
        with pytest.raises(duckdb.CatalogException):
            con.execute("SELECT * FROM mine")
        assert mine.fetchall() == [(1,)]


def test_a_locked_database_stays_locked(tmp_path: Path) -> None:
    """Neither files nor settings can be reached any more."""
    (tmp_path / "x.csv").write_text("a\n1\n", encoding="utf-8")
    with connect(spill=str(tmp_path)) as con:
        lock_down(con)
        for sql in (
            f"SELECT * FROM read_csv('{tmp_path}/x.csv')",
            "SET enable_external_access = true",
            f"ATTACH '{tmp_path}/other.db'",
            "INSTALL httpfs",
        ):
            with pytest.raises(duckdb.Error):
                con.execute(sql)


def test_names_and_texts_are_quoted() -> None:
    """Quotes inside of them end nothing."""
    with connect() as con:
        name, text = 'a"b', "it's; DROP TABLE x"
        con.execute(f"CREATE TABLE t ({identifier(name)} VARCHAR)")
        con.execute(f"INSERT INTO t VALUES ({literal(text)})")
        assert con.execute(f"SELECT {identifier(name)} FROM t").fetchall() == [(text,)]


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (duckdb.OutOfMemoryException("full"), "does not fit in 1GB"),
        (duckdb.InvalidInputException("The CSV Parser"), "line endings are mixed"),
        (duckdb.InvalidInputException("No magic bytes"), "not a Parquet file"),
        (duckdb.IOException("Cannot read\nmore"), r"cannot be read: Cannot read\."),
    ],
)
def test_what_duckdb_says_becomes_one_line(error: duckdb.Error, says: str) -> None:
    """The file is named, and nothing of DuckDB leaves."""
    with pytest.raises(InputError, match=rf"^x\.csv: .*{says}"), reading("x.csv"):
        raise error
