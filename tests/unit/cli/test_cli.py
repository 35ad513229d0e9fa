"""The entry point: the process's own arguments in, its exit code out."""

from __future__ import annotations

import logging
import sys
import warnings

import pytest

from nexusplanner.cli import main


def test_main_exits_with_the_code_and_keeps_libraries_quiet(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["nexusplanner", "verify", "absent.json"])
    monkeypatch.setattr(sys, "warnoptions", [])
    handlers = list(logging.getLogger().handlers)
    try:
        with warnings.catch_warnings(), pytest.raises(SystemExit) as left:
            main()
    finally:
        logging.getLogger().handlers[:] = handlers
    assert left.value.code == 2
    assert capsys.readouterr().err.startswith("error: absent.json")


def test_debugging_leaves_warnings_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEXUSPLANNER_DEBUG", "1")
    monkeypatch.setattr(sys, "argv", ["nexusplanner", "--version"])
    before = list(warnings.filters)
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 0
    assert list(warnings.filters) == before
