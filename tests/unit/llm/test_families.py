"""Families of models: a judge is asked of another family where there is one."""

from __future__ import annotations

import pytest

from nexusplanner.llm.families import another_family_first, family_of
from nexusplanner.testing.scripted import ScriptedChatModel

CLAUDE, NOVA = "bedrock:eu.anthropic.claude-sonnet-4-5", "bedrock:amazon.nova-pro"


@pytest.mark.parametrize(
    ("model", "family"),
    [("openai:gpt-5-mini", "openai"), (CLAUDE, "anthropic"), (NOVA, "amazon"), ("rules", "rules")],
)
def test_a_family_is_who_trained_it(model: str, family: str) -> None:
    assert family_of(model) == family


@pytest.mark.parametrize(
    ("models", "judging"),
    [
        ([], []),
        (["openai:a"], ["openai:a"]),
        (["openai:a", "openai:b"], ["openai:a", "openai:b"]),
        (["openai:a", "openai:b", CLAUDE], [CLAUDE, "openai:a", "openai:b"]),
        ([CLAUDE, NOVA], [NOVA, CLAUDE]),
        (["openai:a", "rules", CLAUDE], ["openai:a", "rules", CLAUDE]),
        (["openai:a", CLAUDE, "rules"], [CLAUDE, "openai:a", "rules"]),
    ],
)
def test_the_first_of_another_family_judges_first(models: list[str], judging: list[str]) -> None:
    assert list(another_family_first(models)) == judging


def test_chat_models_that_were_handed_in_are_told_apart_by_their_names() -> None:
    one, other = (ScriptedChatModel.playing([], model_name=name) for name in ("one", "other"))
    assert list(another_family_first([one, other])) == [other, one]
