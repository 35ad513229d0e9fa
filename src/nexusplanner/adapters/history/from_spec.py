"""Build a ``CsvHistory`` from its spec."""

from __future__ import annotations

from pathlib import Path

from nexusplanner.adapters.history.csv import CsvHistory
from nexusplanner.adapters.history.fields import COLUMN_OPTIONS
from nexusplanner.adapters.specs import Spec, check_options, encoding_option, share_option
from nexusplanner.errors import InputError

_SETTINGS = frozenset({"max_bad_share", "date_format", "encoding"})


def csv_history(spec: Spec, *, base: Path) -> CsvHistory:
    """Build a channel history from ``csv:`` and one file.

    Raises:
        InputError: An option is wrong, or there is not exactly one file.
    """
    check_options(spec, known=COLUMN_OPTIONS | _SETTINGS, what="history")
    paths = spec.paths(base=base)
    if len(paths) != 1:
        raise InputError("not one file", field="history", value=spec.location, fix="Name one file.")
    return CsvHistory(
        paths[0],
        columns={field: column for field, column in spec.options.items() if field in COLUMN_OPTIONS},
        max_bad_share=share_option(spec, "max_bad_share", 0.05, what="history"),
        date_format=spec.options.get("date_format", ""),
        encoding=encoding_option(spec, what="history"),
    )
