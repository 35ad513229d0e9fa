"""A reply as it came: all that is needed to read it, now or again."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Self

from nexusplanner.llm.request import Usage
from nexusplanner.llm.wire import Form, Said
from nexusplanner.secrecy import masked


@dataclass(frozen=True)
class Reply:
    """What a model said, how it was asked, and what that took."""

    said: Said
    form: Form
    tells_end: bool
    """Whether a whole reply on this line always says how it ended."""
    usage: Usage

    def without_secrets(self) -> Self:
        """Cut out of it what a provider repeats of our keys."""
        told = self.said
        clean = replace(
            told,
            text=masked(told.text),
            finish_reason=masked(told.finish_reason),
            refusal=masked(told.refusal),
            other_tool=masked(told.other_tool),
            model=masked(told.model),
        )
        return replace(self, said=clean)

    def dumps(self) -> str:
        """Write it as JSON; what is in it stays as it came, whatever it is."""
        usage = self.usage
        took = {"calls": usage.calls, "in": usage.tokens_in, "out": usage.tokens_out, "usd": str(usage.usd)}
        return json.dumps({"said": asdict(self.said), "form": self.form, "tells_end": self.tells_end, "usage": took})

    @classmethod
    def loads(cls, text: str) -> Self:
        """Read it back."""
        kept = json.loads(text)
        took = kept["usage"]
        usage = Usage(took["calls"], took["in"], took["out"], Decimal(took["usd"]))
        return cls(Said(**kept["said"]), kept["form"], kept["tells_end"], usage)
