"""A model whose streams reserve their cost before they begin and settle it when they end."""

from __future__ import annotations

from nexusplanner.domain.dollars import dollars
from nexusplanner.errors import ProviderError
from nexusplanner.llm.budgeted import hold_for, is_unbilled
from nexusplanner.llm.conversation import Conversation
from nexusplanner.llm.price import Prices
from nexusplanner.llm.purse import Purse
from nexusplanner.llm.request import Answer, Model, Request, T, Usage
from nexusplanner.ports.ledger import Hold, Paid


class BudgetedStream:
    """Holds streams to the purse; the hold lasts as long as the stream, and one that was left counts in full.

    Args:
        model: The model; what it answers is a stream that has begun.
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
        """Reserve, and wait for the stream's first words.

        Raises:
            BudgetExceeded: The purse cannot hold the stream's upper bound.
        """
        hold = await hold_for(request, self.name, max_tokens=self._max_tokens, prices=self._prices)
        settlement = _Settlement(request.purse, hold)
        try:
            answer = await self._model.answer(request)
        except ProviderError as error:
            await settlement.failed(error)
            raise
        except BaseException:
            await settlement.ended(None)
            raise
        if isinstance(request.inputs, Conversation) and request.inputs.opened is not None:
            request.inputs.opened.settle_with(settlement.ended)
        else:
            await settlement.ended(answer.usage)
        return answer


class _Settlement:
    def __init__(self, purse: Purse, hold: Hold) -> None:
        self._purse, self._hold = purse, hold

    async def ended(self, usage: Usage | None) -> None:
        if usage is None:
            await self._purse.asettle(self._hold, dollars(self._hold.amount), paid=Paid(outcome="unknown"))
        else:
            paid = Paid(tokens_in=usage.tokens_in, tokens_out=usage.tokens_out)
            await self._purse.asettle(self._hold, usage.usd, paid=paid)

    async def failed(self, error: ProviderError) -> None:
        if is_unbilled(error):
            await self._purse.asettle(self._hold, dollars(0), paid=Paid(outcome="unsent"))
        else:
            await self._purse.asettle(self._hold, dollars(self._hold.amount), paid=Paid(outcome="failed"))
