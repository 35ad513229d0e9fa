"""A model that reserves its cost before each call and settles it after."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from nexusplanner.domain.dollars import dollars
from nexusplanner.errors import ProviderContentError, ProviderError
from nexusplanner.llm.bill import Bill, paid_for
from nexusplanner.llm.content import ContentRefusedError, ReplyUnusableError
from nexusplanner.llm.messages import request_text
from nexusplanner.llm.price import Prices
from nexusplanner.llm.providers.faults import status_of
from nexusplanner.llm.request import Answer, Model, Request, T, Usage
from nexusplanner.llm.tokens import count_tokens
from nexusplanner.ports.ledger import Hold, Paid

_UNBILLED = frozenset({*range(400, 500), 500, 503, 529}) - {408, 409}
"""Statuses by which a provider says that it did not do the work. After 408, 409, 502 and 504 it may have."""


class Budgeted:
    """Holds a model to the purse of the run.

    A call of unknown fate counts as spent in full: the provider may have charged it. One that never
    left, or that the provider refused, costs nothing; a reply that was of no use costs what it took.

    Args:
        model: The model.
        max_tokens: The most tokens it may answer with.
        prices: What models cost.
    """

    def __init__(self, model: Model, *, max_tokens: int, prices: Prices | None = None) -> None:
        self._model, self._max_tokens, self._prices = model, max_tokens, prices or Prices()

    @property
    def name(self) -> str:
        """The held model's name."""
        return self._model.name

    async def answer(self, request: Request[T]) -> Answer[T]:
        """Reserve, call, settle.

        Raises:
            BudgetExceeded: The purse cannot hold the call's upper bound.
            ProviderPermanentError: Nobody knows what the model costs.
        """
        hold = await hold_for(request, self.name, max_tokens=self._max_tokens, prices=self._prices)
        bill = Bill(request.purse, hold, request.pen, price=self._priced)
        if request.pen is not None:
            request = request.having(received=bill.received)
        try:
            answer = await self._model.answer(request)
            answer = answer.having(usage=self._priced(answer.usage))
            await bill.settle(answer.usage.usd, paid_for(answer.usage))
        except ProviderError as error:
            await bill.failed(*self._fate(error, hold), error)
            raise
        finally:
            await bill.cut()
        return answer

    def _priced(self, usage: Usage) -> Usage:
        usd = self._prices.corrected(self.name, usage.usd, tokens_in=usage.tokens_in, tokens_out=usage.tokens_out)
        return replace(usage, usd=usd)

    def _fate(self, error: ProviderError, hold: Hold) -> tuple[Decimal, Paid]:
        usage = getattr(error, "usage", None)
        if isinstance(error, ProviderContentError) and isinstance(usage, Usage):
            priced = self._priced(usage)
            if isinstance(error, ContentRefusedError | ReplyUnusableError):
                error.usage = priced  # whoever has the reply mended, or asked for in parts, adds it up
            return priced.usd, replace(paid_for(priced), outcome="refused")
        if is_unbilled(error):
            return Decimal(0), Paid(outcome="unsent")
        return dollars(hold.amount), Paid(outcome="failed")


async def hold_for(request: Request[T], model: str, *, max_tokens: int, prices: Prices) -> Hold:
    """Hold the most that a request can cost.

    Raises:
        BudgetExceeded: The purse cannot hold it.
        ProviderPermanentError: Nobody knows what the model costs.
    """
    counted = count_tokens(request_text(request), model)
    cap = prices.usd(model, tokens_in=counted.tokens, tokens_out=max_tokens)
    return await request.purse.areserve(cap, agent=request.task, model=model)


def is_unbilled(error: ProviderError) -> bool:
    """Tell whether a fault is known to have cost nothing: no request left, or it was refused."""
    if error.is_unsent:
        return True
    cause: BaseException | None = error
    met: set[int] = set()  # an exception may be its own cause
    while cause is not None and id(cause) not in met:
        if status_of(cause) in _UNBILLED:
            return True
        met.add(id(cause))
        cause = cause.__cause__
    return False
