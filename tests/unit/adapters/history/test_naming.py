"""Columns say by their names which channel they are of."""

from __future__ import annotations

from pathlib import Path

import pytest

from nexusplanner.adapters.history.naming import channel_name, media_columns
from nexusplanner.adapters.tables.files import Column, TableFile
from nexusplanner.errors import InputError


def table(*names: str) -> TableFile:
    return TableFile(Path("wide.csv"), "csv", tuple(Column(name, name) for name in names))


def told(*names: str, spend: tuple[str, ...] = ()) -> dict[str, dict[str, str]]:
    wide = table(*names)
    chosen = [column for column in wide.columns if column.name in spend]
    media = media_columns(wide, spend=chosen, skipped=[])
    return {name: {measure: column.name for measure, column in by.items()} for name, by in media.items()}


def test_every_convention_is_known() -> None:
    """Suffixes and prefixes of the modelling tools in use."""
    assert told("tv_S", "Radio_spend", "spend_print", "mdsp_dm", "Paid-Search_cost") == {
        "tv": {"spend": "tv_S"},
        "radio": {"spend": "Radio_spend"},
        "print": {"spend": "spend_print"},
        "dm": {"spend": "mdsp_dm"},
        "paid_search": {"spend": "Paid-Search_cost"},
    }


def test_media_goes_to_its_channel_with_spend() -> None:
    """Exposure without spend belongs to no channel."""
    assert told("search_S", "search_clicks_P", "tv_spend", "tv_impressions", "mdip_email", "Organic_I") == {
        "search": {"spend": "search_S", "clicks": "search_clicks_P"},
        "tv": {"spend": "tv_spend", "impressions": "tv_impressions"},
    }


def test_small_words_are_no_suffixes() -> None:
    """One-letter endings count in capitals alone."""
    assert told("tv_S", "brand_s", "news_i", "shop_p") == {"tv": {"spend": "tv_S"}}


def test_named_columns_are_the_only_channels() -> None:
    """What the caller names holds, whatever else looks like spend."""
    assert told("x1", "x2", "tv_S", spend=("x2",)) == {"x2": {"spend": "x2"}}


def test_two_columns_of_one_channel_are_refused() -> None:
    """Neither is silently dropped."""
    with pytest.raises(InputError, match=r"wide\.csv: tv_spend: two columns hold the spend of 'tv'"):
        told("TV_S", "tv_spend")


def test_a_table_without_spend_says_what_to_name() -> None:
    """Both layouts and the option are in the message."""
    with pytest.raises(InputError, match=r"date, channel, spend.*\?outcome=y&spend=x1,x2.*Columns found: date, y, x1"):
        told("date", "y", "x1")


def test_a_channel_needs_a_name() -> None:
    """White space is none."""
    with pytest.raises(InputError, match=r"channel: not a channel's name"):
        channel_name("  ", source="x.csv")
