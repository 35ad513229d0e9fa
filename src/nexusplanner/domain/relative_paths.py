"""Paths in a file of settings start at the file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path

Place = tuple[str, ...]
"""Keys from the root of the table down to a value."""


def resolved(
    table: Mapping[str, object], folder: Path, *, paths: Collection[Place], specs: Collection[Place]
) -> dict[str, object]:
    """Return a table whose paths start at a folder.

    Args:
        table: Plain data; it stays as it is.
        folder: Where the file is.
        paths: Where paths stand: a text, a list of texts, or a table of them.
        specs: Where specs (``kind:file,file?options``) stand.
    """
    return {key: _value(value, (key,), folder, paths, specs) for key, value in table.items()}


def _value(value: object, at: Place, folder: Path, paths: Collection[Place], specs: Collection[Place]) -> object:
    if isinstance(value, Mapping):
        return {key: _value(child, (*at, str(key)), folder, paths, specs) for key, child in value.items()}
    place = _place_of(at, paths, specs)
    if place is None:
        return value
    return [place(v, folder) for v in value] if isinstance(value, list) else place(value, folder)


def _place_of(at: Place, paths: Collection[Place], specs: Collection[Place]) -> Callable[[object, Path], object] | None:
    if at in specs:
        return _spec_in
    return _path_in if at in paths or at[:-1] in paths else None


def _path_in(value: object, folder: Path) -> object:
    return str(folder / Path(value).expanduser()) if isinstance(value, str) and value else value


def _spec_in(value: object, folder: Path) -> object:
    """Resolve the files of a spec, unless its location is a URL or absolute."""
    if not isinstance(value, str) or "://" in value:
        return value
    kind, colon, location = value.partition(":")
    files, mark, options = location.partition("?")
    if not colon or not files:
        return value
    return f"{kind}:{','.join(str(folder / file.strip()) for file in files.split(','))}{mark}{options}"
