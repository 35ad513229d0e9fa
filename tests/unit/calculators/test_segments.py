"""Segments: their rules are SQL that shares out every pair of quintiles, each once."""

from __future__ import annotations

import duckdb

from nexusplanner.calculators.segment_rules import SEGMENTS


def test_the_rules_part_all_quintiles_when_run_as_sql() -> None:
    with duckdb.connect() as con:
        con.execute(
            "CREATE VIEW customer_summary AS SELECT r * 10 + f AS customer_id, r, f "
            "FROM range(1, 6) AS a(r), range(1, 6) AS b(f)"
        )
        found = [[row[0] for row in con.execute(rule.sql).fetchall()] for rule in SEGMENTS]
    everyone = sorted(customer for segment in found for customer in segment)
    assert everyone == sorted(r * 10 + f for r in range(1, 6) for f in range(1, 6))
    assert all(found)
