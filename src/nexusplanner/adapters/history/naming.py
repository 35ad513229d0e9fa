"""Tell from a column's name which channel it is of, and what it counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from nexusplanner.adapters.tables.files import Column, TableFile
from nexusplanner.domain.brief import Channel
from nexusplanner.errors import InputError

Measure = Literal["spend", "impressions", "clicks"]

# One-letter endings count in capitals alone: that is how they are written, and small ones are words.
_PATTERNS: tuple[tuple[Measure, re.Pattern[str]], ...] = (
    ("spend", re.compile(r"(?P<stem>.+)_S")),
    ("spend", re.compile(r"(?P<stem>.+)_(?i:spend|cost)")),
    ("spend", re.compile(r"(?i:spend|cost|mdsp)_(?P<stem>.+)")),
    ("impressions", re.compile(r"(?P<stem>.+)_I")),
    ("impressions", re.compile(r"(?P<stem>.+)_(?i:impressions?|views)")),
    ("impressions", re.compile(r"(?i:impressions?|mdip)_(?P<stem>.+)")),
    ("clicks", re.compile(r"(?P<stem>.+)_P")),
    ("clicks", re.compile(r"(?P<stem>.+)_(?i:clicks?)")),
    ("clicks", re.compile(r"(?i:clicks?)_(?P<stem>.+)")),
)
_COUNTED = re.compile(r"_(clicks?|impressions?|views)$")


def channel_name(raw: str, *, source: str) -> str:
    """Write a channel's name as briefs do: lower case, words joined by ``_``.

    Raises:
        InputError: It is blank or too long.
    """
    try:
        return _channel().validate_python(str(raw))
    except ValidationError as error:
        raise InputError("not a channel's name", source=source, field="channel", value=raw) from error


def media_columns(
    table: TableFile, *, spend: Sequence[Column], skipped: Sequence[Column]
) -> dict[str, dict[Measure, Column]]:
    """Sort the columns of a wide table by channel.

    Args:
        table: The wide table.
        spend: The columns of spend, where the caller named them; by their names where empty.
        skipped: Columns that are something else (date, outcome).

    Returns:
        Channel -> its columns; every channel has ``spend``.

    Raises:
        InputError: No column is of spend, or two are of the same channel and measure.
    """
    named = {column.unique: _told(column.name) for column in table.columns if column not in skipped}
    chosen = list(spend) or [c for c in table.columns if (told := named.get(c.unique)) and told[0] == "spend"]
    media: dict[str, dict[Measure, Column]] = {}
    for column in chosen:
        told = named.get(column.unique)
        name = channel_name(told[1] if told and told[0] == "spend" else column.name, source=table.name)
        _put(media.setdefault(name, {}), "spend", column, channel=name, source=table.name)
    for column in table.columns:
        told = named.get(column.unique)
        if told is None or told[0] == "spend":
            continue
        name = channel_name(told[1], source=table.name)
        name = name if name in media else _COUNTED.sub("", name)
        if name in media:
            _put(media[name], told[0], column, channel=name, source=table.name)
    if not media:
        listed = ", ".join(column.name[:40] for column in table.columns[:12])
        raise InputError(
            "neither one row a date and channel (date, channel, spend) nor a column of spend a channel (tv_spend)",
            source=table.name,
            fix=f"Name the columns, as in ?outcome=y&spend=x1,x2. Columns found: {listed}.",
        )
    return media


@cache
def _channel() -> TypeAdapter[str]:
    return TypeAdapter(Channel)


def _told(name: str) -> tuple[Measure, str] | None:
    for measure, pattern in _PATTERNS:
        if match := pattern.fullmatch(name):
            return measure, match["stem"]
    return None


def _put(columns: dict[Measure, Column], measure: Measure, column: Column, *, channel: str, source: str) -> None:
    if measure in columns:
        raise InputError(
            f"two columns hold the {measure} of {channel!r}",
            source=source,
            field=column.name,
            fix="Leave one of them out, or name the columns of spend with ?spend=a,b.",
        )
    columns[measure] = column
