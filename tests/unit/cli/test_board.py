"""The board: what events add up to."""

from __future__ import annotations

from tests.unit.cli.told import EVENTS

from nexusplanner.cli.board import Board


def test_the_board_tells_each_stage_and_what_it_brought() -> None:
    board = Board()
    for event in EVENTS:
        board.take(event)
    rows = {row.title: row for row in board.rows()}
    assert {row.mark for row in board.rows()} == {"done", "lost", "waiting"}
    assert rows["Research"].detail == "3 finds from 2 sources"
    assert rows["crm"].detail == "3 finds"
    assert rows["feed"].mark == "lost"
    assert rows["Growth"].detail.startswith("1,234 expected; critics 0.75: Say it ")
    assert rows["Critique"].detail == "2 judgements"
    assert rows["Debate"].detail == "1 round"
    assert "Revise" not in rows
    assert board.cost == "$0.0123 in 1 calls"


def test_a_stage_works_from_its_start_until_a_later_one_begins() -> None:
    board = Board()
    assert {row.mark for row in board.rows()} == {"waiting"}
    for event, mark in zip(EVENTS[:3], ("working", "working", "done"), strict=True):
        board.take(event)
        assert board.rows()[0].mark == mark
