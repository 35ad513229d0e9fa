"""Each question and each request is a piece of work, told without a word of it."""

from __future__ import annotations

import pytest
from tests.unit.llm.asking import PROMPT, Said, ask, request
from tests.unit.observability.test_several import Notebook

from nexusplanner.errors import ProviderTransientError
from nexusplanner.llm.observed import Observed
from nexusplanner.testing.scripted import ScriptedModel


def test_an_answer_is_told_by_its_figures() -> None:
    book = Notebook()
    with ScriptedModel({"test.ask": [Said(text="canary")]}) as model:
        watched = Observed(model, book, kind="agent", agent="critic", branch="growth")
        answer = ask(watched, request(data='{"canary": 1}').with_repair("canary", "canary"))
    assert watched.name == model.name
    assert book.lines[0] == "begin critic"
    assert f"'attempts': {answer.attempts}" in book.lines[2]
    assert "canary" not in str(book.lines)
    assert PROMPT.sha256 not in book.lines[2]


def test_a_request_is_named_as_the_model_and_its_error_passes() -> None:
    book = Notebook()
    with (
        ScriptedModel({"test.ask": [ProviderTransientError("busy")]}) as model,
        pytest.raises(ProviderTransientError),
    ):
        ask(Observed(model, book, kind="call"))
    assert book.lines == ["begin scripted", "enter", "end ProviderTransientError"]
