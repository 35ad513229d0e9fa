# ruff: noqa: S608 - names and values in the SQL are ours, or quoted by literal() and identifier()
"""Run a segment's rule on a locked database and count the customers it selects."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from nexusplanner.adapters.crm.rule_syntax import unfit
from nexusplanner.adapters.crm.view import VIEW, VIEW_COLUMNS
from nexusplanner.errors import InputError, one_line

if TYPE_CHECKING:
    import duckdb

MAX_RULE = 10_000
TIMEOUT_S = 10.0

_FIX = f"Write one SELECT of customer_id from {VIEW}; its columns are {', '.join(VIEW_COLUMNS)}."


def count_customers(con: duckdb.DuckDBPyConnection, rule: str) -> int:
    """Count the customers that a rule selects, each once.

    Args:
        con: A locked database that holds ``customer_summary``.
        rule: One ``SELECT customer_id FROM customer_summary WHERE ...``.

    Raises:
        InputError: The rule is no single SELECT over that view, does not run, or takes too long.
    """
    with con.cursor() as cursor, _running(cursor, rule, field="rule"):
        query = _single_select(cursor, rule)
        row = cursor.execute(f"SELECT count(*) FROM ({_selected(query)})").fetchone()
    return int(row[0]) if row else 0


def keep_selected(cursor: duckdb.DuckDBPyConnection, rule: str, *, table: str, field: str) -> None:
    """Keep the places of a rule's customers in ``customer_summary``, in a temporary table of the cursor's own.

    Raises:
        InputError: As :func:`count_customers`, naming ``field``.
    """
    with _running(cursor, rule, field=field):
        query = _single_select(cursor, rule)
        cursor.execute(f"CREATE TEMP TABLE {table} AS {_selected(query)}")


def _selected(query: str) -> str:
    # Every customer stands in the view once, so that a semi join brings each once.
    return (
        f"WITH rule AS (\n{query}\n) SELECT {VIEW}.rowid AS place "
        f"FROM {VIEW} SEMI JOIN rule ON rule.customer_id = {VIEW}.customer_id"
    )


@contextmanager
def _running(cursor: duckdb.DuckDBPyConnection, rule: str, *, field: str) -> Iterator[None]:
    import duckdb

    timer = threading.Timer(TIMEOUT_S, cursor.interrupt)
    timer.start()
    try:
        yield
    except duckdb.InterruptException as error:
        raise _refused(f"takes longer than {TIMEOUT_S:.0f} seconds", rule, field) from error
    except duckdb.Error as error:
        raise _refused(f"does not run: {str(error).splitlines()[0]}", rule, field) from error
    except _UnfitError as error:
        raise _refused(str(error), rule, field) from error
    finally:
        timer.cancel()


class _UnfitError(Exception):
    """A rule that may not run."""


def _single_select(con: duckdb.DuckDBPyConnection, rule: str) -> str:
    import duckdb

    if len(rule) > MAX_RULE:
        raise _UnfitError(f"is longer than {MAX_RULE:,} characters")
    statements = con.extract_statements(rule)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise _UnfitError("is not a single SELECT")
    query = statements[0].query.strip().rstrip(";")
    row = con.execute("SELECT json_serialize_sql(?)", [query]).fetchone()
    if fault := unfit(json.loads(row[0]) if row else None):
        raise _UnfitError(fault)
    return query


def _refused(problem: str, rule: str, field: str) -> InputError:
    return InputError(f"a segment's rule {problem}", field=field, value=one_line(rule), fix=_FIX)
