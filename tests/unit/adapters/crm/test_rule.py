"""A segment's rule runs locked in, and not for ever."""

from __future__ import annotations

import re

import pytest

from nexusplanner.adapters.crm import rule as rules
from nexusplanner.adapters.crm.rule import MAX_RULE, count_customers
from nexusplanner.adapters.tables.connection import connect, lock_down
from nexusplanner.errors import InputError


def base(rows: int = 10) -> object:
    con = connect(threads=1)
    con.execute(
        f"CREATE TABLE customer_summary AS SELECT 'c' || i AS customer_id, i % 5 + 1 AS r FROM range({rows}) t(i)"
    )
    lock_down(con)
    return con


@pytest.mark.parametrize(
    ("rule", "count"),
    [
        ("SELECT customer_id FROM customer_summary WHERE r >= 4", 4),
        ("  select customer_id from customer_summary -- everyone", 10),
        ("SELECT customer_id FROM customer_summary WHERE r = 1;", 2),
        ("WITH best AS (SELECT * FROM customer_summary WHERE r = 5) SELECT customer_id FROM best", 2),
        ("SELECT * FROM customer_summary WHERE r IS NULL", 0),
        ("SELECT a.customer_id FROM customer_summary a JOIN customer_summary b USING (r)", 10),
        ("SELECT 'c1' AS customer_id FROM customer_summary", 1),
        ("SELECT 'nobody' AS customer_id FROM customer_summary", 0),
    ],
)
def test_a_select_over_the_view_counts_its_customers(rule: str, count: int) -> None:
    """Each customer of the base once, and nobody else."""
    assert count_customers(base(), rule) == count  # type: ignore[arg-type]


def test_a_rule_that_never_ends_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is on the clock, since a small text can ask for any amount of work."""
    monkeypatch.setattr(rules, "TIMEOUT_S", 0.05)
    joins = ", ".join(f"customer_summary t{n}" for n in range(12))
    with pytest.raises(InputError, match="takes longer than"):
        count_customers(base(100), f"SELECT t0.customer_id FROM {joins} WHERE hash(t0.r, t11.r) = 0")  # type: ignore[arg-type]


def test_a_rule_of_many_pages_is_refused() -> None:
    """Before it is parsed."""
    with pytest.raises(InputError, match="longer than"):
        count_customers(base(), "SELECT " + " " * MAX_RULE)  # type: ignore[arg-type]


def test_a_refusal_lists_the_columns() -> None:
    """The next step is in the message."""
    with pytest.raises(InputError, match="its columns are customer_id, recency_days"):
        count_customers(base(), "SELECT customer_id FROM customer_summary WHERE recency = 3")  # type: ignore[arg-type]


SELECT = "SELECT customer_id FROM customer_summary WHERE "


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        (SELECT + "length(repeat('x', 2000000000)) > 1", "uses 'repeat'"),
        (SELECT + "customer_id || customer_id <> ''", "uses '||'"),
        (SELECT + "first_order > now() - INTERVAL 30 DAY", "uses 'now'"),
        (SELECT + "first_order > current_date - 30", "asks for today; write the date"),
        (SELECT + "random() < 0.5", "uses 'random'"),
        (SELECT + "getenv('HOME') <> ''", "uses 'getenv'"),
        (SELECT + "frequency IN (SELECT unnest([1, 2]))", "uses "),
        ("WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t) " + SELECT + "frequency IN (SELECT x FROM t)",
         "refers to itself"),
    ],
)  # fmt: skip
def test_what_grows_changes_or_looks_outside_is_refused_before_it_runs(rule: str, why: str) -> None:
    with pytest.raises(InputError, match=re.escape(why)):
        count_customers(base(), rule)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "where",
    [
        "monetary * 2 + 1 > 5 AND country LIKE 'U%' AND first_order < DATE '2030-01-01' - INTERVAL 3 DAY",
        "EXTRACT(year FROM first_order) > 1900 OR year(first_order) = 1 OR coalesce(monetary, 0) > 0",
        "monetary > (SELECT avg(monetary) / 10 FROM customer_summary)",
        "customer_id ILIKE '%c%' OR regexp_matches(customer_id, '.') OR frequency // 2 % 3 = 1",
        "customer_id IN (SELECT customer_id FROM customer_summary QUALIFY ntile(2) OVER (ORDER BY monetary) = 1)",
        "CASE WHEN monetary BETWEEN 1 AND 2 THEN true ELSE upper(frequency::VARCHAR) <> 'y' END",
    ],
)
def test_the_usual_words_of_a_rule_run(where: str) -> None:
    con = connect(threads=1)
    con.execute(
        """CREATE TABLE customer_summary AS SELECT 'c' || i AS customer_id, i + 0.5 AS monetary, i % 7 AS frequency,
             DATE '2024-01-01' + i AS first_order, 'US' AS country
           FROM (SELECT CAST(n AS INTEGER) AS i FROM range(20) t(n))"""
    )
    lock_down(con)
    assert count_customers(con, SELECT + where) > 0
