"""Two providers on the wire: voices speak by the first, the judge by the other family's."""

from __future__ import annotations

import json
import re

import pytest
from pydantic import SecretStr
from tests.flow.campaigns import brief, planner
from tests.unit.llm.cutting import texts_of

from nexusplanner.domain.critique import CRITERIA
from nexusplanner.domain.model import JsonObject
from nexusplanner.settings import Settings
from nexusplanner.testing.bedrock_server import BedrockServer
from nexusplanner.testing.completion import Completion
from nexusplanner.testing.openai_server import OpenAIServer

MODELS = ("openai:gpt-5-mini", "bedrock:anthropic.claude-sonnet-4-5-20250929-v1:0")
_VOICE = re.compile(r"You are voice (\w) in round (\d)")


def respond(body: JsonObject) -> Completion:
    """Play critics that differ about money, voices that never give in, and a judge; refuse the rest."""
    instruction, data = texts_of(body)
    if "Judge the proposal on each of these criteria" in instruction:
        return Completion(json.dumps({"verdicts": [_verdict(c, "head of customer" in instruction) for c in CRITERIA]}))
    if voice := _VOICE.search(instruction):
        return Completion(json.dumps(_turn(voice[1], int(voice[2]), data)))
    if "Two proposals came out level" in instruction:
        return Completion(json.dumps({"prefers": "neither", "reason": "They are alike."}))
    if "You are a judge" in instruction:
        return Completion(json.dumps({"passed": True, "reason": "It was shown.", "evidence": []}))
    return Completion("not of this play", status=400)


def _verdict(criterion: str, is_strict: bool) -> JsonObject:
    fails = is_strict and criterion == "money"
    gap = "The money is not shown to pay." if fails else ""
    return {"criterion": criterion, "passed": not fails, "score": 0.4 if fails else 0.8, "gap": gap, "evidence": []}


def _turn(voice: str, round_: int, data: str) -> JsonObject:
    """Cite another piece of evidence in each turn."""
    ids = re.findall(r'"id":"(ev-[^"]+)"', data)
    return {
        "round": round_, "voice": voice, "about": "x", "stance": "fail" if voice == "A" else "pass",
        "argument": f"Look at this, {'once more' if round_ > 1 else 'please'}, says {voice}.",
        "evidence": [ids[2 * round_ + (voice == "B")]], "calculations": [],
    }  # fmt: skip


def test_the_judge_asks_the_other_family_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    with OpenAIServer(respond) as openai, BedrockServer(respond) as bedrock:
        monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", bedrock.origin)
        settings = Settings(openai_api_key=SecretStr("sk-test"), openai_base_url=openai.base_url)
        with planner(settings=settings, models=MODELS) as made:
            debate = made.plan(brief()).debate
        asked = {
            name: [texts_of(taken.body)[0] for taken in server.log]
            for name, server in (("openai", openai), ("bedrock", bedrock))
        }
    assert debate is not None
    assert debate.stop_reason == "stable"
    assert set(debate.final_votes.values()) == {(True,)}
    assert any("You are a judge" in text for text in asked["bedrock"])
    assert not any("You are a judge" in text for text in asked["openai"])
    assert any("You are voice" in text for text in asked["openai"])
    assert not any("You are voice" in text for text in asked["bedrock"])
