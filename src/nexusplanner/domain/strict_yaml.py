"""YAML, strictly: every scalar is text, and nothing refers to anything else.

Text keeps what the author typed: ``NO`` stays a country, ``0.10`` keeps its digits, ``2026-03-01``
stays a date in letters until the brief's own types read it. Built on the parser's events rather
than on a loader, so that depth, anchors, tags and duplicate keys are refused before anything is built.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from nexusplanner.domain.plain_file import dotted, too_many
from nexusplanner.errors import InputError

_ABSENT = frozenset({"", "~", "null", "Null", "NULL"})
_PARSER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass
class _Open:
    """A collection that is being read."""

    value: dict[str, object] | list[object]
    at: tuple[object, ...]
    key: str | None = None
    lines: dict[str, int] = field(default_factory=dict)


def parse_yaml(text: str, *, source: str, max_depth: int, max_values: int) -> object:
    """Parse one YAML document into dicts, lists and text; an empty document is None.

    Plain scalars that mean nothing (empty, ``~``, ``null``) are left out of their collection.

    Raises:
        InputError: Not YAML, several documents, an anchor, alias or tag, a duplicate key, too deep;
            names line and column.
    """
    try:
        return _built(yaml.parse(text, Loader=_PARSER), source=source, max_depth=max_depth, max_values=max_values)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        if "nesting" in str(error.problem):  # later parsers count the levels themselves, and look ahead of us
            raise InputError(
                f"{place}nested too deeply", source=source, fix="Check that this is the right file."
            ) from None
        raise InputError(
            f"{place}not YAML: {error.problem or error.context}",
            source=source,
            fix="Correct that line; text with ': ', '#' or a bracket in it needs quotes.",
        ) from None
    except yaml.YAMLError:
        raise InputError("not YAML: a character that is not text", source=source, fix="Remove it.") from None


def _built(events: Iterator[yaml.Event], *, source: str, max_depth: int, max_values: int) -> object:
    root: list[object] = []
    stack = [_Open(root, ())]
    documents = 0
    for count, event in enumerate(events):
        if count > 2 * max_values:
            raise too_many(source, max_values)
        documents += isinstance(event, yaml.DocumentStartEvent)
        if documents > 1:
            raise _refused("a second document", event, source, "Keep one document a file.")
        if isinstance(event, yaml.CollectionEndEvent):
            stack.pop()
        elif isinstance(event, yaml.NodeEvent):
            _check_node(event, source)
            _take(event, stack, source)
        if len(stack) > max_depth:
            raise _refused("nested too deeply", event, source, "Check that this is the right file.")
    return root[0] if root else None


def _take(event: yaml.NodeEvent, stack: list[_Open], source: str) -> None:
    parent = stack[-1]
    if isinstance(parent.value, dict) and parent.key is None:
        parent.key = _key(event, parent, source)
        return
    if isinstance(event, yaml.ScalarEvent):
        if event.implicit[0] and event.value in _ABSENT:
            parent.key = None
        else:
            _put(event.value, parent)
        return
    value: dict[str, object] | list[object] = {} if isinstance(event, yaml.MappingStartEvent) else []
    at = (
        *parent.at,
        parent.key if isinstance(parent.value, dict) else len(parent.value),
    )
    _put(value, parent)
    stack.append(_Open(value, at))


def _put(value: object, parent: _Open) -> None:
    if isinstance(parent.value, dict):
        parent.value[str(parent.key)] = value
        parent.key = None
    else:
        parent.value.append(value)


def _key(event: yaml.NodeEvent, parent: _Open, source: str) -> str:
    if not isinstance(event, yaml.ScalarEvent):
        raise _refused("a key is not text", event, source, "Write 'key: value'.")
    key, line = str(event.value), event.start_mark.line + 1 if event.start_mark else 0
    if key in parent.lines:
        raise InputError(
            f"line {line}: the key stands twice, first in line {parent.lines[key]}",
            source=source,
            field=dotted((*parent.at[1:], key)),
            fix="Keep one of the two.",
        )
    parent.lines[key] = line
    return key


def _check_node(event: yaml.NodeEvent, source: str) -> None:
    if isinstance(event, yaml.AliasEvent) or event.anchor:
        raise _refused(
            "anchors and aliases ('&', '*') are not read",
            event,
            source,
            "Write the value out.",
        )
    if getattr(event, "tag", None):
        raise _refused(
            "tags ('!') are not read",
            event,
            source,
            "Remove it, or put the text in quotes.",
        )


def _refused(problem: str, event: yaml.Event, source: str, fix: str) -> InputError:
    mark = event.start_mark
    place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
    return InputError(f"{place}{problem}", source=source, fix=fix)
