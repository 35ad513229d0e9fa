"""Files and functions stay small enough to be read at once."""

from __future__ import annotations

import pytest
from tests.house.source_tree import Module, modules

MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 60


def oversize(module: Module) -> list[str]:
    """Name what is too long in a module."""
    lines = module.text.count("\n")
    faults = [f"{module.path}: {lines} lines"] if lines > MOST_LINES_OF_A_FILE else []
    for function in module.functions():
        size = (function.end_lineno or function.lineno) - function.lineno + 1
        if size > MOST_LINES_OF_A_FUNCTION:
            faults.append(f"{module.path}:{function.lineno}: {function.name} has {size} lines")
    return faults


def test_no_file_or_function_is_too_long() -> None:
    faults = [fault for m in modules("src", "tests", "examples", "graphs") for fault in oversize(m)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("x = 1\n" * 400, 0),
        ("x = 1\n" * 401, 1),
        ("def f():\n" + "    x = 1\n" * 59, 0),
        ("def f():\n" + "    x = 1\n" * 60, 1),
        ("class C:\n    async def f(self):\n" + "        x = 1\n" * 60, 1),
    ],
)
def test_the_rule_finds_what_is_too_long_and_nothing_else(text: str, faults: int) -> None:
    assert len(oversize(Module.parse("planted.py", text))) == faults
