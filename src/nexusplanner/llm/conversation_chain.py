"""The models of a conversation in order of preference, each behind the policies of the planner's chain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from nexusplanner.errors import BudgetExceeded, ConfigurationError, ProviderError
from nexusplanner.llm.breaker import SHARED, Breaker
from nexusplanner.llm.budgeted import Budgeted
from nexusplanner.llm.budgeted_stream import BudgetedStream
from nexusplanner.llm.conversation import conversation_of
from nexusplanner.llm.conversing import ConversationRung
from nexusplanner.llm.fallback import Fallback
from nexusplanner.llm.guarded import Guarded
from nexusplanner.llm.loading import deployment, loader, name_of
from nexusplanner.llm.noted import Losses, Noted
from nexusplanner.llm.price import Prices
from nexusplanner.llm.request import Answer, Model, Request, T
from nexusplanner.llm.retried import Retried
from nexusplanner.llm.timed import Timed

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from pydantic import SecretStr


class ConversationChain:
    """Asks models in order until one replies; a stream, until one has begun.

    Args:
        wholes: Who gives whole replies, by name.
        streams: Who opens streams, by the same names.
    """

    def __init__(self, wholes: Mapping[str, Model], streams: Mapping[str, Model]) -> None:
        self._wholes, self._streams = dict(wholes), dict(streams)

    @property
    def name(self) -> str:
        """The models, in order."""
        return " > ".join(self._wholes)

    @property
    def names(self) -> tuple[str, ...]:
        """The models' names, in order."""
        return tuple(self._wholes)

    async def answer(self, request: Request[T]) -> Answer[T]:
        """Ask; where nobody replies, one error tells why each did not.

        Raises:
            ProviderError: No model answered.
            BudgetExceeded: No model fits under what is left of the limit.
        """
        conversation, losses = conversation_of(request), Losses()
        known = self._streams if conversation.is_streamed else self._wholes
        first = conversation.first
        ordered = sorted(known, key=lambda name: name != first) if first else list(known)
        chain = Fallback(*(Noted(known[name], losses) for name in ordered))
        try:
            return await chain.answer(request)
        except (ProviderError, BudgetExceeded) as fault:
            verdict = losses.verdict()
            raise verdict from (fault if verdict is not fault else fault.__cause__)


def conversation_chain(
    models: Sequence[str | BaseChatModel],
    *,
    api_key: SecretStr | None,
    base_url: str | None,
    timeout_s: float,
    max_tokens: int,
    attempts: int,
    prices: Prices,
) -> ConversationChain:
    """Build ``timed(retried(guarded(budgeted(model))))`` for each model; none is built or asked yet.

    Args:
        models: Names, or chat models, in order of preference.
        api_key: For ``openai:`` models.
        base_url: For ``openai:`` models.
        timeout_s: One wall clock around all tries at a model.
        max_tokens: The most tokens of a reply.
        attempts: Tries at a model, in all.
        prices: What models cost.

    Raises:
        ConfigurationError: A name names no model, or there is none.
    """
    wholes, streams = dict[str, Model](), dict[str, Model]()
    for model in models:
        name = model if isinstance(model, str) else name_of(model)
        load = loader(model, api_key=api_key, base_url=base_url, timeout_s=timeout_s, max_tokens=max_tokens)
        rung = ConversationRung(load, name=name, timeout_s=timeout_s, prices=prices)
        # A chat model that was handed in is a deployment of its own.
        breaker = SHARED.of(deployment(model, base_url)) if isinstance(model, str) else Breaker(name)
        held = partial(_held, breaker=breaker, attempts=attempts, timeout_s=timeout_s)
        key = name if name not in wholes else f"{name} ({len(wholes) + 1})"
        wholes[key] = held(Budgeted(rung, max_tokens=max_tokens, prices=prices))
        streams[key] = held(BudgetedStream(rung, max_tokens=max_tokens, prices=prices))
    if not wholes:
        raise ConfigurationError("There is no model to ask.", fix="Name one in models: openai:<model>.")
    return ConversationChain(wholes, streams)


def _held(paid: Model, *, breaker: Breaker, attempts: int, timeout_s: float) -> Model:
    return Timed(Retried(Guarded(paid, breaker=breaker), attempts=attempts), limit_s=timeout_s)
