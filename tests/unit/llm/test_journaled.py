"""Journaled calls: whatever a run was told is told again in its next life, and nothing of it is asked or paid twice."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from tests.unit.llm.asking import GIVEN, GOOD, MADE_UP, Said
from tests.unit.llm.lives import Life, Lives

from nexusplanner.llm.answers_memory import InMemoryAnswers
from nexusplanner.llm.request import Answer
from nexusplanner.persistence.journal_sqlite import SqliteJournal
from nexusplanner.persistence.ledger_sqlite import SqliteLedger
from nexusplanner.testing.completion import Completion

BAD_ID = GOOD.replace(GIVEN, MADE_UP)
DOWN = Completion("down", status=400)
BUSY = Completion("busy", status=500)
ELSE = Completion(json.dumps({"text": "Something else.", "share": 0.1, "evidence": []}))
MARK = Completion(json.dumps({"score": 0.9, "reasons": []}))
NOBODY = [Completion("nobody may ask", status=400)]


def told(answer: Answer[Said]) -> Answer[Said]:
    """Return an answer without what a second telling may change."""
    return replace(answer, latency_s=0.0, replayed=0)


def same(first: Life, second: Life) -> bool:
    """Tell whether two lives were told the same, and stand the same afterwards."""
    purses = [(p.spent_usd, p.calls, p.tokens_in, p.tokens_out) for p in (first.purse, second.purse)]
    return [told(a) for a in first.answers] == [told(a) for a in second.answers] and purses[0] == purses[1]


@pytest.mark.parametrize(
    ("script", "requests", "rung"),
    [
        pytest.param([Completion(GOOD)], 1, "openai:gpt-5-mini", id="a reply"),
        pytest.param([BUSY, Completion(GOOD)], 2, "openai:gpt-5-mini", id="a fault, then a reply"),
        pytest.param([Completion(BAD_ID), Completion(GOOD)], 2, "openai:gpt-5-mini", id="a reply that is mended"),
        pytest.param([DOWN, Completion(GOOD)], 2, "openai:gpt-5", id="a model that is given up"),
        pytest.param([Completion(BAD_ID), Completion("no"), Completion(GOOD)], 3, "openai:gpt-5", id="mended in vain"),
        pytest.param([DOWN], 2, "rules", id="nobody answers"),
        pytest.param(
            [Completion("{}", finish_reason="length"), Completion(GOOD)], 2, "openai:gpt-5", id="a reply that was cut"
        ),
    ],
)
def test_a_second_life_takes_the_same_path_and_asks_nobody(
    tmp_path: Path, script: list[Completion], requests: int, rung: str
) -> None:
    """The same answer, rung, tries, losses and purse; not one request, not one cent more in the books."""
    lives = Lives(tmp_path)
    first = lives.live(script)
    assert first.requests >= requests
    assert first.answers[0].rung == rung
    ledger = SqliteLedger(tmp_path / "ledger.sqlite")
    spent = ledger.spend()
    second = lives.live(NOBODY)
    assert second.requests == 0
    assert same(first, second)
    assert ledger.spend() == spent
    ledger.close()


def test_what_is_told_again_says_so(tmp_path: Path) -> None:
    lives = Lives(tmp_path)
    assert lives.live([Completion(GOOD)]).answers[0].replayed == 0
    assert lives.live(NOBODY).answers[0].replayed == 1


def test_a_judge_is_not_asked_twice_either(tmp_path: Path) -> None:
    """Its reply, and its silence: where it gave none, the second life does without it, too."""
    for name, script in (("spoke", [Completion(GOOD), MARK]), ("silent", [Completion(GOOD), DOWN])):
        lives = Lives(tmp_path / name, judge="openai:gpt-5-nano")
        first = lives.live(script)
        assert first.requests == 2
        second = lives.live(NOBODY)
        assert second.requests == 0
        assert same(first, second)


def test_a_life_that_was_cut_short_is_asked_from_there(tmp_path: Path) -> None:
    """The reply that was settled is told again, its repair was never asked for: that alone is asked."""
    lives = Lives(tmp_path)
    first = lives.live([Completion(BAD_ID), Completion(GOOD)])
    books = SqliteLedger(tmp_path / "ledger.sqlite")
    journal = SqliteJournal(books)
    kept = journal.read("run-1", tenant="default").entries
    journal.forget("run-1", tenant="default")
    journal.write(kept[0], day=date(2027, 1, 9))
    books.close()
    second = lives.live([Completion(GOOD)])
    assert second.requests == 1
    assert same(first, second)


def test_nothing_is_told_to_another_run_or_tenant(tmp_path: Path) -> None:
    Lives(tmp_path).live([Completion(GOOD)])
    assert Lives(tmp_path, run="run-2").live([ELSE]).answers[0].value.text == "Something else."
    assert Lives(tmp_path, tenant="acme").live([ELSE]).answers[0].value.text == "Something else."


@pytest.mark.parametrize("changed", [{"data": "other"}, {"max_tokens": 501}])
def test_another_question_is_asked(tmp_path: Path, changed: dict[str, object]) -> None:
    """Other data, other parameters: what was told then is no answer; what it took still counts."""
    lives = Lives(tmp_path)
    first = lives.live([Completion(GOOD)])
    second = lives.live([ELSE], **changed)  # type: ignore[arg-type]
    assert (second.requests, second.answers[0].value.text) == (1, "Something else.")
    assert second.purse.spent_usd == 2 * first.purse.spent_usd
    third = lives.live(NOBODY, **changed)  # type: ignore[arg-type]
    assert (third.requests, third.answers[0].value.text) == (0, "Something else.")


def test_the_same_question_twice_has_two_answers(tmp_path: Path) -> None:
    lives = Lives(tmp_path)
    first = lives.live([Completion(GOOD), ELSE], times=2)
    assert [a.value.text for a in first.answers] == ["So it is.", "Something else."]
    assert same(first, lives.live(NOBODY, times=2))


def test_what_the_cache_answered_is_told_again_whatever_it_holds_by_then(tmp_path: Path) -> None:
    """A hit stays a hit where the cache forgot it; a call stays a call where the cache has it by now."""
    kept = InMemoryAnswers()
    Lives(tmp_path, run="run-0", answers=kept).live([Completion(GOOD)])
    hit = Lives(tmp_path, answers=kept).live(NOBODY)
    assert (hit.requests, hit.answers[0].cached) == (0, True)
    again = Lives(tmp_path, answers=InMemoryAnswers()).live(NOBODY)
    assert (again.requests, again.answers[0].cached) == (0, True)
    assert same(hit, again)
    called = Lives(tmp_path, run="run-0", answers=kept).live(NOBODY)
    assert (called.requests, called.answers[0].cached) == (0, False)
    assert called.purse.calls == 1
