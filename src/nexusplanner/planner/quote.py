"""A quote: what a run would take, before anything is spent."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from nexusplanner.domain.model import DomainModel
from nexusplanner.domain.sections import Exact
from nexusplanner.errors import ConfigurationError, ProviderPermanentError
from nexusplanner.llm.metering import Metered
from nexusplanner.llm.price import CEILING, Prices


class Span(DomainModel):
    """A low, a likely and a high figure."""

    low: Exact
    likely: Exact
    high: Exact


class Quote(DomainModel):
    """Calls, tokens and dollars of one run.

    ``low`` is a run without debate and revision, ``likely`` the run as the rules rung walked it,
    ``high`` one in which every call is repaired once.
    """

    model: str
    calls: Span
    tokens: Span
    usd: Span


_ALWAYS = ("strategist.propose", "critic.critique", "editor.summarise")


def quote(model: str | None, seen: Sequence[Metered], prices: Prices | None = None) -> Quote:
    """Price the requests that a run on the rules rung would have sent to a model.

    Raises:
        ConfigurationError: Nobody knows what the model costs.
    """
    if model is None:
        none = Span(low=Decimal(0), likely=Decimal(0), high=Decimal(0))
        return Quote(model="rules", calls=none, tokens=none, usd=none)
    low = [m for m in seen if m.task in _ALWAYS]
    return Quote(
        model=model,
        calls=_span(len(low), len(seen), 2 * len(seen)),
        tokens=_span(_tokens(low), _tokens(seen), 2 * _tokens(seen)),
        usd=_span(_usd(model, low, prices), _usd(model, seen, prices), 2 * _usd(model, seen, prices)),
    )


def _span(low: Decimal | int, likely: Decimal | int, high: Decimal | int) -> Span:
    return Span(low=Decimal(low), likely=Decimal(likely), high=Decimal(high))


def _tokens(seen: Sequence[Metered]) -> int:
    return sum(m.tokens_in + m.tokens_out for m in seen)


def _usd(model: str, seen: Sequence[Metered], prices: Prices | None) -> Decimal:
    known = prices or Prices()
    if ":" not in model:  # handed in as an object
        known = known.assuming(CEILING)
    try:
        costs = [known.usd(model, tokens_in=m.tokens_in, tokens_out=m.tokens_out) for m in seen]
    except ProviderPermanentError as error:
        raise ConfigurationError(error.message, fix=error.fix) from None
    return sum(costs, Decimal(0)).quantize(Decimal("0.0001"))
