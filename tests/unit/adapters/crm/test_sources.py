"""Consent, addresses and labels are read strictly."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from nexusplanner.adapters.crm.csv import CsvCRM
from nexusplanner.domain.customers import CustomerSummary
from nexusplanner.errors import InputError

HEADER = b"customer_id,date,amount\n"
ROWS = b"".join(b"%d,2024-01-%02d,%d.50\n" % (n, n % 28 + 1, n) for n in range(1, 101))
CDNOW = Path(__file__).resolve().parents[5] / "shared" / "data" / "cdnow" / "cdnow_transactions.csv"

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(data: bytes, name: str = "tx.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return written


def summary_of(crm: CsvCRM) -> CustomerSummary:
    return asyncio.run(crm.summarise(tenant="acme"))


def refusal_of(crm: CsvCRM) -> str:
    with pytest.raises(InputError) as caught:
        summary_of(crm)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_consent_is_never_assumed(write: Write) -> None:
    """Unknown words, blanks and missing addresses make nobody contactable; the stricter of two rows holds."""
    people = write(
        b"customer_id,email,phone,consent_email,consent_sms\n"
        b"1,a@x.org,1,yes,1\n2,,1,yes,TRUE\n3,b@x.org,,perhaps,yes\n4,c@x.org,1,,no\n"
        b"5,d@x.org,1,yes,yes\n5,d@x.org,1,no,yes\n",
        "customers.csv",
    )
    summary = summary_of(CsvCRM(write(HEADER + ROWS), people))
    assert summary.has_consent
    assert summary.customers == 100
    assert sum(cell.contactable_email for cell in summary.cells) == 1
    assert sum(cell.contactable_sms for cell in summary.cells) == 3


def test_a_base_without_consent_has_nobody_to_contact(write: Write) -> None:
    """Addresses alone are no consent."""
    people = write(b"customer_id,email\n1,a@x.org\n", "customers.csv")
    summary = summary_of(CsvCRM(write(HEADER + ROWS), people))
    assert not summary.has_consent
    assert sum(cell.contactable_email for cell in summary.cells) == 0


def test_labels_are_tidied(write: Write) -> None:
    """Codes of countries in capitals, languages in small letters, blanks unknown."""
    people = write(b"customer_id,country,language,segment\n1, us ,EN,VIP\n2,Germany,,\n", "customers.csv")
    summary = summary_of(CsvCRM(None, people))
    assert (summary.countries, summary.languages, summary.segments) == ({"Germany": 1, "US": 1}, {"en": 1}, {"VIP": 1})
