"""Fees of tools: what one charges for a call is paid from the run's purse."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from nexusplanner.errors import ConfigurationError, ProviderError
from nexusplanner.llm.budgeted import is_unbilled
from nexusplanner.llm.purse import Noted, Purse
from nexusplanner.ports import ToolNode
from nexusplanner.ports.extras import ChargesFee
from nexusplanner.ports.ledger import Paid


def fee_of(tool: ToolNode) -> Decimal:
    """Return what one call of a tool costs, in USD.

    Raises:
        ConfigurationError: Its fee is no amount.
    """
    if not isinstance(tool, ChargesFee):
        return Decimal(0)
    try:
        fee = Decimal(str(tool.fee_usd))
    except InvalidOperation:
        fee = Decimal("NaN")
    if not fee.is_finite() or fee < 0:
        raise ConfigurationError(
            f"The fee of tool {tool.name!r} is {tool.fee_usd!r}.", fix="Set fee_usd to an amount in USD, such as 0.01."
        )
    return fee


@dataclass
class Fee:
    """What a call of a tool costs, and what is journaled with its payment."""

    usd: Decimal
    noted: Noted | None = None


@asynccontextmanager
async def paying(tool: ToolNode, purse: Purse) -> AsyncIterator[Fee]:
    """Hold a tool's fee while it is asked, and pay it unless it is known that nothing was charged.

    Raises:
        BudgetExceeded: The fee would pass a ceiling; the tool is not asked.
    """
    fee = Fee(fee_of(tool))
    if not fee.usd:
        yield fee
        return
    hold = await purse.areserve(fee.usd, agent=f"tool:{tool.name}", is_model=False)
    spent, outcome = fee.usd, Paid(outcome="unknown")
    try:
        yield fee
        outcome = Paid()
    except ProviderError as error:
        unsent = is_unbilled(error)
        spent, outcome = (Decimal(0), Paid(outcome="unsent")) if unsent else (fee.usd, Paid(outcome="failed"))
        raise
    finally:
        await purse.asettle(hold, spent, paid=outcome, noted=fee.noted)
