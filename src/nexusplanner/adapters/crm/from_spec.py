"""Build a ``CsvCRM`` from its spec."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from nexusplanner.adapters.crm.csv import CsvCRM
from nexusplanner.adapters.crm.fields import COLUMN_OPTIONS, ORDER_FIELDS, ORDER_NEEDS
from nexusplanner.adapters.specs import (
    Spec,
    check_options,
    encoding_option,
    share_option,
)
from nexusplanner.adapters.tables.columns import find_columns
from nexusplanner.adapters.tables.files import Encoding, open_table
from nexusplanner.errors import InputError

_SUFFIXES = (".csv", ".parquet", ".tsv")
_SETTINGS = frozenset({"max_bad_share", "currency", "currency_column", "as_of", "date_format", "encoding"})


def csv_crm(spec: Spec, *, base: Path) -> CsvCRM:
    """Build a customer base from ``csv:`` and a file, two files, or a folder.

    One file is a transactions file where it has a date and an amount beside the customer id, and a
    customers file otherwise.

    Raises:
        InputError: An option is wrong, or no file is there.
    """
    check_options(spec, known=COLUMN_OPTIONS | _SETTINGS, what="crm")
    columns = {field: column for field, column in spec.options.items() if field in COLUMN_OPTIONS - {"currency"}}
    if "currency_column" in spec.options:
        columns["currency"] = spec.options["currency_column"]
    encoding = encoding_option(spec, what="crm")
    transactions, customers = _files(spec, base=base, columns=columns, encoding=encoding)
    return CsvCRM(
        transactions,
        customers,
        columns=columns,
        max_bad_share=share_option(spec, "max_bad_share", 0.05, what="crm"),
        currency=spec.options.get("currency"),
        as_of=_day(spec),
        date_format=spec.options.get("date_format", ""),
        encoding=encoding,
    )


def _files(
    spec: Spec, *, base: Path, columns: Mapping[str, str], encoding: Encoding
) -> tuple[Path | None, Path | None]:
    paths = spec.paths(base=base)
    if len(paths) == 1 and paths[0].is_dir():
        return _in_folder(paths[0])
    if len(paths) > 2:
        raise InputError(
            "more than two files",
            field="crm",
            value=spec.location,
            fix="Name transactions and customers.",
        )
    has_orders = [_holds_orders(path, columns=columns, encoding=encoding) for path in paths]
    if len(paths) == 1:
        return (paths[0], None) if has_orders[0] else (None, paths[0])
    if has_orders[0] == has_orders[1]:
        # Which is which cannot be told; as named, so that the error says what is missing.
        return paths[0], paths[1]
    return (paths[0], paths[1]) if has_orders[0] else (paths[1], paths[0])


def _holds_orders(path: Path, *, columns: Mapping[str, str], encoding: Encoding) -> bool:
    table = open_table(path, encoding=encoding)
    there = {column.name.casefold() for column in table.columns}
    given = {field: name for field, name in columns.items() if name.casefold() in there}
    return set(ORDER_NEEDS) <= set(find_columns(table, ORDER_FIELDS, given=given))


def _in_folder(folder: Path) -> tuple[Path | None, Path | None]:
    def named(stem: str) -> Path | None:
        return next(
            (path for path in (folder / f"{stem}{s}" for s in _SUFFIXES) if path.is_file()),
            None,
        )

    transactions, customers = named("transactions"), named("customers")
    if transactions is None and customers is None:
        raise InputError(
            "neither transactions nor customers are in this folder",
            source=str(folder),
            field="crm",
            fix="Put transactions.csv and/or customers.csv there, or name the files.",
        )
    return transactions, customers


def _day(spec: Spec) -> date | None:
    raw = spec.options.get("as_of")
    try:
        return None if raw is None else date.fromisoformat(raw)
    except ValueError:
        raise InputError("not a date", field="crm.as_of", value=raw, fix="Write it as YYYY-MM-DD.") from None
