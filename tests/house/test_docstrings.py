"""Whatever is public says what it is for.

Ruff asks for docstrings on modules, classes and functions and reads their first line (D1, D401). This
adds methods: a method needs its own, unless it answers one that is told at its port or its parent.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

import pytest
from tests.house.source_tree import PACKAGE, Function, Module, modules

_THIRD_PERSON = re.compile(r"(?:This|These|It|Returns|Gets|Creates|Reads|Writes|Checks|Builds|Computes|Makes)\b")
_FRAMEWORKS = frozenset({"settings_customise_sources", "model_post_init"})


def undocumented(module: Module, told: Iterable[str] = ()) -> list[str]:
    """Name the public classes and functions of a module that say nothing, or not what the caller gets."""
    known, faults = frozenset(told) | _FRAMEWORKS, []
    for holder, node in _public(module.tree):
        is_method = isinstance(holder, ast.ClassDef)
        doc = ast.get_docstring(node)
        name = f"{holder.name}.{node.name}" if isinstance(holder, ast.ClassDef) else node.name
        if doc is None and not (is_method and node.name in known):
            faults.append(f"{module.path}:{node.lineno}: {name} has no docstring")
        elif doc and isinstance(node, Function) and _THIRD_PERSON.match(doc) and not _states_a_fact(node):
            faults.append(f"{module.path}:{node.lineno}: {name}: begin with an imperative, not {doc.split()[0]!r}")
    return faults


def _public(
    tree: ast.Module | ast.ClassDef,
) -> Iterable[tuple[ast.Module | ast.ClassDef, ast.ClassDef | Function]]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef | Function) and not node.name.startswith("_"):
            if not _is_overload(node):
                yield tree, node
            if isinstance(node, ast.ClassDef):
                yield from _public(node)


def _is_overload(node: ast.ClassDef | Function) -> bool:
    return any(ast.unparse(d).endswith(("overload", ".setter")) for d in node.decorator_list)


def _states_a_fact(node: Function) -> bool:
    """Tell properties, which are nouns, and tests of the contract suites, which say what holds."""
    return node.name.startswith("test_") or any("property" in ast.unparse(d) for d in node.decorator_list)


def documented_methods(all_modules: Iterable[Module]) -> frozenset[str]:
    """Return the names of methods that some class tells about: those a port's adapter answers, for one."""
    return frozenset(
        node.name
        for module in all_modules
        for holder, node in _public(module.tree)
        if isinstance(holder, ast.ClassDef) and isinstance(node, Function) and ast.get_docstring(node)
    )


def test_everything_public_says_what_it_is_for() -> None:
    source = modules(PACKAGE)
    told = documented_methods(source)
    faults = [fault for module in source for fault in undocumented(module, told)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    "text",
    [
        "def plan(): pass",
        "class Planner: pass",
        "class Planner:\n    '''A planner.'''\n    def plan(self): pass",
        "def plan():\n    '''Returns a plan.'''",
        "async def plan():\n    '''This makes a plan.'''",
    ],
)
def test_the_rule_finds_silence_and_the_third_person(text: str) -> None:
    assert undocumented(Module.parse("planted.py", text))


@pytest.mark.parametrize(
    "text",
    [
        "def _plan(): pass",
        "def plan():\n    '''Return a plan.'''",
        "class Planner:\n    '''A planner.'''\n    @property\n    def plan(self):\n        '''The plan.'''",
    ],
)
def test_the_rule_leaves_the_rest_alone(text: str) -> None:
    assert not undocumented(Module.parse("planted.py", text))


def test_an_adapter_needs_no_second_telling_of_its_port() -> None:
    adapter = "class CsvCRM:\n    '''Customers in a file.'''\n    async def count(self): pass"
    assert undocumented(Module.parse("planted.py", adapter))
    assert not undocumented(Module.parse("planted.py", adapter), told=["count"])
