"""Names say what a thing is."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

import pytest
from tests.house.source_tree import Module, modules

SAYS_NOTHING = frozenset({"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers"})
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_VERSION = re.compile(r"_v\d+$|V\d+$")


def vague(module: Module) -> list[str]:
    """Name what in a module has a name that says nothing."""
    path = PurePosixPath(module.path)
    places = [part for part in (*path.parent.parts, path.stem) if part != "__init__"]
    faults = [f"{module.path}: {part!r}" for part in places if _is_vague(part) or part == "base"]
    names = [(f.lineno, f.name) for f in module.functions()] + [(c.lineno, c.name) for c in module.classes()]
    faults += [f"{module.path}:{line}: {name}" for line, name in names if _is_vague(name)]
    return faults


def _is_vague(name: str) -> bool:
    words = [word.lower() for word in _WORDS.findall(name)]
    return bool(SAYS_NOTHING.intersection(words) or _VERSION.search(name) or (words and words[-1] == "impl"))


def test_every_name_says_something() -> None:
    faults = [fault for m in modules("src", "tests", "examples", "graphs") for fault in vague(m)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("src/nexusplanner/llm/utils.py", ""),
        ("src/nexusplanner/common/money.py", ""),
        ("src/nexusplanner/adapters/base.py", ""),
        ("a.py", "class RunManager: pass"),
        ("a.py", "class PlannerImpl: pass"),
        ("a.py", "def fit_v2(): pass"),
        ("a.py", "def money_helper(): pass"),
    ],
)
def test_the_rule_finds_a_vague_name(path: str, text: str) -> None:
    assert vague(Module.parse(path, text))


@pytest.mark.parametrize("text", ["class Managed: pass", "def implied_cost(): pass", "class BaseRate: pass"])
def test_the_rule_leaves_a_telling_name_alone(text: str) -> None:
    assert not vague(Module.parse("src/nexusplanner/llm/budgeted.py", text))
