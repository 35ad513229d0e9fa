"""From an exception to one line on standard error and an exit code.

  0  done
  1  the thing asked for failed
  2  wrong usage, input or set-up
  3  a limit stopped it
130  interrupted
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

import typer

from nexusplanner.errors import BudgetExceeded, ConfigurationError, InputError, NexusError, TenantError, one_line

DONE, FAILED, WRONG, LIMITED, INTERRUPTED, PIPE_CLOSED = 0, 1, 2, 3, 130, 141
DEBUG = "NEXUSPLANNER_DEBUG"


def guarded(work: Callable[[], int]) -> int:
    """Do the work and return its exit code; whatever it raises becomes one line and a code."""
    try:
        code = work()
        sys.stdout.flush()
        return code
    except NexusError as error:
        _complain(str(error))
        return code_of(error)
    except typer.Exit as exit_:
        return exit_.exit_code
    except typer.TyperException as error:
        _complain(f"{_stopped(error.format_message())} See: nexusplanner {_verb(error)}--help.")
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort) as error:
        cause = error.__cause__ if isinstance(error.__cause__, KeyboardInterrupt) else error
        _complain(" ".join(("interrupted.", *map(str, cause.args))))
        return INTERRUPTED
    except BrokenPipeError:
        return _leave_pipe()
    except Exception as error:
        if is_debugging():
            raise
        told = f"{type(error).__name__}: {error}"
        _complain(f"{_stopped(told)} This is a fault of the program: run again with {DEBUG}=1 for details.")
        return FAILED


def code_of(error: NexusError) -> int:
    """Return the exit code of an error."""
    if isinstance(error, InputError | ConfigurationError | TenantError):
        return WRONG
    return LIMITED if isinstance(error, BudgetExceeded) else FAILED


def is_debugging() -> bool:
    """Whether tracebacks and warnings are wanted."""
    return os.environ.get(DEBUG, "") not in ("", "0")


def quieten() -> None:
    """Keep the warnings and logs of libraries off the terminal, so that an error stays one line."""
    import logging
    import warnings

    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    logging.getLogger().addHandler(logging.NullHandler())


def _complain(text: str) -> None:
    print(f"error: {one_line(text)}", file=sys.stderr)  # noqa: T201 - the one place errors are told


def _stopped(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _verb(error: typer.TyperException) -> str:
    command = getattr(getattr(error, "ctx", None), "command", None)
    name = getattr(command, "name", None) or ""
    return f"{name} " if name and name != "nexusplanner" else ""


def _leave_pipe() -> int:
    # The reader is gone (``| head``): nothing more can be said, not even while the interpreter shuts down.
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - it stays open to the end
    return PIPE_CLOSED
