"""A file's head says what table it holds, or why it holds none."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from nexusplanner.adapters.tables.connection import connect
from nexusplanner.adapters.tables.files import MAX_COLUMNS, Encoding, open_table
from nexusplanner.errors import InputError


def written(folder: Path, data: bytes, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    """Quoted names do not mislead."""
    data = delimiter.join(('"a,b;c"', "x", "y", "z")) + "\n"
    table = open_table(written(tmp_path, data.encode()))
    assert (table.delimiter, [c.name for c in table.columns]) == (delimiter, ["a,b;c", "x", "y", "z"])


def test_names_are_told_apart(tmp_path: Path) -> None:
    """Blank names and names that differ in case alone get names of their own in SQL."""
    path = written(tmp_path, b"\xef\xbb\xbfid,ID,,id\n1,2,3,4\n")
    table = open_table(path)
    assert [c.unique for c in table.columns] == ["id", "ID_1", "column2", "id_2"]
    with connect() as con:
        assert con.execute(f"SELECT * FROM {table.relation()}").fetchall() == [("1", "2", "3", "4")]


@pytest.mark.parametrize("name", ["it's.csv", "a[1].csv", "b*.csv", "what?.csv", "$x.csv", "ü.csv"])
def test_any_file_name_reads_that_file_alone(tmp_path: Path, name: str) -> None:
    """Quotes and wildcards in a name are part of the name."""
    written(tmp_path, b"x\nanother\n", "a1.csv")
    written(tmp_path, b"x\nanother\n", "bb.csv")
    table = open_table(written(tmp_path, b"x\nthis\n", name))
    with connect() as con:
        assert con.execute(f"SELECT * FROM {table.relation()}").fetchall() == [("this",)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "latin-1"])
def test_encodings_are_read(tmp_path: Path, encoding: Encoding) -> None:
    """The encoding that is named is the one that is read."""
    table = open_table(written(tmp_path, "prénom\nZoë\n".encode(encoding)), encoding=encoding)
    with connect() as con:
        assert con.execute(f'SELECT "prénom" FROM {table.relation()}').fetchall() == [("Zoë",)]


def test_parquet_is_known_by_its_bytes(tmp_path: Path) -> None:
    """Whatever its name; no extension is loaded from anywhere."""
    path = tmp_path / "table.csv"
    duckdb.execute(f"COPY (SELECT 1 AS id, DATE '2024-01-01' AS day) TO '{path}' (FORMAT parquet)")
    table = open_table(path)
    assert [(c.name, c.type) for c in table.columns] == [("id", "INTEGER"), ("day", "DATE")]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "the file is empty"),
        (b"\n \r\n", "the file is empty"),
        (b"\nid,date\n1,2\n", "the first line is blank"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary data"),
        ("id,date\n".encode("utf-16"), "starts like UTF-16"),
        ("id,prénom\n".encode("latin-1"), "the header is not utf-8"),
        (b"PAR1 but not really", "not a Parquet file"),
        (",".join(f"c{n}" for n in range(MAX_COLUMNS + 1)).encode(), "more than 2000 columns"),
        (b'"' + b"x" * 200_000 + b"\n", "the first line is not a header"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, data: bytes, says: str) -> None:
    """One line that names the file and what is wrong."""
    with pytest.raises(InputError) as caught:
        open_table(written(tmp_path, data, "odd.csv"))
    assert str(caught.value).startswith("odd.csv: ")
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    """The path is shown as it was looked for."""
    with pytest.raises(InputError, match="no such file"):
        open_table(tmp_path / "none.csv")
    with pytest.raises(InputError, match="cannot be opened"):
        open_table(tmp_path)
