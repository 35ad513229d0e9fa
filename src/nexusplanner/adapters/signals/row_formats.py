"""Rows of a text, each with the line it starts on; a row that cannot be read comes as the reason."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

from nexusplanner.errors import InputError

Row = tuple[int, dict[str, str] | str]


def csv_rows(text: str, *, name: str) -> Iterator[Row]:
    """Read a CSV with a header; comma, semicolon or tab, as the header tells.

    Raises:
        InputError: There is no header, or a column stands twice.
    """
    header_line = text.partition("\n")[0]
    delimiter = max(",;\t", key=header_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header = _header(reader, name=name)
    line = reader.line_num + 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, str(error)
        else:
            if len(cells) == len(header):
                yield line, dict(zip(header, cells, strict=True))
            elif cells:
                yield line, f"{len(cells)} cells where the header has {len(header)}"
        line = reader.line_num + 1


def json_rows(text: str, *, name: str) -> Iterator[Row]:
    """Read JSON Lines: one object a line; blank lines are skipped, values become text."""
    del name
    for line, raw in enumerate(text.split("\n"), start=1):
        if not raw.strip():
            continue
        try:
            item = json.loads(raw)
        except (ValueError, RecursionError) as error:
            yield line, f"not JSON: {error}"
            continue
        if isinstance(item, dict):
            yield (
                line,
                {key: "" if value is None else _clean(str(value)) for key, value in item.items()},
            )
        else:
            yield line, "not a JSON object"


def _header(reader: Iterator[list[str]], *, name: str) -> list[str]:
    try:
        header = [cell.strip() for cell in next(reader)]
    except (StopIteration, csv.Error):
        header = []
    if not any(header):
        raise InputError(
            "the file is empty",
            source=name,
            fix="Hand in a CSV with a header and rows.",
        )
    twice = next((cell for number, cell in enumerate(header) if cell in header[:number]), None)
    if twice is not None:
        raise InputError(
            "a column stands twice",
            source=name,
            field=twice or "(no name)",
            fix="Rename one of them.",
        )
    return header


def _clean(text: str) -> str:
    """Drop lone surrogates, which JSON can spell and no file can hold."""
    return text.encode("utf-8", "ignore").decode("utf-8")
