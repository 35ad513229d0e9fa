"""What a call costs: a price of one's own, else a price list that others keep, else a ceiling."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from time import time

from nexusplanner.errors import ProviderPermanentError
from nexusplanner.settings import ModelPrice

CEILING_IN = Decimal(15)
CEILING_OUT = Decimal(75)
"""USD per million tokens assumed of a model whose price is not known: above any list price of a general chat model."""
_HOUR_S = 3600
CEILING = ModelPrice(in_per_million=CEILING_IN, out_per_million=CEILING_OUT)


@dataclass(frozen=True)
class Prices:
    """Prices of models, by ``provider:model`` or a bare model name.

    Alone, a model that no list knows is reckoned at ``CEILING``. A planner assumes that price only of a
    chat model that was handed in, or behind a server of one's own; a model named otherwise is not
    called before ``prices`` or ``ceiling_price`` says what it costs.
    """

    own: Mapping[str, ModelPrice] = field(default_factory=dict)
    """These win over the list."""
    ceiling: ModelPrice | None = CEILING
    """Assumed of a model that no list knows; None refuses it."""

    def usd(self, model: str, *, tokens_in: int, tokens_out: int) -> Decimal:
        """Price a call, in USD.

        Raises:
            ProviderPermanentError: Nobody knows the model's price, and there is no ceiling.
        """
        if price := self.own.get(model):
            return _at(price, tokens_in, tokens_out)
        listed = _listed(model, tokens_in, tokens_out)
        if listed is not None:
            return listed
        if self.ceiling is None:
            raise ProviderPermanentError(
                f'{model} has no known price, so it was not called: set prices."{model}" = '
                "{in_per_million, out_per_million}, or ceiling_price.",
                fix="USD per million tokens, in nexusplanner.toml.",
            )
        return _at(self.ceiling, tokens_in, tokens_out)

    def corrected(self, model: str, usd: Decimal, *, tokens_in: int, tokens_out: int) -> Decimal:
        """Return what a call cost: as priced from the list, unless the list is not what counts."""
        is_assumed = self.ceiling not in (None, CEILING) and _listed(model, 0, 0) is None
        if model in self.own or is_assumed:
            return self.usd(model, tokens_in=tokens_in, tokens_out=tokens_out)
        return usd

    def assuming(self, ceiling: ModelPrice) -> Prices:
        """Return the same prices, with a ceiling for what no list knows unless there is one already."""
        return self if self.ceiling else replace(self, ceiling=ceiling)


def price_usd(model: str, *, tokens_in: int, tokens_out: int) -> Decimal:
    """Price a call at list price (genai-prices); an unknown model at the ceiling price.

    Args:
        model: ``provider:model`` or a bare model name.
        tokens_in: Prompt tokens.
        tokens_out: Completion tokens.
    """
    return Prices().usd(model, tokens_in=tokens_in, tokens_out=tokens_out)


def tokens_at_most(text: str) -> int:
    """Bound the tokens of a text without a tokenizer: no byte-level vocabulary needs more than one a byte.

    A third of the bytes is above what English and code take (about a quarter). Every digit is counted,
    since some vocabularies know no numbers of more than one, and every byte of other scripts.
    """
    in_ascii = text.encode("ascii", "ignore")
    digits = len(in_ascii) - len(in_ascii.translate(None, b"0123456789"))
    others = 0 if text.isascii() else len(text.encode("utf-8", "replace")) - len(in_ascii)
    return (len(in_ascii) - digits) // 3 + digits + others + 16


def _listed(model: str, tokens_in: int, tokens_out: int) -> Decimal | None:
    price = _price_now(model, int(time() // _HOUR_S))
    if price is None or isinstance(price, ModelPrice):
        return None if price is None else _at(price, tokens_in, tokens_out)
    return price(tokens_in, tokens_out)


@lru_cache(maxsize=256)
def _price_now(model: str, hour: int) -> ModelPrice | Callable[[int, int], Decimal] | None:
    """Look a model up in the list, once an hour, since some prices hold from a day on or by the time of day.

    Returns:
        Its price; where the price depends on the number of tokens, what asks the list each time; None where the list
        does not know it.
    """
    del hour
    from genai_prices import Usage, calc_price

    provider, _, rest = model.partition(":")
    known = {"openai": "openai", "bedrock": "aws"}.get(provider)

    def asked(tokens_in: int, tokens_out: int) -> Decimal:
        usage = Usage(input_tokens=tokens_in, output_tokens=tokens_out)
        return calc_price(usage, model_ref=rest if known else model, provider_id=known).total_price

    try:
        found = calc_price(
            Usage(input_tokens=1, output_tokens=1), model_ref=rest if known else model, provider_id=known
        )
    except LookupError:
        return None
    paid_in: object = getattr(found.model_price, "input_mtok", None)
    paid_out: object = getattr(found.model_price, "output_mtok", None)
    if isinstance(paid_in, Decimal) and isinstance(paid_out, Decimal):
        price = ModelPrice.model_construct(in_per_million=paid_in, out_per_million=paid_out)
        if _at(price, 1_000_000, 1_000_000) == asked(1_000_000, 1_000_000):  # nothing else is charged
            return price
    return asked


def _at(price: ModelPrice, tokens_in: int, tokens_out: int) -> Decimal:
    return (price.in_per_million * tokens_in + price.out_per_million * tokens_out) / 1_000_000
