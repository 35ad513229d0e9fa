"""Signals from rows: forgiving in names, strict in what is wrong."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nexusplanner.adapters.signals import RowSignals
from nexusplanner.adapters.signals.moment import read_moment
from nexusplanner.adapters.signals.plain_text import plain_text
from nexusplanner.adapters.signals.rows import RowFormat
from nexusplanner.domain.signal import Signal, SignalQuery
from nexusplanner.errors import InputError

QUERY = SignalQuery(terms=(), since=date(2026, 1, 1), until=date(2026, 12, 31))
HEADER = "title,text,url,published_at,source\n"


def read(folder: Path, content: str | bytes, layout: RowFormat = "csv", **columns: str) -> tuple[Signal, ...]:
    """Write rows into a file and read them."""
    path = folder / f"rows.{layout}"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return asyncio.run(RowSignals(path, layout, columns=columns).fetch(QUERY, tenant="acme"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"\n\n", "the file is empty"),
        (HEADER.encode(), "there are no rows"),
        (b"title,title,published_at\n1,2,3\n", "title: a column stands twice"),
        (b"title,text,when\na,b,2026-01-01\n", "published_at: the column is missing"),
        (b"heading,published_at\na,2026-01-01\n", "title: the column is missing"),
        ("title,published_at\ncaf\u00e9,2026-01-01\n".encode("latin-1"), "line 2 is not UTF-8"),
        (b"title,published_at\na,not a day\nb,2026-01-01\n", r"1 of 2 rows .* line 2: published_at is no date"),
        (b"title,published_at\na,NaN\n", "published_at is no date"),
        (b"title,published_at\na\nb\n", r"2 of 2 rows .* line 2: 1 cells where the header has 2"),
        (b"title,published_at\na,\n", "no date in published_at"),
        (b"title,published_at\n,2026-01-01\n", "neither title nor text"),
    ],
)
def test_a_bad_table_is_refused_with_one_line(tmp_path: Path, content: bytes, said: str) -> None:
    """File, line or column, and the next step."""
    with pytest.raises(InputError, match=said) as caught:
        read(tmp_path, content)
    assert str(caught.value).startswith("rows.csv: ")
    assert "\n" not in str(caught.value)


def test_a_few_bad_rows_are_left_out_and_counted_with_their_lines(tmp_path: Path) -> None:
    """A quoted line break moves the lines on, and the count follows."""
    rows = ['"two\nlines",,,2026-02-01,a', "x,,,2026-02-02,b", "ragged,row", "bad,,,31.12.,c"]
    path = tmp_path / "rows.csv"
    path.write_text(HEADER + "\n".join(rows + [f"t{day},,,2026-03-{day:02},d" for day in range(1, 12)]))
    signals = RowSignals(path, "csv")
    found = asyncio.run(signals.fetch(QUERY, tenant="acme"))
    assert len(found) == 13
    assert {item.title: item.locator for item in found}["x"] == "line 4"
    quality = signals.quality()
    assert (quality.rows, quality.bad) == (15, 2)
    assert [row.line for row in quality.examples] == [5, 6]


def test_semicolons_tabs_and_a_mark_at_the_start_are_understood(tmp_path: Path) -> None:
    """As spreadsheets write them."""
    assert read(tmp_path, "\ufefftitle;published_at\na;2026-01-01\n")[0].title == "a"
    assert read(tmp_path, "title\tpublished_at\r\na\t2026-01-01\r\n")[0].title == "a"


def test_columns_can_be_told(tmp_path: Path) -> None:
    """A told column wins over a synonym; one that is not there is named."""
    content = "title,Real headline,date\nwrong,right,2026-01-01\n"
    assert read(tmp_path, content, title="Real headline")[0].title == "right"
    with pytest.raises(InputError, match=r"there is no column for title.*'Headline'.*Columns found: title"):
        read(tmp_path, content, title="Headline")


def test_a_row_without_a_source_speaks_for_the_file(tmp_path: Path) -> None:
    """Every signal has a source."""
    found = read(tmp_path, HEADER + "a,,,2026-01-01,\nb,,,2026-01-01,Desk <b>\n")
    assert {item.title: item.source for item in found} == {"a": "rows.csv", "b": "Desk"}


def test_json_lines_are_read_one_by_one(tmp_path: Path) -> None:
    """Blank lines are nothing; what is no object, no JSON or too deep is a bad row."""
    good = [f'{{"title": "t{day}", "published_at": "2026-03-{day:02}T10:00:00+02:00"}}' for day in range(1, 17)]
    lines = ["", *good, "[]", "{torn", "[" * 100_000, '{"title": "\\ud800 odd", "published_at": "2026-03-01"}']
    found = read(tmp_path, "\n".join(lines), "jsonl")
    assert len(found) == 17
    assert found[0].published_at == datetime(2026, 3, 16, 8, tzinfo=UTC)
    assert "odd" in {item.title for item in found}


def test_too_many_bad_lines_are_refused(tmp_path: Path) -> None:
    """A file that is no JSON Lines at all says so."""
    with pytest.raises(InputError, match="not JSON"):
        read(tmp_path, "title,published_at\na,2026-01-01\n", "jsonl")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01T09:30:00Z", datetime(2026, 3, 1, 9, 30, tzinfo=UTC)),
        (" 2026-03-01 09:30:00+02:00 ", datetime(2026, 3, 1, 7, 30, tzinfo=UTC)),
        ("Mon, 02 Mar 2026 09:30:00 GMT", datetime(2026, 3, 2, 9, 30, tzinfo=UTC)),
        ("Mon, 02 Mar 2026 09:30:00 -0500", datetime(2026, 3, 2, 14, 30, tzinfo=UTC)),
    ],
)
def test_dates_are_read_as_sources_write_them(text: str, moment: datetime) -> None:
    """ISO 8601 and the dates of mail, all in UTC."""
    assert read_moment(text) == moment


@settings(max_examples=100)
@given(st.text(max_size=30))
def test_any_other_text_is_no_date(text: str) -> None:
    """Nothing but a ValueError comes out of a text that is none."""
    with contextlib.suppress(ValueError):
        assert read_moment(text).tzinfo is UTC


@settings(max_examples=100)
@given(st.text(alphabet=st.sampled_from("<>/ab&;!-\"'= \n\tscriptp"), max_size=80), st.integers(2, 60))
def test_no_text_keeps_a_tag_or_a_line_break(markup: str, longest: int) -> None:
    """Whatever is fed in, one line of bounded length comes out."""
    text = plain_text(markup, longest=longest)
    assert len(text) <= longest
    assert text == " ".join(text.split())
    assert "<p>" not in text
