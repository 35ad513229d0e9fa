"""Fees of tools: what one charges for a call is paid from the run's purse."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal, InvalidOperation

from nexusplanner.errors import ConfigurationError, ProviderError
from nexusplanner.llm.budgeted import is_unbilled
from nexusplanner.llm.purse import Purse
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


@asynccontextmanager
async def paying(tool: ToolNode, purse: Purse) -> AsyncIterator[None]:
    """Hold a tool's fee while it is asked, and pay it unless it is known that nothing was charged.

    Raises:
        BudgetExceeded: The fee would pass a ceiling; the tool is not asked.
    """
    fee = fee_of(tool)
    if not fee:
        yield
        return
    hold = await purse.areserve(fee, agent=f"tool:{tool.name}", is_model=False)
    spent, outcome = fee, Paid(outcome="unknown")
    try:
        yield
        outcome = Paid()
    except ProviderError as error:
        spent, outcome = (Decimal(0), Paid(outcome="unsent")) if is_unbilled(error) else (fee, Paid(outcome="failed"))
        raise
    finally:
        await purse.asettle(hold, spent, paid=outcome)
