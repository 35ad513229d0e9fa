"""Progress: lines when piped, a board on a terminal, always on standard error."""

from __future__ import annotations

import io
import sys
from decimal import Decimal

import pytest
from rich.console import Console
from rich.spinner import Spinner

from nexusplanner.cli.board import Board
from nexusplanner.cli.progress import draw, line_of, watch
from nexusplanner.observability.events import (
    ApprovalEvent,
    CostEvent,
    DoneEvent,
    Event,
    EvidenceEvent,
    ProposalEvent,
    StageEvent,
    TokenEvent,
    VerdictEvent,
)

PROPOSAL = ProposalEvent(
    proposal="prop-growth", lens="growth", rung="rules", revision=0, positioning="Say it \x1b[31mloud", p50=1234.0
)
EVENTS: tuple[Event, ...] = (
    StageEvent(stage="intake", phase="start"),
    StageEvent(stage="intake", phase="end"),
    StageEvent(stage="research", phase="start"),
    StageEvent(stage="research", phase="end"),
    StageEvent(stage="crm", phase="start"),
    EvidenceEvent(tool="crm", count=3),
    StageEvent(stage="crm", phase="end"),
    EvidenceEvent(tool="feed", count=0, lost="no answer"),
    StageEvent(stage="propose", phase="start"),
    PROPOSAL,
    CostEvent(part="propose", rung="openai:gpt-5-mini", usd=Decimal("0.0123"), tokens_in=900, tokens_out=100),
    TokenEvent(part="propose", text="word"),
    StageEvent(stage="propose", phase="end"),
    StageEvent(stage="critique", phase="start"),
    VerdictEvent(proposal="prop-growth", critic="finance", score=0.5, passed=5, failed=("money",)),
    VerdictEvent(proposal="prop-growth", critic="audience", score=1.0, passed=10, failed=()),
    StageEvent(stage="critique", phase="end"),
    StageEvent(stage="argue", phase="start"),
    StageEvent(stage="argue", phase="end"),
    StageEvent(stage="save", phase="start"),
    StageEvent(stage="save", phase="end"),
    ApprovalEvent(id="q", approvers=("Ada",), plan_id="plan-1"),
    DoneEvent(run_id="run-1", status="complete", plan_id="plan-1"),
)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_piped_progress_is_one_plain_line_an_event(capsys: pytest.CaptureFixture[str]) -> None:
    assert watch(EVENTS).run_id == "run-1"
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "\x1b" not in captured.err
    lines = captured.err.splitlines()
    assert lines == [line for line in map(line_of, EVENTS) if line]
    assert "evidence crm: 3 finds" in lines
    assert "evidence feed: lost: no answer" in lines
    assert "verdict finance on prop-growth: 0.50; fails money" in lines
    assert "cost propose by openai:gpt-5-mini: $0.0123, 1,000 tokens" in lines
    assert lines[-1] == "done complete"


def test_a_run_without_an_end_is_a_fault() -> None:
    with pytest.raises(RuntimeError):
        watch(EVENTS[:-1])


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


def test_a_terminal_shows_the_board_and_honours_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = {}
    for no_color in ("", "1"):
        stream = Terminal()
        monkeypatch.setattr(sys, "stderr", stream)
        monkeypatch.setenv("TERM", "xterm-256color")
        monkeypatch.setenv("NO_COLOR", no_color)
        watch(EVENTS)
        shown[no_color] = stream.getvalue()
    green = "\x1b[32m"
    assert green in shown[""]
    assert green not in shown["1"]
    assert "✓" in shown["1"]
    assert "[31mloud" in shown["1"]
    assert "\x1b[31mloud" not in shown["1"]


def test_a_narrow_board_keeps_one_line_a_row_with_its_sign_and_title() -> None:
    board = Board()
    for event in EVENTS:
        board.take(event)
    stream = io.StringIO()
    Console(file=stream, width=40).print(draw(board, Spinner("dots")))
    lines = stream.getvalue().splitlines()
    assert len(lines) == len(board.rows()) + 1
    assert lines[0].startswith("✓  Read the brief")
    for line, row in zip(lines, board.rows(), strict=False):
        assert row.title in line
