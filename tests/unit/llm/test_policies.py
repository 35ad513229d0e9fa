"""The policies around a model: tried again, mended once, held to the purse, and something behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from pydantic import BaseModel
from tests.unit.llm.asking import Said, ask, purse, request

from nexusplanner.errors import (
    BudgetExceeded,
    ConfigurationError,
    ProviderContentError,
    ProviderPermanentError,
    ProviderTransientError,
)
from nexusplanner.llm.budgeted import Budgeted
from nexusplanner.llm.content import ContentRefusedError
from nexusplanner.llm.fallback import Fallback
from nexusplanner.llm.metering import Metering
from nexusplanner.llm.repaired import Repaired
from nexusplanner.llm.request import Answer, Request, T, Usage
from nexusplanner.llm.retried import Retried
from nexusplanner.testing.scripted import ScriptedModel

PASSING = ProviderTransientError("busy")
GONE = ProviderPermanentError("no such key")
SAID = Said(text="yes")


def model(*steps: BaseModel | Exception, name: str = "m", usd: str = "0.01") -> ScriptedModel:
    """Script the test task."""
    return ScriptedModel({"test.ask": steps}, name=name, usage=Usage(1, 10, 5, Decimal(usd)))


class Recording:
    """Lets requests pass and keeps them."""

    name = "recording"

    def __init__(self, inner: ScriptedModel) -> None:
        self.inner, self.repairs = inner, list[tuple[str, str] | None]()

    async def answer(self, asked: Request[T]) -> Answer[T]:
        """Keep what was said about a first try."""
        self.repairs.append(asked.repair)
        return await self.inner.answer(asked)


@pytest.mark.parametrize("faults", [0, 1, 2])
def test_a_passing_fault_is_tried_again(faults: int) -> None:
    """Up to three calls in all."""
    with model(*[PASSING] * faults, SAID) as scripted:
        assert ask(Retried(scripted, longest_wait_s=0)).value == SAID
        assert len(scripted.asked) == faults + 1


def test_after_three_passing_faults_it_gives_up() -> None:
    with model(*[PASSING] * 3) as scripted, pytest.raises(ProviderTransientError, match="busy"):
        ask(Retried(scripted, longest_wait_s=0))


@pytest.mark.parametrize("fault", [GONE, ProviderContentError("cut"), BudgetExceeded("empty")])
def test_a_fault_that_stays_is_met_once(fault: Exception) -> None:
    """Nobody is asked again who cannot answer otherwise."""
    with model(fault) as scripted, pytest.raises(type(fault)):
        ask(Retried(scripted, longest_wait_s=0))


def test_refused_content_is_asked_for_once_more_with_the_reason() -> None:
    """The second request shows the reply and why it was refused; both tries are paid for."""
    refused = ContentRefusedError("It cites 'x'.", reply="{}", usage=Usage(1, 100, 50, Decimal("0.10")))
    recording = Recording(model(refused, SAID))
    answer = ask(Repaired(recording))
    assert recording.repairs == [None, ("{}", "It cites 'x'.")]
    assert answer.usage == Usage(2, 110, 55, Decimal("0.11"))


def test_content_refused_twice_is_refused() -> None:
    refusals = [ContentRefusedError(f"no {i}", reply="{}", usage=Usage(1)) for i in range(2)]
    with model(*refusals) as scripted, pytest.raises(ContentRefusedError, match="no 1"):
        ask(Repaired(scripted))


def test_a_cut_reply_is_not_asked_for_again() -> None:
    """The same ceiling would cut it at the same place."""
    with model(ProviderContentError("cut")) as scripted, pytest.raises(ProviderContentError):
        ask(Repaired(scripted))


def test_what_a_call_cost_is_counted_and_the_rest_given_back() -> None:
    held = purse("1.00")
    ask(Budgeted(model(SAID), max_tokens=100), request(held=held))
    assert (held.spent_usd, held.held_usd, held.calls) == (Decimal("0.01"), Decimal(0), 1)


def test_a_call_of_unknown_fate_counts_as_spent_in_full() -> None:
    """The provider may have charged for it: at the ceiling price of a model nobody knows."""
    held = purse("1.00")
    with pytest.raises(ProviderTransientError):
        ask(Budgeted(model(PASSING), max_tokens=1000), request(held=held))
    assert held.spent_usd > Decimal("0.075")
    assert held.held_usd == 0


def test_a_refused_reply_counts_what_it_cost_and_no_more() -> None:
    """Its fate is known."""
    held = purse("1.00")
    refused = ContentRefusedError("no", reply="", usage=Usage(1, 10, 5, Decimal("0.02")))
    with pytest.raises(ContentRefusedError):
        ask(Budgeted(model(refused), max_tokens=1000), request(held=held))
    assert (held.spent_usd, held.held_usd) == (Decimal("0.02"), Decimal(0))


@pytest.mark.parametrize(("usd", "calls"), [("0", 50), ("0.0001", 50), ("1", 0)])
def test_what_the_purse_cannot_hold_is_not_called(usd: str, calls: int) -> None:
    """No money or no calls left: the model is never asked."""
    scripted = model(SAID)
    with pytest.raises(BudgetExceeded, match="limits"):
        ask(Budgeted(scripted, max_tokens=1000), request(held=purse(usd, max_calls=calls)))
    assert scripted.asked == []


@pytest.mark.parametrize(
    ("above", "lost"),
    [
        ([], ()),
        ([GONE], ("m0: no such key",)),
        ([PASSING, ProviderContentError("cut"), BudgetExceeded("empty")], ("m0: busy", "m1: cut", "m2: empty")),
    ],
)
def test_the_first_that_answers_does_and_reasons_are_kept(above: Sequence[Exception], lost: tuple[str, ...]) -> None:
    rungs = [model(fault, name=f"m{i}") for i, fault in enumerate(above)]
    last, behind = model(SAID, name="last"), model(name="never")
    answer = ask(Fallback(*rungs, last, behind))
    assert (answer.value, answer.rung, answer.lost) == (SAID, "last", lost)
    assert behind.asked == []


def test_only_what_the_last_rung_raises_reaches_the_caller() -> None:
    with pytest.raises(ProviderTransientError, match="busy"):
        ask(Fallback(model(GONE), model(PASSING)))


def test_a_set_up_fault_is_no_reason_to_go_on() -> None:
    """Hiding it behind the rules would hide it for ever."""
    with pytest.raises(ConfigurationError):
        ask(Fallback(model(ConfigurationError("wrong")), model(SAID)))


def test_policies_keep_the_name_of_what_they_hold() -> None:
    inner = model(name="openai:x")
    assert {Retried(inner).name, Repaired(inner).name, Budgeted(inner, max_tokens=1).name} == {"openai:x"}
    assert Metering(inner).name == "openai:x"
    assert Fallback(inner, model(name="rules")).name == "openai:x > rules"


def test_metering_notes_every_request_and_changes_no_answer() -> None:
    metering = Metering(model(SAID, SAID))
    ask(metering, request(data="short"))
    assert ask(metering, request(data="long " * 300)).value == SAID
    small, large = metering.seen
    assert (small.task, small.tokens_out > 0) == ("test.ask", True)
    assert large.tokens_in >= small.tokens_in + 450


def test_a_script_fails_on_what_it_does_not_hold_and_on_what_is_left() -> None:
    """The double itself: an unexpected call, a wrong schema and an unplayed step are all failures."""
    with pytest.raises(AssertionError, match="no further answer"):
        ask(model())
    with pytest.raises(AssertionError, match="not Said"):
        ask(model(Other()))
    with pytest.raises(AssertionError, match="never asked for"), model(SAID):
        pass


class Other(BaseModel):
    """Not what the test task asks for."""


def test_a_request_of_another_turn_begins_with_another_starter_and_goes_on_in_order() -> None:
    rungs = [model(SAID, SAID, SAID, name=name) for name in ("a", "b", "c", "rules")]
    ladder = Fallback(*rungs, starters=(0, 2))
    assert [ask(ladder, replace(request(), turn=turn)).rung for turn in range(3)] == ["a", "c", "a"]
    down = Fallback(model(SAID, name="a"), model(GONE, name="b"), model(SAID, name="rules"), starters=(0, 1))
    assert ask(down, replace(request(), turn=1)).rung == "a"


def test_replies_refused_on_every_rung_are_counted() -> None:
    refused = ContentRefusedError("It does not fit.", reply="{}", usage=Usage(calls=1))
    again = ContentRefusedError("It does not fit.", reply="{}", usage=Usage(calls=1))
    ladder = Fallback(Repaired(model(refused, again, name="a")), model(SAID, name="rules"))
    assert ask(ladder).refused == 2
    once = ContentRefusedError("It does not fit.", reply="{}", usage=Usage(calls=1))
    assert ask(Repaired(model(once, SAID))).refused == 1
