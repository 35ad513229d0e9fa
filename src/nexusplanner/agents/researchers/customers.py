"""The customer researcher: what the CRM knows, as counts and sums, never as people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from nexusplanner.agents.researchers import own_segments
from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.domain.customers import CustomerSummary
from nexusplanner.domain.evidence import Evidence
from nexusplanner.ports.crm import CRM
from nexusplanner.ports.extras import Closable
from nexusplanner.ports.tool import Findings


class CustomerResearcher:
    """Summarises the customer base of a tenant."""

    name = "crm"

    def __init__(self, crm: CRM) -> None:
        self._crm = crm

    async def gather(self, brief: CampaignBrief, *, tenant: str, today: date) -> Findings:
        """Read the summary, measure the brief's own segments, and put the main facts on the ledger.

        Raises:
            InputError: A rule of the brief does not run.
        """
        summary = await self._crm.summarise(tenant=tenant)
        wanted = brief.audience.segments
        rules = own_segments.rules_of(wanted, summary.segments)
        found = await own_segments.measured(self._crm, rules, tenant=tenant)
        summary = summary.model_copy(update={"measured": found})
        evidence = tuple(
            Evidence.found(
                kind="crm",
                source=summary.source,
                locator=locator,
                quote=quote,
                as_of=summary.as_of,
                trusted=True,
                origin=self.name,
                relevance=0.9,
            )
            for locator, quote in _facts(summary)
        )
        return Findings(
            tool=self.name,
            evidence=evidence,
            customers=summary,
            quality=summary.quality,
            notes=tuple(own_segments.remarks(wanted, summary)),
        )

    def close(self) -> None:
        """Let go of the customer base, where it holds anything open."""
        if isinstance(self._crm, Closable):
            self._crm.close()


def _facts(s: CustomerSummary) -> Iterator[tuple[str, str]]:
    currency = f" {s.currency}" if s.currency else ""
    yield (
        "customers",
        (
            f"{s.customers:,} customers placed {s.orders:,} orders worth {s.revenue:,.2f}{currency} "
            f"from {s.first_order} to {s.last_order}."
        ),
    )
    if s.has_consent:
        email = sum(c.contactable_email for c in s.cells)
        sms = sum(c.contactable_sms for c in s.cells)
        yield (
            "consent",
            f"{email:,} of {s.customers:,} customers may be e-mailed, {sms:,} may be sent a text message.",
        )
    else:
        yield (
            "consent",
            f"The data on {s.customers:,} customers records no consent to be contacted.",
        )
    top = [c for c in s.cells if c.m == 5]
    if top and s.money_edges:
        yield (
            "spenders",
            (
                f"{sum(c.size for c in top):,} customers spent more than {s.money_edges[-1]:,.2f}{currency} each; "
                f"together they brought {sum(c.revenue for c in top):,.2f}{currency}."
            ),
        )
    if s.countries:
        named = {name: count for name, count in s.countries.items() if _names_a_place(name)}
        most = sorted(named.items(), key=lambda kv: (-kv[1], kv[0]))[:5]
        yield (
            "countries",
            "Customers by country: " + (", ".join(f"{name} {count:,}" for name, count in most) or "none named") + ".",
        )
    if len(s.monthly_revenue) >= 12:
        last = sorted(s.monthly_revenue.items())[-12:]
        month, amount = max(last, key=lambda kv: (kv[1], kv[0]))
        yield (
            "season",
            f"The strongest of the last 12 months of orders was {month} with {amount:,.2f}{currency}.",
        )


def _names_a_place(cell: str) -> bool:
    """Tell whether a cell may be a country's name: this evidence is trusted, and a cell can hold anything."""
    from nexusplanner.calculators.countries import country_code

    words = re.split(r"[\s.-]+", cell.strip(" ."))
    is_short = len(cell) <= 24 and len(words) <= 3 and all(word.isalpha() for word in words)
    return is_short or country_code(cell) is not None
