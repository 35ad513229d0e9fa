"""Find the columns of a table: named by the caller, or by synonyms that exports use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from nexusplanner.adapters.tables.files import Column, TableFile
from nexusplanner.errors import InputError

Synonyms = Mapping[str, Sequence[str]]
"""Field -> names it goes by, the likeliest first."""

_MAX_LISTED = 12


def find_columns(table: TableFile, synonyms: Synonyms, *, given: Mapping[str, str]) -> dict[str, Column]:
    """Match fields to columns: those given by name first, then by synonyms.

    An exact name (but for case and white space) beats one that only matches without its
    punctuation, so that ``id`` wins over ``_id``.

    Raises:
        InputError: A column was given by name and is not there.
    """
    found: dict[str, Column] = {}
    for field, names in synonyms.items():
        column = named_column(table, given[field], field=field) if field in given else _by_synonym(table, names)
        if column is not None:
            found[field] = column
    return found


def named_column(table: TableFile, name: str, *, field: str) -> Column:
    """Return the column of that name.

    Raises:
        InputError: There is none; names the nearest one.
    """
    wanted = name.strip().casefold()
    for column in table.columns:
        if column.name.casefold() == wanted or column.unique.casefold() == wanted:
            return column
    near = get_close_matches(name, [c.name for c in table.columns], n=1)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    raise InputError(
        "there is no such column",
        source=table.name,
        field=field,
        value=name,
        fix=f"{hint}{_listed(table)}",
    )


def require(
    table: TableFile,
    found: Mapping[str, Column],
    fields: Iterable[str],
    *,
    synonyms: Synonyms,
) -> None:
    """Insist that fields were found.

    Raises:
        InputError: One was not; names the columns there are, the names it goes by, and the option
            that says which one it is.
    """
    for field in fields:
        if field in found:
            continue
        loose = {_squeezed(c.name): c.name for c in table.columns if c.name}
        near = [m for name in synonyms[field] for m in get_close_matches(_squeezed(name), loose, n=1, cutoff=0.75)]
        example = loose[near[0]] if near else "<column>"
        hint = f"Perhaps {loose[near[0]]!r}: add" if near else "Add"
        raise InputError(
            f"no column for it; it goes by {', '.join(synonyms[field][:5])}",
            source=table.name,
            field=field,
            fix=f"{hint} ?{field}={example}. {_listed(table)}",
        )


def _by_synonym(table: TableFile, names: Sequence[str]) -> Column | None:
    for fold in (_exact, _squeezed):
        by_name: dict[str, Column] = {}
        for column in table.columns:
            by_name.setdefault(fold(column.name), column)
        for name in names:
            if column_of := by_name.get(fold(name)):
                return column_of
    return None


def _exact(name: str) -> str:
    return "_".join(name.casefold().replace("-", " ").split())


def _squeezed(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def _listed(table: TableFile) -> str:
    names = [c.name or c.unique for c in table.columns]
    more = f" and {len(names) - _MAX_LISTED} more" if len(names) > _MAX_LISTED else ""
    return f"Columns found: {', '.join(n[:40] for n in names[:_MAX_LISTED])}{more}."
