"""Customers and what they bought."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from nexusplanner.domain.customers import CustomerSummary


@runtime_checkable
class CRM(Protocol):
    """A customer base that can be summarised and counted, never listed."""

    async def summarise(self, *, tenant: str) -> CustomerSummary:
        """Summarise all customers into cells of recency, frequency and money.

        Raises:
            InputError: The data cannot be read or too many rows are bad.
        """
        ...

    async def count(self, rule: str, *, tenant: str) -> int:
        """Run a segment's rule (a ``SELECT`` over ``customer_summary``) and count its customers."""
        ...
