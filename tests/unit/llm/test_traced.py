"""Tracing: each call is followed by time, rung and cost, and by no word of what was said."""

from __future__ import annotations

import logging

import pytest
from tests.unit.llm.asking import Said, ask, request

from nexusplanner.errors import ProviderPermanentError
from nexusplanner.llm.traced import Traced
from nexusplanner.testing.scripted import ScriptedModel


class Clock:
    """Goes on by a second and a half each time it is read."""

    def __init__(self) -> None:
        self._now = 0.0

    def __call__(self) -> float:
        self._now += 1.5
        return self._now


def test_an_answer_says_how_long_it_took(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "nexusplanner.llm"), ScriptedModel({"test.ask": [Said(text="secret")]}) as model:
        answer = ask(Traced(model, monotonic=Clock()), request(data='{"canary": 1}'))
    assert answer.latency_s == 1.5
    (record,) = caplog.records
    told = vars(record)
    assert (told["task"], told["rung"], told["tenant"], told["attempts"]) == ("test.ask", "scripted", "default", 1)
    assert not {word for word in ("secret", "canary") if word in str(told)}


def test_a_call_without_an_answer_is_logged_by_the_errors_code(caplog: pytest.LogCaptureFixture) -> None:
    with (
        caplog.at_level(logging.INFO, "nexusplanner.llm"),
        ScriptedModel({"test.ask": [ProviderPermanentError("no key")]}) as model,
        pytest.raises(ProviderPermanentError),
    ):
        ask(Traced(model))
    assert "provider.permanent" in caplog.text
