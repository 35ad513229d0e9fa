"""A customer base in CSV or Parquet files, read through DuckDB."""

from __future__ import annotations

import asyncio
import tempfile
import weakref
from collections.abc import Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from nexusplanner.adapters.crm.customer_base import summarise
from nexusplanner.adapters.crm.fields import COLUMN_OPTIONS
from nexusplanner.adapters.crm.loading import ORDER_ROWS, PEOPLE_ROWS, Reading, load
from nexusplanner.adapters.crm.measure import measure_rules
from nexusplanner.adapters.crm.rule import count_customers
from nexusplanner.adapters.tables.connection import connect, lock_down
from nexusplanner.adapters.tables.files import Encoding
from nexusplanner.adapters.tables.kept import Kept
from nexusplanner.domain.customers import CustomerSummary, RuleMeasures
from nexusplanner.domain.money import minor_unit
from nexusplanner.errors import ConfigurationError, InputError

if TYPE_CHECKING:
    import duckdb


class CsvCRM:
    """A customer base in files of orders, of customers, or both; satisfies the port ``CRM``.

    Every row of ``transactions`` is an order; ``customers`` adds consent, country, language and
    segment. People without an order belong to the base too. Where there is no transactions file,
    recency, frequency and money come from ``last_order``, ``orders`` and ``lifetime_value`` as far
    as the customers file has them; whatever it has not is 3 for everyone, the middle quintile.

    The files are read once and kept as a table in memory, and read again when they change. The
    files are one tenant's: bind an instance to the tenant it was made for.

    Args:
        transactions: CSV or Parquet file with a customer id, a date and an amount a row.
        customers: CSV or Parquet file with a customer id a row.
        columns: Field -> column, where the synonyms do not find it (``{"amount": "spent"}``).
        max_bad_share: Share of bad rows, 0-1, above which a file is refused.
        currency: ISO 4217 code of the amounts.
        as_of: Last day to look at; later orders do not count. The last day of the data where left
            out (for a customers file without any date: the day it was written).
        date_format: ``strptime`` format of the dates, where it cannot be told from them.
        encoding: Encoding of CSV files.

    Raises:
        ConfigurationError: Neither file was named.
        InputError: A field in ``columns``, the share or the currency does not exist.
    """

    def __init__(
        self,
        transactions: Path | None,
        customers: Path | None = None,
        *,
        columns: Mapping[str, str] | None = None,
        max_bad_share: float = 0.05,
        currency: str | None = None,
        as_of: date | None = None,
        date_format: str = "",
        encoding: Encoding = "utf-8",
    ) -> None:
        if transactions is None and customers is None:
            raise ConfigurationError(
                "A customer base needs a file.",
                fix="Name a transactions or a customers file.",
            )
        unknown = sorted(set(columns or {}) - COLUMN_OPTIONS)
        if unknown:
            raise InputError(
                "unknown field",
                field="columns",
                value=unknown[0],
                fix=f"Fields: {', '.join(sorted(COLUMN_OPTIONS))}.",
            )
        if not 0.0 <= max_bad_share <= 1.0:
            raise InputError(
                "not a share between 0 and 1",
                field="max_bad_share",
                value=max_bad_share,
            )
        if currency is not None:
            minor_unit(currency)
        self._how = Reading(
            transactions=transactions,
            customers=customers,
            columns=dict(columns or {}),
            max_bad_share=max_bad_share,
            currency=currency,
            as_of=as_of,
            date_format=date_format,
            encoding=encoding,
        )
        self._kept = Kept(self._how.paths, partial(_read, self._how))
        # Also at the end of the process: DuckDB complains of connections that outlive the interpreter.
        self._release = weakref.finalize(self, self._kept.forget)

    def __repr__(self) -> str:
        return f"CsvCRM({', '.join(repr(path.name) for path in self._how.paths)})"

    async def summarise(self, *, tenant: str) -> CustomerSummary:
        """Summarise all customers into cells of recency, frequency and money.

        Raises:
            InputError: A file cannot be read, a column is missing, or too many rows are bad.
        """
        del tenant
        (_, summary), _ = await asyncio.to_thread(self._kept.current)
        return summary

    async def count(self, rule: str, *, tenant: str) -> int:
        """Run a segment's rule, one ``SELECT`` over ``customer_summary``, and count its customers.

        Raises:
            InputError: The rule is anything else, or the files cannot be read.
        """
        del tenant
        return await asyncio.to_thread(self._count, rule)

    async def measure(self, rules: Mapping[str, str], *, tenant: str) -> RuleMeasures:
        """Summarise the customers of each rule, and count those whom two rules share.

        Raises:
            InputError: A rule does not run (``field`` is ``rules.<name>``), or the files cannot be read.
        """
        del tenant
        return await asyncio.to_thread(self._measure, rules)

    async def sha256(self) -> dict[str, str]:
        """Return file name -> sha256 of its bytes, as read."""
        _, digests = await asyncio.to_thread(self._kept.current)
        return {path.name: digest for path, digest in zip(self._how.paths, digests, strict=True)}

    def close(self) -> None:
        """Let go of the table in memory; a later call reads the files again."""
        self._kept.forget()

    def _count(self, rule: str) -> int:
        (con, _), _ = self._kept.current()
        return count_customers(con, rule)

    def _measure(self, rules: Mapping[str, str]) -> RuleMeasures:
        (con, summary), _ = self._kept.current()
        return measure_rules(con, rules, summary=summary)


def _read(how: Reading) -> tuple[duckdb.DuckDBPyConnection, CustomerSummary]:
    with tempfile.TemporaryDirectory(prefix="nexusplanner-") as spill:
        con = connect(spill=spill)
        try:
            summary = summarise(con, load(con, how))
            con.execute(f"DROP TABLE IF EXISTS {ORDER_ROWS}")
            con.execute(f"DROP TABLE IF EXISTS {PEOPLE_ROWS}")
            lock_down(con)
        except BaseException:
            con.close()
            raise
    return con, summary
