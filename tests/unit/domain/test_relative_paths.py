"""Paths in a file start at the file, wherever the table has them; all else stays."""

from __future__ import annotations

from pathlib import Path

from nexusplanner.domain.relative_paths import resolved

HOME = Path("/home/plans")


def test_paths_and_specs_start_at_the_folder_and_all_else_stays() -> None:
    table = {
        "out": "files",
        "seed": 3,
        "plan": {"crm": "csv:a.csv, b.csv?id=x", "signals": ["rss:feed.xml", "rss:https://a.example/f"], "name": "x"},
        "prompts": {"folder": "words", "a/b": "own.md", "files": {"c/d": "/abs.md"}},
    }
    there = resolved(
        table, HOME, paths=[("out",), ("prompts",), ("prompts", "files")], specs=[("plan", "crm"), ("plan", "signals")]
    )
    assert there == {
        "out": "/home/plans/files",
        "seed": 3,
        "plan": {
            "crm": "csv:/home/plans/a.csv,/home/plans/b.csv?id=x",
            "signals": ["rss:/home/plans/feed.xml", "rss:https://a.example/f"],
            "name": "x",
        },
        "prompts": {"folder": "/home/plans/words", "a/b": "/home/plans/own.md", "files": {"c/d": "/abs.md"}},
    }
    assert table["out"] == "files"


def test_values_of_a_wrong_kind_are_left_for_others_to_refuse() -> None:
    assert resolved({"out": 3, "crm": None}, HOME, paths=[("out",)], specs=[("crm",)]) == {"out": 3, "crm": None}
