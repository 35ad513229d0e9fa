"""The command line: parse, call the planner, print."""

from __future__ import annotations


def main() -> None:
    """Run the command line on the process's own arguments, and exit with its code."""
    import sys

    from nexusplanner.cli.app import run
    from nexusplanner.cli.errors import is_debugging, quieten

    if not is_debugging():
        quieten()
    sys.exit(run(sys.argv[1:]))


__all__ = ["main"]
