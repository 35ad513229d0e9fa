"""Strict schemas: what servers can hold a reply to, and the model itself still checks the rest."""

from __future__ import annotations

import json

import pytest
from pydantic import BaseModel, Field

from nexusplanner.agents.critic import Verdicts
from nexusplanner.agents.refinement.asked import Understood
from nexusplanner.agents.tasks import Ruling, SummaryWords
from nexusplanner.domain.debate import Turn
from nexusplanner.domain.proposal import ProposalWords
from nexusplanner.llm.graders import JudgeMark
from nexusplanner.llm.strict_schema import is_closed, strict_schema
from nexusplanner.testing.strict_schema import strict_fault

ASKED = (ProposalWords, Verdicts, Turn, Ruling, SummaryWords, JudgeMark, Understood)


@pytest.mark.parametrize("model", ASKED)
def test_every_schema_the_agents_ask_for_is_one_a_server_would_take(model: type[BaseModel]) -> None:
    schema = strict_schema(model)
    assert is_closed(schema)
    assert strict_fault(json.loads(json.dumps(schema))) == ""


class Odd(BaseModel):
    """Fields whose names are those of keywords, and one that may hold any key."""

    title: str = Field(default="t", max_length=3)
    properties: int = 1
    free: dict[str, str] = Field(default_factory=dict)


def test_fields_named_like_keywords_are_fields() -> None:
    schema = strict_schema(Odd)
    properties, required = schema["properties"], schema["required"]
    assert isinstance(properties, dict)
    assert isinstance(required, list)
    assert set(properties) == set(required) == {"title", "properties", "free"}
    assert "maxLength" not in json.dumps(schema)


def test_a_map_of_any_keys_cannot_be_closed() -> None:
    assert not is_closed(strict_schema(Odd))
