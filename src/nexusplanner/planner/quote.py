"""A quote: what a run would take, before anything is spent."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from nexusplanner.agents.critic import ROUNDS
from nexusplanner.agents.difference import REDRAWS
from nexusplanner.domain.model import DomainModel
from nexusplanner.domain.sections import Exact
from nexusplanner.errors import ConfigurationError, ProviderPermanentError
from nexusplanner.llm.metering import Metered
from nexusplanner.llm.price import Prices


class Span(DomainModel):
    """A low, a likely and a high figure."""

    low: Exact
    likely: Exact
    high: Exact


class Quote(DomainModel):
    """Calls, tokens and dollars of one run.

    ``low`` is a run without debate and revision, ``likely`` the run as the rules rung walked it,
    ``high`` one in which every critic looks things up as often as it may, all lenses but the first are drawn again,
    and every call is repaired once.
    """

    model: str
    calls: Span
    tokens: Span
    usd: Span
    counted_by: Literal["tiktoken", "estimate"] = "estimate"
    """How the tokens of requests were counted: by the model's own vocabulary, or estimated on the high side."""


_ALWAYS = ("strategist.propose", "critic.critique", "editor.summarise")


def quote(
    model: str | None, seen: Sequence[Metered], prices: Prices | None = None, *, fees: Decimal = Decimal(0)
) -> Quote:
    """Price the requests that a run on the rules rung would have sent to a model.

    Args:
        model: The model that would be asked first; None for the rules alone.
        seen: The requests.
        prices: What models cost.
        fees: What the tools charge, in USD, whoever writes the words.

    Raises:
        ConfigurationError: Nobody knows what the model costs.
    """
    if model is None:
        none = Span(low=Decimal(0), likely=Decimal(0), high=Decimal(0))
        return Quote(model="rules", calls=none, tokens=none, usd=_span(fees, fees, fees))
    low = [m for m in seen if m.task in _ALWAYS]
    high = 2 * [*seen, *_more(seen)]
    known = prices or Prices()
    likely = _usd(model, seen, known)
    return Quote(
        model=model,
        calls=_span(len(low), len(seen), len(high)),
        tokens=_span(_tokens(low), _tokens(seen), _tokens(high)),
        counted_by="tiktoken" if seen and all(m.counted_by == "tiktoken" for m in seen) else "estimate",
        usd=_span(fees + _usd(model, low, known), fees + likely, fees + _usd(model, high, known)),
    )


def _more(seen: Sequence[Metered]) -> list[Metered]:
    """Return what the rules never ask: look-ups of every critic, and later lenses that are drawn again."""
    critics = [m for m in seen if m.task == "critic.critique"]
    later = [m for m in seen if m.task == "strategist.propose"][1:]
    return critics * ROUNDS + later * REDRAWS


def _span(low: Decimal | int, likely: Decimal | int, high: Decimal | int) -> Span:
    return Span(low=Decimal(low), likely=Decimal(likely), high=Decimal(high))


def _tokens(seen: Sequence[Metered]) -> int:
    return sum(m.tokens_in + m.tokens_out for m in seen)


def _usd(model: str, seen: Sequence[Metered], prices: Prices) -> Decimal:
    try:
        costs = [prices.usd(model, tokens_in=m.tokens_in, tokens_out=m.tokens_out) for m in seen]
    except ProviderPermanentError as error:
        raise ConfigurationError(error.message, fix=error.fix) from None
    return sum(costs, Decimal(0)).quantize(Decimal("0.0001"))
