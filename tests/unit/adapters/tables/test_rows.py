"""Bad rows are counted, and the first of them are found on their very line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nexusplanner.adapters.tables.connection import connect, literal
from nexusplanner.adapters.tables.dates import text_sql
from nexusplanner.adapters.tables.files import open_table
from nexusplanner.adapters.tables.rows import RowSource, scan
from nexusplanner.domain.quality import BadRow
from nexusplanner.errors import InputError

GOOD, BLANK = b"1,plain,2\n", b"\n"
MULTILINE = b'1,"two\nlines, ""quoted""",2\n'
BAD = {
    b"1,only two\n": "too few columns",
    b"1,a,2,3\n": "too many columns",
    b"1,caf\xe9,2\n": "not in the encoding of the file",
    b"1,a,x\n": "no number: 'x'",
    b'1,"over\ntwo lines",x\n': "no number: 'x'",
}


def number_source(path: Path) -> RowSource:
    table = open_table(path)
    number = f"TRY_CAST({text_sql(table.columns[2])} AS INTEGER)"
    reason = f"CASE WHEN {number} IS NULL THEN {literal('no number: ')} || '''' || {table.columns[2].sql} || '''' END"
    return RowSource(table, {"b": text_sql(table.columns[1]), "c": number}, reason, "c IS NOT NULL", frozenset({"c"}))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.sampled_from([GOOD, BLANK, MULTILINE, *BAD]), max_size=40))
def test_the_first_bad_rows_are_found_on_their_lines(tmp_path: Path, rows: list[bytes]) -> None:
    """Blank lines and values over several lines do not shift the count."""
    rows = [GOOD, *rows]
    path = tmp_path / "rows.csv"
    path.write_bytes(b"a,b,c\n" + b"".join(rows))
    expected, line, records = [], 2, 0
    for row in rows:
        if row in BAD:
            expected.append(BadRow(source="rows.csv", line=line, reason=BAD[row]))
        line += row.count(b"\n")
        records += row != BLANK
    with connect(threads=1) as con:
        quality = scan(con, number_source(path), "numbers", max_bad_share=1.0)
    assert quality.examples == tuple(expected[:20])
    assert (quality.rows, quality.bad) == (records, len(expected))


def test_an_unclosed_quote_swallows_the_rest_as_one_bad_row(tmp_path: Path) -> None:
    """The row that opens it is named."""
    path = tmp_path / "rows.csv"
    path.write_bytes(b"a,b,c\n" + GOOD * 3 + b'1,"open,2\n' + GOOD)
    with connect(threads=1) as con:
        quality = scan(con, number_source(path), "numbers", max_bad_share=0.5)
    assert [(row.line, row.reason) for row in quality.examples] == [(5, "a quote is not closed")]


def test_mixed_line_endings_are_refused(tmp_path: Path) -> None:
    """One line says so; nothing is read half."""
    path = tmp_path / "rows.csv"
    path.write_bytes(b"a,b,c\n" + GOOD + GOOD.replace(b"\n", b"\r\n"))
    with connect(threads=1) as con, pytest.raises(InputError, match=r"rows\.csv: .*line endings are mixed"):
        scan(con, number_source(path), "numbers", max_bad_share=1.0)
