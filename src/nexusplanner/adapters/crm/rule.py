# ruff: noqa: S608 - names and values in the SQL are ours, or quoted by literal() and identifier()
"""Run a segment's rule on a locked database and count the customers it selects."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

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
    import duckdb

    cursor = con.cursor()
    timer = threading.Timer(TIMEOUT_S, cursor.interrupt)
    try:
        query = _single_select(cursor, rule)
        timer.start()
        row = cursor.execute(
            f"WITH rule AS (\n{query}\n) SELECT count(DISTINCT {VIEW}.customer_id) "
            f"FROM {VIEW} SEMI JOIN rule ON rule.customer_id = {VIEW}.customer_id"
        ).fetchone()
    except duckdb.InterruptException as error:
        raise _refused(f"takes longer than {TIMEOUT_S:.0f} seconds", rule) from error
    except duckdb.Error as error:
        raise _refused(f"does not run: {str(error).splitlines()[0]}", rule) from error
    finally:
        timer.cancel()
        cursor.close()
    return int(row[0]) if row else 0


def _single_select(con: duckdb.DuckDBPyConnection, rule: str) -> str:
    import duckdb

    if len(rule) > MAX_RULE:
        raise _refused(f"is longer than {MAX_RULE:,} characters", rule)
    statements = con.extract_statements(rule)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise _refused("is not a single SELECT", rule)
    query = statements[0].query.strip().rstrip(";")
    row = con.execute("SELECT json_serialize_sql(?)", [query]).fetchone()
    read, named = _sources(json.loads(row[0]) if row else None)
    if VIEW not in read or read - named != {VIEW}:
        raise _refused(f"reads something else than {VIEW}", rule)
    return query


def _sources(tree: object) -> tuple[set[str], set[str]]:
    """Walk a parsed statement: names of what it reads, and names it gives to its own subqueries."""
    read: set[str] = set()
    named: set[str] = set()
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            kind = node.get("type")
            if kind == "BASE_TABLE":
                read.add(str(node.get("table_name")).lower())
            elif kind == "TABLE_FUNCTION":
                read.add("a table function")
            for entry in (node.get("cte_map") or {}).get("map", ()):
                named.add(str(entry.get("key")).lower())
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
    return read, named


def _refused(problem: str, rule: str) -> InputError:
    return InputError(f"a segment's rule {problem}", field="rule", value=one_line(rule), fix=_FIX)
