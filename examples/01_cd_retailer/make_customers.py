"""Write customers.csv: the buyers of transactions.csv, with simulated consent.

    python make_customers.py

The ids and the dates of the first purchase are those of the transactions. Whether a buyer has an
address on file, and agreed to e-mail or text messages, is simulated from a fixed seed: no such data
exists for these people, and no address in the file belongs to anyone (example.com is reserved).
"""

from __future__ import annotations

import csv
import random
from collections import Counter
from datetime import datetime
from pathlib import Path

HERE = Path(__file__).resolve().parent
SEED = 1997
HAS_ADDRESS = 0.86
"""Share of buyers whose e-mail address is on file."""
EMAIL_CONSENT = 0.48
"""Share of one-time buyers who agreed to e-mail; each further order adds ``CONSENT_PER_ORDER``."""
CONSENT_PER_ORDER = 0.04
MOST_CONSENT = 0.80
SMS_CONSENT = 0.14

COLUMNS = ("customer_id", "created_at", "country", "language", "email", "consent_email", "consent_sms")


def simulated_row(customer: str, first: str, orders: int, chance: random.Random) -> tuple[str, ...]:
    """Draw one customer's row; a buyer who came back agrees more often."""
    willing = min(MOST_CONSENT, EMAIL_CONSENT + CONSENT_PER_ORDER * (orders - 1))
    has_address = chance.random() < HAS_ADDRESS
    agrees_email = chance.random() < willing
    agrees_sms = chance.random() < SMS_CONSENT
    return (
        customer,
        datetime.strptime(first, "%Y%m%d").date().isoformat(),  # noqa: DTZ007  a day has no time zone
        "US",
        "en",
        f"{customer}@example.com" if has_address else "",
        "yes" if agrees_email else "no",
        "yes" if agrees_sms else "no",
    )


def simulated_customers(transactions: Path) -> list[tuple[str, ...]]:
    """Return one row a buyer, in the order of their numbers."""
    first: dict[str, str] = {}
    orders: Counter[str] = Counter()
    with transactions.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            customer, day = row["id"], row["date"]
            first[customer] = min(day, first.get(customer, day))
            orders[customer] += 1
    chance = random.Random(SEED)
    return [simulated_row(who, first[who], orders[who], chance) for who in sorted(first, key=int)]


def main() -> None:
    """Write customers.csv beside this script."""
    with (HERE / "customers.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(simulated_customers(HERE / "transactions.csv"))


if __name__ == "__main__":
    main()
