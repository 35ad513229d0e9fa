"""Run the command line as ``python -m nexusplanner``."""

from __future__ import annotations

from nexusplanner.cli import main

if __name__ == "__main__":
    main()
