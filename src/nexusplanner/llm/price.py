"""What a call costs, from a price list that others keep."""

from __future__ import annotations

from decimal import Decimal

CEILING_IN = Decimal(15)
CEILING_OUT = Decimal(75)
"""USD per million tokens assumed of a model whose price is not known: above any list price of a general chat model."""


def price_usd(model: str, *, tokens_in: int, tokens_out: int) -> Decimal:
    """Price a call at list price (genai-prices); an unknown model at the ceiling price.

    Args:
        model: ``provider:model`` or a bare model name.
        tokens_in: Prompt tokens.
        tokens_out: Completion tokens.
    """
    from genai_prices import Usage, calc_price

    provider, _, rest = model.partition(":")
    known = {"openai": "openai", "bedrock": "aws"}.get(provider)
    name = rest if known else model
    try:
        usage = Usage(input_tokens=tokens_in, output_tokens=tokens_out)
        return calc_price(usage, model_ref=name, provider_id=known).total_price
    except LookupError:
        return (CEILING_IN * tokens_in + CEILING_OUT * tokens_out) / 1_000_000


def tokens_at_most(text: str) -> int:
    """Bound the tokens of a text without a tokenizer: no byte-level vocabulary needs more than one a byte.

    A third of the bytes is above what English and code take (about a quarter); every byte of
    other scripts is counted.
    """
    ascii_bytes = sum(1 for c in text if c < "\x80")
    return ascii_bytes // 3 + (len(text.encode()) - ascii_bytes) + 16
