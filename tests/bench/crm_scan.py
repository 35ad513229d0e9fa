"""Measure how much a customer summary costs over a bare scan that computes recency, frequency and money.

The summary's side sums up purchases too and measures two segments written as rules.

Run it: ``python tests/bench/crm_scan.py [orders] [customers]``. Each side runs in a process of its
own, so that its peak of memory is its own. Exit code 1 where a limit is passed.
"""

from __future__ import annotations

import asyncio
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MAX_RATIO, MAX_MEMORY_MB = 2.5, 1_500.0
ROUNDS = 3
RULES = {
    name: f"SELECT customer_id FROM customer_summary WHERE {where}"
    for name, where in {
        "spenders": "monetary > 500",
        "regulars": "frequency >= 10 AND recency_days < 90",
    }.items()
}


def write_orders(path: Path, *, orders: int, customers: int) -> None:
    """Write orders of customers over two years, skewed as customers are."""
    import duckdb

    with duckdb.connect(config={"threads": 2}) as con:
        con.execute(
            f"""COPY (SELECT i AS order_id,
                  (hash(i) % {customers}) * (hash(i + 7) % {customers}) // {customers} AS customer_id,
                  DATE '2023-01-01' + CAST(hash(i + 13) % 730 AS INTEGER) AS date,
                  round(5 + (hash(i + 29) % 20000) / 100.0, 2) AS amount
                FROM range({orders}) AS t(i)) TO '{path}' (HEADER)"""
        )


def bare(path: Path) -> int:
    """Scan with DuckDB's own guesses and compute recency, frequency and money a customer."""
    import duckdb

    with duckdb.connect() as con:
        rows = con.execute(
            """SELECT count(*) FROM (
                 SELECT customer_id, date_diff('day', max(date), DATE '2024-12-30') AS recency_days,
                   count(*) AS frequency, sum(amount) AS monetary
                 FROM read_csv(?) GROUP BY customer_id
                 HAVING recency_days + frequency + monetary >= 0)""",
            [str(path)],
        ).fetchone()
    return int(rows[0]) if rows else 0


def ours(path: Path) -> int:
    """Summarise with ``CsvCRM``, and measure rules."""
    from nexusplanner.adapters.crm.csv import CsvCRM

    async def both() -> int:
        crm = CsvCRM(path)
        summary = await crm.summarise(tenant="bench")
        measured = await crm.measure(RULES, tenant="bench")
        assert all(rule.size for rule in measured.rules)
        return summary.customers

    return asyncio.run(both())


def measured(side: str, path: Path) -> tuple[float, float, int]:
    """Run one side in a process: seconds, peak of memory in MB, customers."""
    out = subprocess.run([sys.executable, __file__, side, str(path)], capture_output=True, text=True, check=True)
    seconds, memory, customers = out.stdout.split()
    return float(seconds), float(memory), int(customers)


def report(orders: int, customers: int) -> int:
    """Print both sides and their ratio; 1 where a limit is passed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "orders.csv"
        write_orders(path, orders=orders, customers=customers)
        size = path.stat().st_size / 1e6
        rounds = {side: [measured(side, path) for _ in range(ROUNDS)] for side in ("bare", "ours")}
    best = {side: min(rounds[side]) for side in rounds}
    if best["bare"][2] != best["ours"][2]:
        print(f"customers differ: {best['bare'][2]} and {best['ours'][2]}")
        return 1
    ratio, memory = best["ours"][0] / best["bare"][0], max(r[1] for r in rounds["ours"])
    print(f"{orders:,} orders of {best['ours'][2]:,} customers, {size:,.0f} MB of CSV, best of {ROUNDS}")
    for side, (seconds, peak, _) in best.items():
        print(f"{side}: {seconds:6.2f} s, peak {peak:6,.0f} MB")
    print(f"ratio {ratio:.2f} (limit {MAX_RATIO}), memory {memory:,.0f} MB (limit {MAX_MEMORY_MB:,.0f})")
    return int(ratio > MAX_RATIO or memory > MAX_MEMORY_MB)


def main(arguments: list[str]) -> int:
    """Run one side of the measurement, or all of it."""
    if arguments and arguments[0] in {"bare", "ours"}:
        # Loading libraries is no part of a scan.
        import duckdb  # noqa: F401

        import nexusplanner.adapters.crm.csv  # noqa: F401

        start = time.perf_counter()
        customers = (bare if arguments[0] == "bare" else ours)(Path(arguments[1]))
        seconds = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(seconds, peak, customers)
        return 0
    orders, customers = (int(a) for a in (arguments + ["5000000", "500000"][len(arguments) :])[:2])
    return report(orders, customers)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
