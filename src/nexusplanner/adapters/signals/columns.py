"""Which column holds what: by its own name, a synonym, or as told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from nexusplanner.errors import InputError

SYNONYMS: dict[str, tuple[str, ...]] = {
    "title": ("title", "headline", "subject", "name"),
    "text": ("text", "summary", "description", "body", "content", "snippet", "message"),
    "url": ("url", "link", "href", "permalink"),
    "published_at": (
        "published_at",
        "published",
        "date",
        "timestamp",
        "pubdate",
        "published_date",
        "created_at",
        "time",
    ),
    "source": ("source", "publisher", "outlet", "site", "author", "feed"),
}


@dataclass(frozen=True)
class Columns:
    """The column of each field; a field without one is absent."""

    of_field: Mapping[str, str]

    @classmethod
    def match(
        cls,
        row: Mapping[str, str],
        *,
        explicit: Mapping[str, str],
        name: str,
        is_table: bool,
    ) -> Columns:
        """Find the columns in a row's keys.

        Args:
            row: A row; its keys are the columns.
            explicit: Columns told by the caller; these win.
            name: The file, for errors.
            is_table: Whether every row has the same columns, so that one that is lacking is the file's fault.

        Raises:
            InputError: A column that was told is not there, or a table has no title, text or date.
        """
        by_name = {_plain(column): column for column in reversed(list(row))}
        found = {
            field: by_name[synonym]
            for field, synonyms in SYNONYMS.items()
            for synonym in reversed(synonyms)
            if synonym in by_name
        }
        if is_table:
            _check_explicit(row, explicit, name=name)
        found.update({field: column for field, column in explicit.items() if column in row})
        if is_table and not ({"title", "text"} & found.keys() and "published_at" in found):
            lacking = "published_at" if {"title", "text"} & found.keys() else "title"
            near = get_close_matches(lacking, list(row), n=1, cutoff=0.5)
            hint = f"Is it {near[0]!r}? Then write {lacking}={near[0]}. " if near else ""
            raise InputError(
                "the column is missing",
                source=name,
                field=lacking,
                fix=f"{hint}Columns found: {', '.join(list(row)[:12])}.",
            )
        return cls(found)

    def pick(self, row: Mapping[str, str]) -> dict[str, str]:
        """Return the fields of a row; an absent one is empty."""
        return {field: row.get(self.of_field.get(field, ""), "") for field in SYNONYMS}


def _check_explicit(row: Mapping[str, str], explicit: Mapping[str, str], *, name: str) -> None:
    for field, column in explicit.items():
        if column not in row:
            raise InputError(
                f"there is no column for {field}",
                source=name,
                value=column,
                fix=f"Columns found: {', '.join(list(row)[:12])}.",
            )


def _plain(column: str) -> str:
    return column.strip().casefold().replace(" ", "_").replace("-", "_")
