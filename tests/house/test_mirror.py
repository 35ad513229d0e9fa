"""The tests mirror the source: who opens a folder knows where its tests are.

A folder, not a file: small files are tested together where they work together, and the floor under
coverage finds those that no test reaches.
"""

from __future__ import annotations

import ast
from pathlib import PurePosixPath

import pytest
from tests.house.source_tree import PACKAGE, Module, modules, project_files

TESTED_ELSEWHERE: dict[str, str] = {
    # A file, or a folder with all below it -> the test that stands for it. Say nothing that is not so.
    "ports/": "tests/contract/",
    "testing/": "tests/contract/",
}


def has_logic(module: Module) -> bool:
    """Tell whether a module does anything that a test could check; lists of names and types do not."""
    return any(
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not _is_lazy_door(node)
        for node in ast.walk(module.tree)
    )


def _is_lazy_door(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return node.name in {"__getattr__", "__dir__"}


def places_of_test(path: str) -> tuple[str, ...]:
    """Return where the tests of a source file may stand: its folder's mirror, or one file for the folder."""
    inside = PurePosixPath(path.removeprefix(f"{PACKAGE}/"))
    mirror = PurePosixPath("tests/unit")
    if not inside.parent.name:
        return ((mirror / f"test_{inside.stem}.py").as_posix(),)
    return (
        (mirror / inside.parent / "test_").as_posix(),
        (mirror / inside.parent.parent / f"test_{inside.parent.name}.py").as_posix(),
    )


def unmirrored(source: tuple[Module, ...], files: tuple[str, ...]) -> list[str]:
    """Name the source files in whose folder's mirror no test stands."""
    return [
        f"{module.path}: expected {places_of_test(module.path)[0]}*"
        for module in source
        if has_logic(module)
        and not module.path.removeprefix(f"{PACKAGE}/").startswith(tuple(TESTED_ELSEWHERE))
        and not _stands_there(places_of_test(module.path), files)
    ]


def _stands_there(places: tuple[str, ...], files: tuple[str, ...]) -> bool:
    return any(name.startswith(places) for name in files)


def test_every_folder_with_logic_has_its_tests() -> None:
    faults = unmirrored(modules(PACKAGE), project_files())
    assert not faults, f"{len(faults)} files:\n" + "\n".join(faults)


def test_what_is_tested_elsewhere_is_there_and_so_is_its_test() -> None:
    for place, test in TESTED_ELSEWHERE.items():
        assert any(name.startswith(f"{PACKAGE}/{place}") for name in project_files()), place
        assert any(name.startswith(test) for name in project_files()), test


@pytest.mark.parametrize(
    ("files", "faults"),
    [
        ((), 1),
        (("tests/unit/llm/test_purse.py",), 0),
        (("tests/unit/test_llm.py",), 0),
        (("tests/unit/test_price.py",), 1),
    ],
)
def test_the_rule_finds_a_folder_without_tests(files: tuple[str, ...], faults: int) -> None:
    module = Module.parse(f"{PACKAGE}/llm/price.py", "def price(): return 1")
    assert len(unmirrored((module,), files)) == faults
