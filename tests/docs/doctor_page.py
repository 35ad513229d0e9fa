"""The page of ``nexusplanner doctor``, from the checks as they stand."""

from __future__ import annotations

import inspect
from pathlib import Path

from nexusplanner.cli.checkup import CHECKS, opened_settings

_HEAD = """\
# What doctor looks at

`nexusplanner doctor` looks at everything a plan depends on, changes nothing, and shows no key. Each line is `good`, a
`warning`, or `broken` with what to do next; if one is broken it exits with 1. `--json` prints the same for programs:
`what`, `state`, `detail`, `fix`.

| check | what it does |
|---|---|
| Settings | Read `nexusplanner.toml` and the environment. |
"""


def doctor_page(root: Path) -> str:
    """Write a row a check."""
    del root
    looks = {"Secrets": opened_settings, **CHECKS}
    rows = ((name, (inspect.getdoc(look) or "").splitlines()[0]) for name, look in looks.items())
    return _HEAD + "".join(f"| {name} | {told} |\n" for name, told in rows)
