"""Progress: lines when piped, a board on a terminal, always on standard error."""

from __future__ import annotations

import io
import sys

import pytest
from rich.console import Console
from rich.spinner import Spinner
from tests.unit.cli.told import EVENTS

from nexusplanner.cli.board import Board
from nexusplanner.cli.progress import draw, line_of, watch


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
