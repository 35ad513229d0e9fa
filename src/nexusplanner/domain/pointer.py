"""JSON pointers (RFC 6901): build, follow, and walk a tree by them."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import JsonValue

_Absent = type("_Absent", (), {"__repr__": lambda self: "nothing"})  # noqa: ARG005
ABSENT = _Absent()
"""What a pointer to nothing leads to."""


def escaped(part: str | int) -> str:
    """Write one step of a pointer."""
    return str(part).replace("~", "~0").replace("/", "~1")


def follow(tree: JsonValue, pointer: str) -> object:
    """Return what a pointer leads to, or ``ABSENT``."""
    here: object = tree
    if pointer and not pointer.startswith("/"):
        return ABSENT
    for raw in pointer.split("/")[1:]:
        step = raw.replace("~1", "/").replace("~0", "~")
        if isinstance(here, dict) and step in here:
            here = here[step]
        elif isinstance(here, list) and step.isascii() and step.isdigit() and int(step) < len(here):
            here = here[int(step)]
        else:
            return ABSENT
    return here


def children(node: object) -> Iterator[tuple[str | int, JsonValue]]:
    """Yield what is directly below a node: keys in sorted order, or indices."""
    if isinstance(node, dict):
        yield from sorted(node.items())
    elif isinstance(node, list):
        yield from enumerate(node)


def leaves(node: JsonValue, pointer: str = "") -> Iterator[tuple[str, JsonValue]]:
    """Yield every value that has nothing below it, with its pointer; empty collections count as such."""
    if isinstance(node, dict | list) and node:
        for key, child in children(node):
            yield from leaves(child, f"{pointer}/{escaped(key)}")
    else:
        yield pointer, node
