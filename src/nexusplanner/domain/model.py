"""What every noun of the domain is: a frozen, plain Pydantic model."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict, JsonValue

JsonObject = dict[str, JsonValue]
"""A JSON object, plain enough to be kept and read by anything."""


class DomainModel(BaseModel):
    """A frozen value object: unknown keys, infinities and NaN are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    def having(self, **fields: object) -> Self:
        """Return it with some fields as given, unchecked; the very same one where they are so already."""
        changed = {name: value for name, value in fields.items() if getattr(self, name) != value}
        return self.model_copy(update=changed) if changed else self
