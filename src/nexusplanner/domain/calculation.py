"""A calculation: what a calculator was given and what it answered, so that anyone can run it again."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Annotated

from pydantic import GetCoreSchemaHandler, JsonValue
from pydantic_core.core_schema import CoreSchema, any_schema

from nexusplanner.domain.model import DomainModel, JsonObject

if TYPE_CHECKING:
    from nexusplanner.rendering import Plot


_AS_WRITTEN = frozenset({str, int, bool, type(None)})
"""Types that JSON writes in one way only."""


def canonical(value: object) -> str:
    """Write JSON in the one form that fingerprints are taken of.

    Keys are sorted and whole floats are written as integers: JSON knows one kind of number and no
    order of keys, and tools that reformat a file change both.
    """
    return json.dumps(
        _settled(value),
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
    )


def calculation_id(name: str, version: str, inputs: str) -> str:
    """Address a calculation by its calculator and its inputs as canonical JSON."""
    return f"calc-{name}-{hashlib.sha256(f'{name}/{version}/{inputs}'.encode()).hexdigest()[:8]}"


def _settled(value: object) -> object:
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, dict):
        return {key: child if type(child) in _AS_WRITTEN else _settled(child) for key, child in value.items()}
    if isinstance(value, list | tuple):
        return [child if type(child) in _AS_WRITTEN else _settled(child) for child in value]
    return value


class _AsItIs:
    """Takes and writes a JSON value without looking into it."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return any_schema()


PlainObject = dict[str, Annotated[JsonValue, _AsItIs]]
"""A JSON object whose values are taken as they are: they come from our own code or from parsed JSON, and a
calculation's rows are too many to be looked at each time one is read or written."""


class Calculation(DomainModel):
    """One run of a calculator. ``inputs`` is complete: outputs follow from it alone."""

    id: str
    name: str
    """The calculator (``response_curves``)."""
    version: str
    inputs: PlainObject
    outputs: PlainObject
    explanation: str = ""
    """One sentence: what was done, from which rows."""
    evidence: tuple[str, ...] = ()
    """Ids of the evidence the inputs were read from."""

    @classmethod
    def record(
        cls,
        name: str,
        version: str,
        *,
        inputs: JsonObject,
        outputs: JsonObject,
        explanation: str = "",
        evidence: tuple[str, ...] = (),
    ) -> Calculation:
        """Keep a run; the id follows from calculator and inputs."""
        return cls(
            id=calculation_id(name, version, canonical(inputs)),
            name=name,
            version=version,
            inputs=inputs,
            outputs=outputs,
            explanation=explanation,
            evidence=evidence,
        )

    def written(self) -> JsonObject:
        """Write it as JSON. Its inputs and outputs are shared, not copied: they are many, and nobody changes them."""
        return {
            "id": self.id,
            "name": self.name,
            "version": self.version,
            "inputs": self.inputs,
            "outputs": self.outputs,
            "explanation": self.explanation,
            "evidence": list(self.evidence),
        }

    def plot(self, *, chosen: Calculation | None = None, currency: str | None = None) -> Plot:
        """Draw the calculation; a notebook shows the result, and it can be saved.

        Args:
            chosen: For response curves, an allocation whose points are marked on them.
            currency: What money is in, where the calculation does not tell (curves, a forecast of revenue).

        Raises:
            InputError: This calculation has no picture; names those that have one.
        """
        from nexusplanner.rendering import to_plot

        return to_plot(self, chosen=chosen, currency=currency)

    def _repr_html_(self) -> str:
        from nexusplanner.rendering import to_calculation_card

        return to_calculation_card(self)

    def __repr__(self) -> str:
        return f"<Calculation {self.id}: {self.explanation or self.name}>"
