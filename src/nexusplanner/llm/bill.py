"""The bill of one call: settled once, and before the reply is read where a journal keeps it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from nexusplanner.domain.dollars import dollars
from nexusplanner.errors import ProviderError
from nexusplanner.llm.purse import Purse
from nexusplanner.llm.reply import Reply
from nexusplanner.llm.request import Usage
from nexusplanner.llm.tape import Pen
from nexusplanner.ports.journal import EntryKind
from nexusplanner.ports.ledger import Hold, Paid


class Bill:
    """Settles a hold, and writes beside it what the call was told.

    Args:
        purse: The run's.
        hold: What is held for the call.
        pen: Writes it down; None keeps no journal.
        price: Prices what was used.
    """

    def __init__(self, purse: Purse, hold: Hold, pen: Pen | None, *, price: Callable[[Usage], Usage]) -> None:
        self._purse, self._hold, self._pen, self._price = purse, hold, pen, price
        self._is_settled = False
        if pen is not None:
            pen.tries += 1

    async def received(self, reply: Reply) -> Reply:
        """Settle a reply that was not read yet: what is wrong with it changes nothing about its cost.

        Returns:
            The reply as it is kept, which is how it is read, now and again: priced, and without our secrets.
        """
        priced = replace(reply.without_secrets(), usage=self._price(reply.usage))
        await self._write(priced.usage.usd, paid_for(priced.usage), "reply", priced.dumps())
        return priced

    async def settle(self, spent: Decimal, paid: Paid) -> None:
        """Settle a call that brought an answer."""
        await self._write(spent, paid)

    async def failed(self, spent: Decimal, paid: Paid, error: ProviderError) -> None:
        """Settle a call that brought none."""
        await self._write(spent, paid, "fault", error.message)

    async def cut(self) -> None:
        """Settle a call that was cut off, in full: the provider may have done the work."""
        await self._write(dollars(self._hold.amount), Paid(outcome="unknown"), "cut", "")

    async def _write(self, spent: Decimal, paid: Paid, kind: EntryKind | None = None, text: str = "") -> None:
        if self._is_settled:
            return
        self._is_settled = True
        noted = self._pen.writing(kind, text) if self._pen is not None and kind is not None else None
        await self._purse.asettle(self._hold, spent, paid=paid, noted=noted)


def paid_for(usage: Usage) -> Paid:
    """Return the tokens of a call, for the books."""
    return Paid(tokens_in=usage.tokens_in, tokens_out=usage.tokens_out)
