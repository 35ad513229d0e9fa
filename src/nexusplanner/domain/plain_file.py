"""Files from strangers: read with a cap, decoded strictly, parsed without surprises into plain data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import NoReturn

from nexusplanner.errors import InputError, shown

MAX_DEPTH = 64
MAX_VALUES = 5_000_000
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_LONG_KEY = re.compile(r"""(?<![\w-])(?:(?:[A-Za-z0-9_-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){33}""")


def read_text(path: Path, *, max_bytes: int) -> str:
    """Read a UTF-8 text file whose size is checked before a byte of it is read.

    Raises:
        InputError: No such file, not a file, too large, not readable, not UTF-8.
    """
    source = path.name or str(path)
    try:
        if not path.is_file():
            there = "is not a file" if path.exists() else "there is no such file"
            raise InputError(there, source=str(path), fix="Check the path.")
        _check_size(path.stat().st_size, source=source, max_bytes=max_bytes)
        with path.open("rb") as file:
            content = file.read(max_bytes + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(
            f"cannot be read: {reason}",
            source=source,
            fix="Check the path and its rights.",
        ) from None
    _check_size(len(content), source=source, max_bytes=max_bytes)
    return _decoded(content, source=source)


def _check_size(size: int, *, source: str, max_bytes: int) -> None:
    if size > max_bytes:
        raise InputError(
            f"the file has {size:,} bytes, more than the {max_bytes:,} that are read",
            source=source,
            fix="Hand in the right file, or a smaller one.",
        )


def _decoded(content: bytes, *, source: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"line {line}: not UTF-8",
            source=source,
            value=content[error.start : error.start + 1],
            fix="Save the file as UTF-8.",
        ) from None


def parse_json(text: str, *, source: str, exact: bool = True) -> object:
    """Parse one JSON value; duplicate keys, NaN and infinities are refused.

    Args:
        text: The JSON text.
        source: The file's name, for errors.
        exact: Read fractions as ``Decimal`` with all their digits, not as ``float``.

    Raises:
        InputError: Not JSON; names line and column.
    """

    def refuse_constant(name: str) -> NoReturn:
        raise InputError(
            "not a finite number",
            source=source,
            value=name,
            fix="Write a number, or leave it out.",
        )

    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        return _without_duplicates(pairs, source=source)

    try:
        return json.loads(
            text,
            parse_float=Decimal if exact else float,
            parse_constant=refuse_constant,
            object_pairs_hook=unique,
        )
    except json.JSONDecodeError as error:
        raise InputError(
            f"line {error.lineno}, column {error.colno}: not JSON: {error.msg}",
            source=source,
            fix="Correct that line.",
        ) from None
    except (ValueError, InvalidOperation):
        raise InputError("a number has too many digits", source=source, fix="Write fewer digits.") from None
    except RecursionError:
        raise too_deep(source) from None


def parse_toml(text: str, *, source: str) -> dict[str, object]:
    """Parse TOML; fractions keep their digits.

    Raises:
        InputError: Not TOML; names line and column.
    """
    import tomllib

    # The standard parser takes time and memory squared in the parts of a dotted key.
    if _LONG_KEY.search(text):
        raise too_deep(source)
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"not TOML: {error}", source=source, fix="Correct that line.") from None
    except (ValueError, InvalidOperation):
        raise InputError("a number has too many digits", source=source, fix="Write fewer digits.") from None
    except RecursionError:
        raise too_deep(source) from None


def check_plain(value: object, *, source: str, max_depth: int = MAX_DEPTH, max_values: int = MAX_VALUES) -> None:
    """Refuse what no file of ours may hold: great depth or number, NUL, control characters, lone surrogates.

    Raises:
        InputError: Names the field.
    """
    stack: list[tuple[object, tuple[object, ...]]] = [(value, ())]
    seen = 0
    while stack:
        node, path = stack.pop()
        seen += 1
        if seen > max_values:
            raise too_many(source, max_values)
        if len(path) > max_depth:
            raise too_deep(source)
        if isinstance(node, str):
            _check_text(node, source=source, field=dotted(path))
        elif isinstance(node, Mapping):
            for key, child in node.items():
                if not isinstance(key, str):
                    raise InputError(
                        "a key is not text",
                        source=source,
                        field=dotted(path),
                        value=key,
                    )
                _check_text(key, source=source, field=dotted(path))
                stack.append((child, (*path, key)))
        elif isinstance(node, list | tuple):
            stack.extend((child, (*path, i)) for i, child in enumerate(node))


def dotted(path: Iterable[object]) -> str:
    """Write a path into plain data as ``budget.amount`` or ``brand.must_say[2]``; long parts are cut."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += ("." if text else "") + _short(str(part))
    return text


def _short(part: str) -> str:
    return part if len(part) <= 60 else f"{part[:59]}…"


def _check_text(text: str, *, source: str, field: str) -> None:
    found = _CONTROL.search(text)
    if found:
        raise InputError(
            f"the character {shown(found.group())} is not text",
            source=source,
            field=field,
            fix="Remove it.",
        )


def _without_duplicates(pairs: list[tuple[str, object]], *, source: str) -> dict[str, object]:
    table = dict(pairs)
    if len(table) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise InputError(
            "the key stands twice",
            source=source,
            field=dotted([twice]),
            fix="Keep one of the two.",
        )
    return table


def too_deep(source: str) -> InputError:
    """Say that a file is nested too deeply."""
    return InputError("nested too deeply", source=source, fix="Check that this is the right file.")


def too_many(source: str, max_values: int) -> InputError:
    """Say that a file holds too many values."""
    return InputError(f"more than {max_values:,} values", source=source, fix="Check that this is the right file.")
