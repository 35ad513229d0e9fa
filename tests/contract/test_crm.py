"""Every CRM holds the contract."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from nexusplanner.adapters.crm.csv import CsvCRM
from nexusplanner.ports import CRM
from nexusplanner.testing.crm import CRMContract, InMemoryCRM, Order, Person

CDNOW = Path(__file__).resolve().parents[3] / "shared" / "data" / "cdnow" / "cdnow_transactions.csv"

ORDERS = tuple(
    Order(f"c{n % 17}", date(2023, 3, 1) + timedelta(days=n * n % 500), Decimal(n * 37 % 211) / 4) for n in range(90)
)
PEOPLE = tuple(
    Person(
        f"c{n}",
        has_email=n % 4 != 0,
        has_phone=n % 2 == 0,
        consent_email=n % 3 != 0,
        consent_sms=n % 5 == 0,
        country=("US", "DE")[n % 2],
        language="en" if n % 2 else None,
        segment="vip" if n < 4 else None,
    )
    for n in range(5, 25)
)


@pytest.fixture(scope="class")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the same base as transactions.csv and customers.csv."""
    folder = tmp_path_factory.mktemp("crm")
    lines = [f"{o.customer_id},{o.day.isoformat()},{o.amount}" for o in ORDERS]
    (folder / "transactions.csv").write_text("customer_id,date,amount\n" + "\n".join(lines) + "\n", encoding="utf-8")
    rows = [
        ",".join(
            (
                p.customer_id,
                "someone@example.com" if p.has_email else "",
                "+1 555 0100" if p.has_phone else "",
                "yes" if p.consent_email else "no",
                "1" if p.consent_sms else "0",
                p.country or "",
                p.language or "",
                p.segment or "",
            )
        )
        for p in PEOPLE
    ]
    header = "customer_id,email,phone,consent_email,consent_sms,country,language,segment\n"
    (folder / "customers.csv").write_text(header + "\n".join(rows) + "\n", encoding="utf-8")
    return folder


class _Made(CRMContract):
    crm: CRM

    def make(self) -> CRM:
        return self.crm


class TestInMemoryCRM(_Made):
    crm = InMemoryCRM(ORDERS, PEOPLE, currency="USD")


class TestInMemoryCRMOfOneOrder(_Made):
    crm = InMemoryCRM(ORDERS[:1])


class TestCsvCRM(_Made):
    @pytest.fixture(autouse=True)
    def _crm(self, folder: Path) -> None:
        self.crm = CsvCRM(folder / "transactions.csv", folder / "customers.csv", currency="USD")

    def test_it_agrees_with_the_double(self) -> None:
        """The same base gives the same numbers from files and from memory."""
        double = TestInMemoryCRM().summary().model_dump(exclude={"source", "view_sql", "quality"})
        assert self.summary().model_dump(exclude={"source", "view_sql", "quality"}) == double


class TestCsvCRMOfCustomersAlone(_Made):
    @pytest.fixture(autouse=True)
    def _crm(self, folder: Path) -> None:
        self.crm = CsvCRM(None, folder / "customers.csv")


@pytest.mark.skipif(not CDNOW.exists(), reason="the shared data folder is not here")
class TestCsvCRMOnRealOrders(_Made):
    crm = CsvCRM(CDNOW)
