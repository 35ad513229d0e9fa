"""The chain: which rungs a list of models becomes, and that the rules are always behind them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pydantic import BaseModel, SecretStr
from tests.unit.llm.asking import Said, ask, request

from nexusplanner.errors import ConfigurationError
from nexusplanner.llm.chain import build_chain, starters
from nexusplanner.llm.loading import DEFAULT_BEDROCK, DEFAULT_OPENAI, default_models, name_of
from nexusplanner.llm.price import Prices
from nexusplanner.llm.request import Model
from nexusplanner.llm.rules import RulesModel
from nexusplanner.planner.wiring import named_models, wire_model
from nexusplanner.settings import ModelPrice, Settings
from nexusplanner.testing.scripted import ScriptedChatModel

RULES = RulesModel({"test.ask": lambda _: Said(text="by rule")})


def chain(*models: str | ScriptedChatModel) -> Model:
    """Build a chain before ``RULES``."""
    return build_chain(models, RULES, api_key=SecretStr("k"), base_url=None, timeout_s=1, max_tokens=100)


def test_no_models_means_the_rules_alone() -> None:
    assert chain().name == "rules"
    assert chain("rules").name == "rules"


def test_strings_and_chat_models_become_rungs_in_their_order() -> None:
    chat = ScriptedChatModel.playing([], model_name="mine")
    assert chain("openai:gpt-5-mini", chat).name == "openai:gpt-5-mini > mine > rules"


def test_rules_end_the_chain() -> None:
    """What is named after the rules would never be asked, so it is not even built."""
    assert chain("openai:gpt-5-mini", "rules", "nowhere:model").name == "openai:gpt-5-mini > rules"


@pytest.mark.parametrize("spec", ["gpt-5-mini", "nowhere:model", "openai:", "bedrock:", "", "RULES"])
def test_a_string_that_names_no_model_is_a_set_up_fault(spec: str) -> None:
    """It is said at construction, with what would be right."""
    with pytest.raises(ConfigurationError, match="openai:<model>") as wrong:
        chain(spec)
    assert repr(spec) in str(wrong.value)


def test_bedrock_is_built_from_the_environments_region(monkeypatch: pytest.MonkeyPatch) -> None:
    """Building makes no call; region and credentials are the SDK's own business."""
    for name, value in (("REGION", "eu-west-1"), ("ACCESS_KEY_ID", "a"), ("SECRET_ACCESS_KEY", "b")):
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    assert chain(DEFAULT_BEDROCK).name == f"{DEFAULT_BEDROCK} > rules"


def test_without_ai_generation_no_model_is_asked() -> None:
    """The switch wins over models that were handed in, and over a key."""
    settings = Settings(use_ai_generation=False, openai_api_key=SecretStr("k"))
    assert named_models([ScriptedChatModel.playing([])], settings) == ()
    assert wire_model(["openai:gpt-5-mini"], settings).name == "rules"


def test_models_handed_in_win_over_settings_and_these_over_keys() -> None:
    settings = Settings(models=("openai:a",), openai_api_key=SecretStr("k"))
    assert named_models(["openai:b"], settings) == ["openai:b"]
    assert named_models(None, settings) == ("openai:a",)
    assert named_models([], settings) == []
    assert named_models(None, Settings(openai_api_key=SecretStr("k"))) == (DEFAULT_OPENAI,)


@pytest.mark.parametrize(
    ("environment", "has_key", "models"),
    [
        ({}, False, ()),
        ({}, True, (DEFAULT_OPENAI,)),
        ({"AWS_PROFILE": "p"}, False, ()),
        ({"AWS_PROFILE": "p", "AWS_REGION": "eu-west-1"}, False, (DEFAULT_BEDROCK,)),
        ({"AWS_ACCESS_KEY_ID": "a", "AWS_DEFAULT_REGION": "r"}, True, (DEFAULT_OPENAI, DEFAULT_BEDROCK)),
    ],
)
def test_by_default_the_models_are_those_there_are_keys_for(
    environment: dict[str, str], has_key: bool, models: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert default_models(has_openai_key=has_key) == models


def test_a_chat_model_is_named_as_it_names_its_model() -> None:
    assert name_of(ScriptedChatModel.playing([], model_name="gpt-5-mini")) == "gpt-5-mini"
    assert name_of(ScriptedChatModel.playing([], model_name="")) == "ScriptedChatModel"


def test_the_rules_answer_by_the_tasks_expert_at_no_cost() -> None:
    answer = ask(RULES)
    assert (answer.value.text, answer.rung, answer.usage.calls) == ("by rule", "rules", 0)


def test_a_task_without_an_expert_and_an_expert_of_the_wrong_type_are_set_up_faults() -> None:
    with pytest.raises(ConfigurationError, match=r"No expert answers 'test\.ask'"):
        ask(RulesModel({}))
    wrong: dict[str, object] = {"text": "a"}

    class Other(BaseModel):
        """Not what was asked for."""

    with pytest.raises(ConfigurationError, match="gave Other"):
        ask(RulesModel({"test.ask": lambda _: Other.model_validate(wrong)}), request())


def test_the_first_model_of_each_family_takes_a_turn_where_it_costs_no_more() -> None:
    """Drafts from families that differ, at no higher bill: a dearer family waits until it is needed."""
    cheap, dear, cheaper = (ModelPrice(in_per_million=Decimal(p), out_per_million=Decimal(p)) for p in (2, 9, 1))
    prices = Prices(
        {"openai:a": cheap, "openai:b": cheaper, "bedrock:acme.x": cheaper, "bedrock:acme.y": dear, "mine": cheap}
    )
    assert starters(["openai:a", "openai:b", "bedrock:acme.x", "mine"], prices) == (0, 2, 3)
    assert starters(["openai:a", "bedrock:acme.y", "bedrock:acme.x"], prices) == (0,)
    assert starters(["bedrock:acme.y"], prices) == (0,)
