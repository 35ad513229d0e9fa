"""What every noun of the domain is: a frozen, plain Pydantic model."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, JsonValue

JsonObject = dict[str, JsonValue]
"""A JSON object, plain enough to be kept and read by anything."""


class DomainModel(BaseModel):
    """A frozen value object: unknown keys, infinities and NaN are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
