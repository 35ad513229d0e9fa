"""Errors at the door: one line, the right code, a traceback only where it is asked for."""

from __future__ import annotations

import sys

import pytest

from nexusplanner import errors
from nexusplanner.cli.errors import code_of, guarded


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.InputError("x"), 2),
        (errors.BriefIncomplete(["x?"], missing=["x"]), 2),
        (errors.InfeasibleBudget("x"), 2),
        (errors.ConfigurationError("x"), 2),
        (errors.MissingExtraError("x", extra="y"), 2),
        (errors.TenantError("x"), 2),
        (errors.BudgetExceeded("x"), 3),
        (errors.ProviderTransientError("x"), 1),
        (errors.ApprovalError("x"), 1),
        (errors.StorageError("x"), 1),
        (errors.VerificationError("x"), 1),
    ],
)
def test_every_error_has_its_exit_code(error: errors.NexusError, code: int) -> None:
    assert code_of(error) == code


def test_a_fault_of_the_program_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(_failing(ValueError("first\nsecond \x1b[31m"))) == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert told.startswith("error: ValueError: first second ")
    assert "\x1b" not in told
    assert "NEXUSPLANNER_DEBUG=1" in told


def test_a_traceback_where_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEXUSPLANNER_DEBUG", "1")
    with pytest.raises(ValueError, match="here"):
        guarded(_failing(ValueError("here")))


def test_an_interrupt_is_130(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(_failing(KeyboardInterrupt())) == 130
    assert capsys.readouterr().err == "error: interrupted.\n"


def test_a_reader_that_left_is_no_fault(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", sys.stdout)  # put back what the guard replaces
    assert guarded(_failing(BrokenPipeError())) == 141
    assert capsys.readouterr().err == ""
    sys.stdout.close()


def _failing(error: BaseException):  # type: ignore[no-untyped-def]
    def work() -> int:
        raise error

    return work
