"""Shown outputs are held against printed ones: exact in words, close in numbers, whole but for `...`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.docs.outputs import ELLIPSIS, missing, plain, refreshed

PRINTED = "Money   $600,000 ($30,000 held back)\n\nplan-0123456789abcdef, version 1\nTarget  37%\nDone\n"


@pytest.mark.parametrize(
    "shown",
    [
        PRINTED,
        "Money   $600,000 ($30,000 held back)\nplan-…, version 1\n...\nDone",
        "...\nTarget  37%\n...",
        "Money $600,100 ($30,000 held back)",
    ],
)
def test_what_was_printed_is_found(shown: str) -> None:
    assert missing(shown, PRINTED) == ""


@pytest.mark.parametrize(
    ("shown", "absent"),
    [
        ("Target  47%", "Target  47%"),
        ("Done\n...\nTarget  37%", "Target  37%"),
        ("Target  37%\nplan-…, version 1", "Target  37%"),
        ("Gone", "Gone"),
        ("plan-…, version 1\nDone", "plan-…, version 1"),
    ],
)
def test_what_was_not_printed_there_is_named(shown: str, absent: str) -> None:
    assert missing(shown, PRINTED) == absent


def test_a_stale_output_takes_todays_words_and_keeps_its_gaps() -> None:
    stale = "Money   $500,000 ($20,000 held back)\n...\nTarget  12%\nNo such thing was printed at all"
    assert refreshed(stale, PRINTED).splitlines() == [
        "Money   $600,000 ($30,000 held back)",
        ELLIPSIS,
        "Target  37%",
    ]


def test_a_line_that_came_between_is_left_out_by_dots() -> None:
    assert refreshed("Money   $600,000 ($30,000 held back)\nTarget  37%", PRINTED).splitlines() == [
        "Money   $600,000 ($30,000 held back)",
        ELLIPSIS,
        "Target  37%",
    ]


@given(st.lists(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=30), max_size=8))
def test_every_output_matches_itself_and_refreshing_it_changes_nothing(lines: list[str]) -> None:
    text = "\n".join(line for line in lines if line.strip() != ELLIPSIS)
    assert missing(text, text) == ""
    assert missing(refreshed(text, text), text) == ""
    assert plain("\n".join(plain(text))) == plain(text)
