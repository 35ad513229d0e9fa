"""A model that reserves its cost before each call and settles it after."""

from __future__ import annotations

from decimal import Decimal

from nexusplanner.llm.content import ContentRefusedError
from nexusplanner.llm.messages import request_text
from nexusplanner.llm.price import price_usd, tokens_at_most
from nexusplanner.llm.request import Answer, Model, Request, T


class Budgeted:
    """Holds a model to the purse of the run.

    A call of unknown fate (it raised before a reply was read) counts as spent in full: the provider
    may have charged it.
    """

    def __init__(self, model: Model, *, max_tokens: int) -> None:
        self._model, self._max_tokens = model, max_tokens

    @property
    def name(self) -> str:
        """The held model's name."""
        return self._model.name

    async def answer(self, request: Request[T]) -> Answer[T]:
        """Reserve, call, settle.

        Raises:
            BudgetExceeded: The purse cannot hold the call's upper bound.
        """
        cap = price_usd(
            self.name,
            tokens_in=tokens_at_most(request_text(request)),
            tokens_out=self._max_tokens,
        )
        request.purse.reserve(cap)
        spent: Decimal = cap
        try:
            answer = await self._model.answer(request)
            spent = answer.usage.usd
        except ContentRefusedError as refused:
            spent = refused.usage.usd
            raise
        finally:
            request.purse.settle(cap, spent)
        return answer
