"""Strict schemas: what OpenAI would refuse is refused here, with the place and the reason."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from nexusplanner.testing.strict_schema import strict_fault

CLOSED = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": False}


def closed(**properties: object) -> dict[str, object]:
    """Make an object that closes itself and requires all it has."""
    return {"type": "object", "properties": properties, "required": [*properties], "additionalProperties": False}


@pytest.mark.parametrize(
    "schema",
    [
        CLOSED,
        closed(),
        closed(many={"type": "array", "items": CLOSED}),
        closed(either={"anyOf": [{"type": "string"}, {"type": "null"}], "description": "one"}),
        closed(kind={"enum": ["a", "b"]}, fixed={"const": 1}, bounded={"type": "number", "minimum": 0}),
        {**closed(one={"$ref": "#/$defs/One"}), "$defs": {"One": CLOSED}},
    ],
)
def test_what_is_closed_and_requires_all_is_taken(schema: dict[str, object]) -> None:
    assert strict_fault(schema) == ""


@pytest.mark.parametrize(
    ("schema", "says"),
    [
        (None, 'type: "object"'),
        ({"type": "array", "items": CLOSED}, 'type: "object"'),
        ({**CLOSED, "additionalProperties": True}, "the root, 'additionalProperties'"),
        ({"type": "object", "properties": {}, "required": []}, "'additionalProperties'"),
        ({**CLOSED, "required": []}, "Missing 'a'"),
        ({**CLOSED, "required": ["a", "b"]}, "'b', which is no property"),
        (closed(deep={**CLOSED, "required": []}), "the root.deep, 'required'"),
        (closed(many={"type": "array"}), "missing items"),
        (closed(many={"type": "array", "items": {**CLOSED, "additionalProperties": {}}}), "the root.many.items"),
        (closed(any={}), "must have a 'type' key"),
        (closed(a={"type": "string", "default": "x"}), "'default' is not permitted"),
        (closed(a={"oneOf": [{"type": "string"}], "type": "string"}), "'oneOf' is not permitted"),
        (closed(a={"anyOf": [{"type": "string"}, {}]}), "the root.a.anyOf.1"),
        ({**closed(a={"$ref": "#/$defs/A", "description": "d"}), "$defs": {"A": CLOSED}}, "$ref cannot have"),
        ({**closed(), "$defs": {"A": {"type": "object", "properties": {}}}}, "the root.A"),
    ],
)
def test_what_it_would_refuse_is_told_with_its_place(schema: object, says: str) -> None:
    assert says in strict_fault(schema)


def test_a_model_of_pydantic_is_refused_as_it_is() -> None:
    """It leaves objects open, and defaults in."""

    class Form(BaseModel):
        """A form."""

        a: str = "x"

    assert strict_fault(Form.model_json_schema())
