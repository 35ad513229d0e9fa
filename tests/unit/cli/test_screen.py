"""The screen: tabs for pipes, columns for people, no markup out of data."""

from __future__ import annotations

import io
import sys

import pytest
from rich.console import Console

from nexusplanner.cli.screen import heading, print_json, print_table, screen

ROWS = [("[red]search[/red]", "1"), ("e-mail", "12,345")]


def test_a_piped_table_has_tabs(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(screen(), ("Channel", "Amount"), ROWS)
    assert capsys.readouterr().out == "Channel\tAmount\n[red]search[/red]\t1\ne-mail\t12,345\n"


def test_a_table_on_a_terminal_is_aligned() -> None:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, no_color=True, color_system=None, width=60, markup=False)
    print_table(console, ("Channel", "Amount"), ROWS, right=frozenset({1}))
    lines = [line.rstrip() for line in stream.getvalue().splitlines()]
    assert [line.split()[0] for line in lines] == ["Channel", "[red]search[/red]", "e-mail"]
    assert len({len(line) for line in lines}) == 1


def test_errors_have_their_own_console(capsys: pytest.CaptureFixture[str]) -> None:
    heading(screen(is_error=True), "Aside")
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "\nAside\n"


def test_json_is_utf_8_whatever_the_terminal_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    print_json('{"a": "\u00e9\u2713"}')
    assert raw.getvalue().decode("utf-8") == '{"a": "\u00e9\u2713"}'


def test_json_goes_to_a_stream_of_text_too(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    print_json("{}")
    assert stream.getvalue() == "{}"
