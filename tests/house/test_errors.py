"""Every error has a stable code of its own, a place in the tree that is drawn, and a page to read on."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from nexusplanner import errors


def error_types() -> Iterator[type[errors.NexusError]]:
    """Yield every public error of the tree, the root first."""
    waiting: list[type[errors.NexusError]] = [errors.NexusError]
    while waiting:
        error = waiting.pop(0)
        if error.__module__ == errors.__name__:
            yield error
            waiting += error.__subclasses__()


def test_every_error_has_a_code_of_its_own() -> None:
    codes = Counter(error.__dict__.get("code") for error in error_types())
    assert None not in codes, "an error inherits its parent's code"
    assert max(codes.values()) == 1


def test_a_code_begins_with_the_code_of_its_parent() -> None:
    for error in error_types():
        parent = next(base for base in error.__mro__[1:] if issubclass(base, Exception))
        if parent is not errors.NexusError and issubclass(parent, errors.NexusError):
            assert error.code.startswith(f"{parent.code}."), error.__name__


def test_every_error_is_in_the_drawing_and_nothing_else_is() -> None:
    drawn = {line.split("──")[-1].split()[0] for line in (errors.__doc__ or "").splitlines() if "──" in line}
    assert drawn | {"NexusError"} == {error.__name__ for error in error_types()}


def test_every_code_is_an_anchor_in_the_reference(root: Path) -> None:
    page = (root / "docs" / "reference" / "errors.md").read_text(encoding="utf-8")
    for error in error_types():
        assert f'<a id="{error.code}"></a>' in page, error.__name__
        assert (inspect.getdoc(error) or "").splitlines()[0] in page
