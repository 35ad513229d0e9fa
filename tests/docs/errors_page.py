"""The page of errors, from the tree in ``nexusplanner.errors``."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

from nexusplanner import errors

_HEAD = """\
# Errors

Every error this library raises on purpose is a `NexusError`: one type for each different reaction of the caller.
`code` is stable and is the anchor on this page; `str(error)` is one line that ends with what to do next. The command
line prints that line and exits with 2 where the input or the usage is wrong, with 3 where a limit stopped the work,
else with 1.

```text
{tree}
```
"""


def errors_page(root: Path) -> str:
    """Write the tree, then a section an error."""
    del root
    drawing = [line[4:] for line in (errors.__doc__ or "").splitlines() if line.startswith("    ")]
    sections = "".join(_section(error, depth) for error, depth in _tree(errors.NexusError, 2))
    return _HEAD.format(tree="\n".join(drawing)) + sections


def _tree(error: type[errors.NexusError], depth: int) -> Iterator[tuple[type[errors.NexusError], int]]:
    yield error, depth
    for child in error.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from _tree(child, min(depth + 1, 4))


def _section(error: type[errors.NexusError], depth: int) -> str:
    told = (inspect.getdoc(error) or "").splitlines()[0]
    parents = [base.__name__ for base in error.__bases__]
    return (
        f'\n<a id="{error.code}"></a>\n{"#" * depth} {error.__name__}\n\n'
        f"`{error.code}`, a kind of {' and '.join(f'`{name}`' for name in parents)}. {told}\n"
    )
