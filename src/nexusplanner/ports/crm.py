"""Customers and what they bought."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from nexusplanner.domain.customers import CustomerSummary, RuleMeasures


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

    async def measure(self, rules: Mapping[str, str], *, tenant: str) -> RuleMeasures:
        """Summarise the customers of each rule, and count those whom two rules share.

        Args:
            rules: Name -> rule, a ``SELECT`` over ``customer_summary`` as ``count`` takes it.
            tenant: Whose customers.

        Returns:
            As many rules as were given, in their order; cells and purchases are those of ``summarise``,
            of the selected customers alone.

        Raises:
            InputError: A rule does not run; ``field`` is ``rules.<name>``.
        """
        ...
