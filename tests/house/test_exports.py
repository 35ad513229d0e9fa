"""The root is a short, sorted list of names that all exist."""

from __future__ import annotations

import inspect

from tests.house.source_tree import PACKAGE, ROOT

import nexusplanner

MOST_NAMES = 30


def test_the_root_exports_few_names_in_order() -> None:
    names = list(nexusplanner.__all__)
    assert len(names) <= MOST_NAMES
    assert names == sorted(set(names))


def test_every_exported_name_can_be_had_and_says_what_it_is() -> None:
    for name in nexusplanner.__all__:
        thing = getattr(nexusplanner, name)
        assert inspect.getdoc(thing), f"{name} has no docstring"


def test_an_unknown_name_is_an_attribute_error() -> None:
    assert not hasattr(nexusplanner, "Plannner")


def test_dir_lists_what_is_exported() -> None:
    assert set(nexusplanner.__all__) <= set(dir(nexusplanner))


def test_a_calculator_is_a_function_also_after_its_module_was_loaded() -> None:
    """A module named as its function would stand in the function's place once anything imports it."""
    from nexusplanner import calculators

    modules = {path.stem for path in (ROOT / PACKAGE / "calculators").glob("*.py")}
    assert modules.isdisjoint(calculators.__all__)
    assert set(calculators._HOME) == set(calculators.__all__)
    assert [*calculators.__all__] == sorted(calculators.__all__)
