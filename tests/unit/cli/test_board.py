"""The board: what events add up to."""

from __future__ import annotations

from tests.unit.cli.told import EVENTS

from nexusplanner.cli.board import Board
from nexusplanner.observability.events import StageEvent, TokenEvent


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


def word(text: str, *, branch: str, agent: str = "strategist", is_start: bool = False) -> TokenEvent:
    """Write a piece of text."""
    part = f"{agent} {branch}"
    return TokenEvent(part=part, agent=agent, branch=branch, rung="openai:m", text=text, is_start=is_start)


def test_words_show_as_they_come_each_strategists_in_a_row_of_its_own() -> None:
    """Without the marks of the answer's form; a try that begins again shows nothing of the last one."""
    board = Board()
    board.take(StageEvent(stage="propose", phase="start"))
    for event in (
        word('{"positioning": "The sh', branch="growth", is_start=True),
        word('{"positioning": "Old rec', branch="efficiency", is_start=True),
        word("op that buys", branch="growth"),
        word('{"positioning": "Vinyl', branch="efficiency", is_start=True),
    ):
        board.take(event)
    told = {row.title: row.detail for row in board.rows() if row.is_below}
    assert told == {"Efficiency": "… positioning : Vinyl", "Growth": "… positioning : The shop that buys"}


def test_the_last_words_of_a_critic_stand_in_its_stages_row() -> None:
    board = Board()
    board.take(StageEvent(stage="critique", phase="start"))
    board.take(word("The money", branch="finance on prop-growth", agent="critic", is_start=True))
    assert {row.title: row.detail for row in board.rows()}["Critique"] == "… The money"
    board.take(StageEvent(stage="critique", phase="end"))
    assert "The money" not in {row.title: row.detail for row in board.rows()}["Critique"]
