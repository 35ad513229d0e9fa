"""Documents cut into passages: nothing lost, each with its place."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from nexusplanner.adapters.memory.passages import LONGEST_PASSAGE, cut

PAGE = """---
date: 2025-01-01
---
# Messaging

Intro line.

## Value *first*

- one
- two

```
# not a heading
```

Setext
------

Last words.
"""
LINES = st.lists(
    st.sampled_from(["# A", "## B", "", "word " * 40, "plain", "- item", "```", "    code", "> quote", "| a | b |"]),
    max_size=40,
)


def test_markdown_is_cut_at_headings_with_their_path() -> None:
    """Code is no heading, the YAML header is no text, lines are counted from the file's first."""
    assert [(piece.locator, piece.text) for piece in cut("page.md", PAGE)] == [
        ("Messaging, line 6", "Intro line."),
        ("Messaging > Value *first*, lines 10-15", "- one\n- two\n\n```\n# not a heading\n```"),
        ("Messaging > Setext, line 20", "Last words."),
    ]


@settings(max_examples=80, deadline=None)
@given(lines=LINES, ending=st.sampled_from(["md", "txt"]))
def test_no_word_is_lost_and_no_passage_too_long(lines: list[str], ending: str) -> None:
    """Every word outside headings stands in a passage, in order; sizes are bounded; lines are the file's."""
    text = "\n".join(lines)
    pieces = cut(f"page.{ending}", text)
    kept = " ".join(f"{piece.locator} {piece.text}" for piece in pieces)
    assert kept.count("plain") == text.count("plain")
    assert kept.count("word") == text.count("word")
    for piece in pieces:
        assert len(piece.text) <= LONGEST_PASSAGE + 2
        first = re.search(r"lines? (\d+)", piece.locator)
        assert first is not None
        opening = next(line for line in piece.text.split("\n") if line.strip())
        assert opening.strip()[:20] in lines[int(first.group(1)) - 1]


def test_a_line_without_end_is_cut_at_spaces() -> None:
    """Five thousand words in a line become passages that join to the same words."""
    words = [f"w{number}" for number in range(5_000)]
    pieces = cut("notes.txt", " ".join(words))
    assert " ".join(piece.text for piece in pieces).split() == words
    assert {piece.locator for piece in cut("notes.txt", "x" * 5_000)} == {"line 1"}


def test_csv_rows_carry_their_column_names() -> None:
    """A row is a passage that reads by itself."""
    pieces = cut("past.csv", 'campaign,result\nspring,"sold\nout"\n,\nautumn,modest,extra\n')
    assert [(piece.locator, piece.text) for piece in pieces] == [
        ("line 2", "campaign: spring; result: sold\nout"),
        ("line 5", "campaign: autumn; result: modest; extra"),
    ]


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=300), ending=st.sampled_from(["md", "txt", "csv", "pdf"]))
def test_any_text_can_be_cut(text: str, ending: str) -> None:
    """Whatever stands in a file, passages with words come out, or none."""
    assert all(piece.text.strip() and piece.locator for piece in cut(f"x.{ending}", text))
