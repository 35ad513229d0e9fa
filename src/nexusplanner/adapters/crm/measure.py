# ruff: noqa: S608 - names and values in the SQL are ours
"""Measure rules on a locked database: who is in each, and who is in two of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from nexusplanner.adapters.crm.customer_base import customer_cells
from nexusplanner.adapters.crm.purchases import MOST_RULE_CELLS, purchase_cells, split_finely
from nexusplanner.adapters.crm.rule import keep_selected
from nexusplanner.adapters.crm.view import VIEW
from nexusplanner.domain.customers import CustomerSummary, MeasuredRule, RuleMeasures, RuleOverlap
from nexusplanner.errors import InputError

if TYPE_CHECKING:
    import duckdb

MAX_RULES = 50
_MARKED = "marked"


def measure_rules(
    con: duckdb.DuckDBPyConnection, rules: Mapping[str, str], *, summary: CustomerSummary
) -> RuleMeasures:
    """Summarise the customers of each rule, and count those whom two rules share.

    No customer leaves the database: every rule becomes one bit of a number beside each customer.

    Args:
        con: A locked database that holds ``customer_summary``.
        rules: Name -> rule.
        summary: The summary of the whole base.

    Raises:
        InputError: A rule does not run (``field`` is ``rules.<name>``), or there are too many.
    """
    if len(rules) > MAX_RULES:
        raise InputError(f"more rules than the {MAX_RULES} that can be measured at once", field="rules")
    if not rules:
        return RuleMeasures()
    with con.cursor() as cursor:
        for i, (name, rule) in enumerate(rules.items()):
            keep_selected(cursor, rule, table=f"picked_{i}", field=f"rules.{name}")
        picked = " UNION ALL ".join(f"SELECT place, {1 << i} AS bit FROM picked_{i}" for i in range(len(rules)))
        cursor.execute(
            f"""CREATE TEMP TABLE {_MARKED} AS
                SELECT * EXCLUDE (customer_id, country, language, segment)
                FROM {VIEW} JOIN (
                  SELECT place, CAST(sum(bit) AS BIGINT) AS bits FROM ({picked}) AS picked GROUP BY place
                ) AS marks ON marks.place = {VIEW}.rowid"""
        )
        return RuleMeasures(
            rules=tuple(_measured(cursor, rules, summary)),
            overlaps=tuple(_overlaps(cursor, tuple(rules))),
        )


def _measured(
    cursor: duckdb.DuckDBPyConnection, rules: Mapping[str, str], summary: CustomerSummary
) -> Iterator[MeasuredRule]:
    longest = float((summary.as_of - summary.first_order).days)
    split_finely(cursor, _MARKED, bits="bits")
    for i, (name, rule) in enumerate(rules.items()):
        mine = f"bits & {1 << i} > 0"
        own = f"(SELECT * FROM {_MARKED} WHERE {mine})"
        buyers = cursor.execute(f"SELECT count(*) FROM {own} AS own WHERE frequency > 0").fetchone() or (0,)
        yield MeasuredRule(
            name=name,
            rule=rule,
            cells=customer_cells(cursor, own, unknown_recency=longest),
            purchases=purchase_cells(cursor, buyers=int(buyers[0]), most=MOST_RULE_CELLS, where=mine),
        )


def _overlaps(cursor: duckdb.DuckDBPyConnection, names: Sequence[str]) -> Iterator[RuleOverlap]:
    rows = cursor.execute(
        f"""SELECT bits, count(*),
              count(*) FILTER (WHERE consent_email AND email_known IS DISTINCT FROM false),
              count(*) FILTER (WHERE consent_sms AND phone_known IS DISTINCT FROM false)
            FROM {_MARKED} WHERE bit_count(bits) > 1 GROUP BY bits"""
    ).fetchall()
    for (i, a), (j, b) in combinations(enumerate(names), 2):
        both = 1 << i | 1 << j
        shared = [row[1:] for row in rows if row[0] & both == both]
        if shared:
            size, email, sms = (sum(row[k] for row in shared) for k in range(3))
            yield RuleOverlap(a=a, b=b, size=size, contactable_email=email, contactable_sms=sms)
