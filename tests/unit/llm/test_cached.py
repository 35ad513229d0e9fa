"""Identical requests of one tenant are paid once; nothing else is ever shared, and failures pass."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from tests.unit.llm.asking import GIVEN, Said, ask, purse, request

from nexusplanner.errors import ProviderError, ProviderTransientError, StorageError
from nexusplanner.llm.answers_memory import InMemoryAnswers
from nexusplanner.llm.budgeted import Budgeted
from nexusplanner.llm.cached import Cached
from nexusplanner.llm.fallback import Fallback
from nexusplanner.llm.request import Answer, Request, T, Usage
from nexusplanner.llm.rules import RulesModel
from nexusplanner.persistence.answers_sqlite import SqliteAnswers
from nexusplanner.ports.answers import AnswerStore
from nexusplanner.prompts import parse

SAID = Said(text="So it is.", evidence=(GIVEN,))
RULES = RulesModel({"test.ask": lambda _: Said(text="by rule")})


class Slow:
    """A model that answers when it is let, and counts how often it was asked; the first calls may fail."""

    name = "openai:gpt-5-mini"

    def __init__(self, faults: Sequence[ProviderError] = (), *, is_open: bool = True) -> None:
        self.asked, self.faults, self.gate = 0, list(faults), asyncio.Event()
        if is_open:
            self.gate.set()

    async def answer(self, asked: Request[T]) -> Answer[T]:
        """Wait to be let, then fail or answer."""
        self.asked += 1
        fault = self.faults.pop(0) if self.faults else None
        await self.gate.wait()
        if fault:
            raise fault
        value = asked.schema.model_validate(SAID.model_dump())
        return Answer(value, self.name, asked.prompt.id, asked.prompt.sha256, Usage(1, 10, 5, Decimal("0.01")))


class Broken:
    """A store whose disk is full."""

    waits = False

    def get(self, key: str, *, now: float) -> str | None:
        """Fail."""
        raise StorageError("full")

    def put(self, key: str, text: str, *, now: float, ttl_s: float) -> None:
        """Fail."""
        raise StorageError("full")

    def close(self) -> None:
        """Do nothing."""


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AnswerStore]:
    """Open each kind of store."""
    kind = request.param
    found: AnswerStore = InMemoryAnswers() if kind == "memory" else SqliteAnswers(tmp_path / "answers.sqlite")
    yield found
    found.close()


def cached(model: Slow | Fallback, store: AnswerStore, *, now: Sequence[float] = (0.0,), ttl_s: float = 60) -> Cached:
    """Cache a model by a clock that is moved by hand: the first of ``now``."""
    return Cached(model, store, ttl_s=ttl_s, parameters={"max_tokens": 100}, now=lambda: now[0])


def test_the_same_request_is_answered_from_the_cache_at_no_cost(store: AnswerStore) -> None:
    model, held = Slow(), purse()
    chain = cached(model, store)
    first, again = ask(chain), ask(chain, request(held=held))
    assert model.asked == 1
    assert (again.value, again.rung, again.prompt_sha256) == (first.value, first.rung, first.prompt_sha256)
    assert (first.cached, again.cached) == (False, True)
    assert again.usage == Usage(cached_calls=1, saved_usd=Decimal("0.01"))
    assert (held.calls, held.spent_usd) == (0, Decimal(0))


def test_another_process_finds_what_was_kept(tmp_path: Path) -> None:
    """Two stores on one file."""
    model = Slow()
    for _ in range(2):
        kept = SqliteAnswers(tmp_path / "answers.sqlite")
        ask(cached(model, kept))
        kept.close()
    assert model.asked == 1
    assert (tmp_path / "answers.sqlite").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "other",
    [
        replace(request(), tenant="beta"),
        replace(request(), tenant="Default"),
        replace(request(), task="test.other"),
        replace(request(), data=lambda: '{"brief":2}'),
        replace(request(), variables={"what": "that"}),
        replace(request(), allowed_ids=frozenset({GIVEN, "ev-brief-11111111"})),
        replace(request(), prompt=parse("test/ask", "purpose: Ask!\nvariables: what\n\nSay $what.\n")),
        request().with_repair("{}", "It was late."),
    ],
    ids=["tenant", "case of tenant", "task", "data", "variables", "ids", "prompt", "repair"],
)
def test_any_difference_is_another_request(other: Request[Said], store: AnswerStore) -> None:
    """The tenant first of all: nothing crosses it."""
    model = Slow()
    chain = cached(model, store)
    assert chain.key(other) != chain.key(request())
    ask(chain)
    ask(chain, other)
    assert model.asked == 2


def test_other_parameters_and_another_model_are_another_request() -> None:
    here = Cached(Slow(), InMemoryAnswers(), parameters={"max_tokens": 100})
    there = Cached(Slow(), InMemoryAnswers(), parameters={"max_tokens": 101})
    behind = Cached(Fallback(Slow(), RULES), InMemoryAnswers(), parameters={"max_tokens": 100})
    assert len({model.key(request()) for model in (here, there, behind)}) == 3


def test_an_answer_is_forgotten_when_its_time_is_over(store: AnswerStore) -> None:
    model, now = Slow(), [1000.0]
    chain = cached(model, store, now=now)
    ask(chain)
    now[0] = 1059.9
    assert ask(chain).cached
    now[0] = 1060.0
    assert not ask(chain).cached
    assert model.asked == 2


def test_the_answers_not_used_for_longest_are_let_go() -> None:
    kept = InMemoryAnswers(most=2)
    for key in ("a", "b", "a", "c"):
        if kept.get(key, now=0) is None:
            kept.put(key, key, now=0, ttl_s=9)
    assert [kept.get(key, now=0) for key in "abc"] == ["a", None, "c"]


def test_the_file_of_answers_is_bounded_too(tmp_path: Path) -> None:
    kept = SqliteAnswers(tmp_path / "a.sqlite", most=2)
    for i, key in enumerate("abc"):
        kept.put(key, key, now=i, ttl_s=9)
    assert [kept.get(key, now=3) for key in "abc"] == [None, "b", "c"]
    kept.close()


async def test_a_hundred_identical_calls_at_once_pay_once(store: AnswerStore) -> None:
    """One reaches the provider; a purse that holds only one call is enough for all."""
    model, held = Slow(is_open=False), purse("0.02", max_calls=1)
    chain = Cached(Budgeted(model, max_tokens=100), store)
    asking = [asyncio.ensure_future(chain.answer(request(held=held))) for _ in range(100)]
    while not model.asked:
        await asyncio.sleep(0)
    model.gate.set()
    answers = await asyncio.gather(*asking)
    assert model.asked == 1
    assert sum(a.usage.calls for a in answers) == 1
    assert sum(a.usage.cached_calls for a in answers) == 99
    assert held.spent_usd == Decimal("0.01")


async def test_a_leader_that_fails_fails_nobody_else() -> None:
    """Its own caller is told; of those who waited one asks again, for all."""
    model = Slow([ProviderTransientError("busy")], is_open=False)
    chain = cached(model, InMemoryAnswers())
    asking = [asyncio.ensure_future(chain.answer(request())) for _ in range(100)]
    await asyncio.sleep(0)
    model.gate.set()
    found = await asyncio.gather(*asking, return_exceptions=True)
    assert [isinstance(f, ProviderTransientError) for f in found] == [True] + [False] * 99
    assert model.asked == 2


async def test_a_leader_that_is_cancelled_fails_nobody_else() -> None:
    model = Slow(is_open=False)
    chain = cached(model, InMemoryAnswers())
    leader, *others = [asyncio.ensure_future(chain.answer(request())) for _ in range(10)]
    await asyncio.sleep(0)
    leader.cancel()
    model.gate.set()
    answers = await asyncio.gather(*others)
    assert {a.value for a in answers} == {SAID}
    assert model.asked == 2


def test_what_the_rules_or_a_lower_rung_answered_is_not_kept() -> None:
    """The next call tries the model again."""
    for behind in (RULES, Slow()):
        model = Slow([ProviderTransientError("busy")])
        chain = cached(Fallback(model, behind), InMemoryAnswers())
        first, second, third = ask(chain), ask(chain), ask(chain)
        assert first.lost
        assert (second.lost, second.cached, third.cached) == ((), False, True)
        assert model.asked == 2


def test_a_store_that_fails_fails_no_call() -> None:
    model = Slow()
    chain = cached(model, Broken())
    assert ask(chain).value == ask(chain).value == SAID
    assert model.asked == 2


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"value":"{}","rung":"m","prompt":["a","b"],"usd":"0"}'])
def test_what_is_kept_is_read_as_strictly_as_a_reply(text: str) -> None:
    """A spoilt entry is asked for again, and replaced."""
    model, kept = Slow(), InMemoryAnswers()
    chain = cached(model, kept)
    kept.put(chain.key(request()), text, now=0, ttl_s=60)
    assert not ask(chain).cached
    assert ask(chain).cached
