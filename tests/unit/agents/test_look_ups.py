"""Critics look things up by filling a field: a fixed list, read-only, bounded."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pydantic import ValidationError
from tests.unit.agents.grounds import critique_task, proposal, told

from nexusplanner.agents import Critic
from nexusplanner.agents.critic import ROUNDS, Verdicts
from nexusplanner.agents.look_ups import LookUp, ToolName, look_up
from nexusplanner.domain.critique import CRITERIA, Verdict
from nexusplanner.llm.request import Answer, Request, T, Usage
from nexusplanner.testing.scripted import ScriptedModel

TASK = replace(critique_task("growth"), siblings=(proposal("growth"),))
DESK, OPTION = told("growth")
PASSED = tuple(Verdict(criterion=c, passed=True, score=1) for c in CRITERIA)


def found(tool: ToolName, about: str = "") -> dict[str, object]:
    """Look one thing up."""
    return dict(look_up(TASK, LookUp(tool=tool, about=about)).found)


def test_evidence_of_our_own_is_shown_whole_and_outside_words_are_withheld() -> None:
    own = next(e for e in DESK.evidence if e.trusted)
    outside = next(e for e in DESK.evidence if e.kind == "signal")
    assert found("evidence", own.id)["quote"] == own.quote
    told_ = found("evidence", outside.id)
    assert "withheld" in str(told_["quote"])
    assert "source" not in told_
    assert told_["is_intact"] is True


def test_what_was_retrieved_and_not_used_is_counted() -> None:
    unused = found("unused_evidence")
    used = {i for c in TASK.proposal.words.claims for i in c.evidence}
    first = unused["first"]
    assert isinstance(first, list)
    assert not used & {row["id"] for row in first}
    assert found("unused_evidence", "crm")["count"] != unused["count"]


def test_figures_are_pointed_at_and_calculations_run_again() -> None:
    forecast = OPTION.forecast
    assert found("figure", f"{forecast.id}#/p50") == {"value": forecast.outputs["p50"]}
    assert found("recompute", forecast.id)["is_the_same"] is True
    assert "outputs" not in found("figure", f"{forecast.id}#/by_channel")


def test_another_budget_is_forecast_and_a_sentence_traced() -> None:
    assert "nothing" not in found("what_if", "0.8")
    assert found("trace", "It brings 987,654 people.") == {"faults": ["untraced_number"]}
    assert found("trace", "Coffee is warm.") == {"faults": []}


def test_the_distance_from_siblings_names_nobody() -> None:
    distances = found("difference")["distances"]
    assert isinstance(distances, list)
    assert distances[0]["overall"] == 0
    assert "prop-" not in str(distances)


@pytest.mark.parametrize(
    ("tool", "about"),
    [
        ("evidence", "ev-crm-00000000"),
        ("figure", "calc-forecast-00000000#/p50"),
        ("figure", f"{OPTION.forecast.id}#/nowhere"),
        ("recompute", "x"),
        ("what_if", "much"),
        ("what_if", "50"),
        ("what_if", "nan"),
    ],
)
def test_what_is_not_there_is_said_to_be_so(tool: ToolName, about: str) -> None:
    assert set(found(tool, about)) == {"nothing"}


def test_no_other_tool_can_be_asked_for() -> None:
    with pytest.raises(ValidationError):
        LookUp.model_validate({"tool": "send_email", "about": "all"})


class Kept:
    """Keeps the data of each request that passes to a script."""

    name = "kept"

    def __init__(self, *steps: Verdicts) -> None:
        self._inner = ScriptedModel({"critic.critique": steps}, usage=Usage(calls=1))
        self.data: list[str] = []
        self.instructions: list[str] = []

    async def answer(self, request: Request[T]) -> Answer[T]:
        """Keep and pass on."""
        self.data.append(request.data())
        self.instructions.append(request.prompt.fill(request.variables))
        return await self._inner.answer(request)


async def test_what_a_critic_asked_for_comes_with_the_next_question() -> None:
    """It is data there; the answer counts the calls of both rounds, and the record says what was looked up."""
    wanted = LookUp(tool="figure", about=f"{OPTION.forecast.id}#/p50")
    kept = Kept(Verdicts(verdicts=(), look_ups=(wanted, wanted)), Verdicts(verdicts=PASSED))
    answer = await Critic(kept).critique(TASK)
    assert '"looked_up":[{"about"' not in kept.data[0]
    assert str(OPTION.forecast.outputs["p50"]) in kept.data[1].split('"looked_up"')[1]
    assert answer.usage.calls == 2
    assert answer.value.looked_up == (f"figure {wanted.about}",)
    assert all(v.passed for v in answer.value.verdicts)
    assert f"Rounds left: {ROUNDS}." in kept.instructions[0]
    assert f"Rounds left: {ROUNDS - 1}." in kept.instructions[1]


async def test_a_critic_that_never_judges_is_heard_three_times_and_fails_everything() -> None:
    steps = [Verdicts(verdicts=(), look_ups=(LookUp(tool="trace", about=str(n)),)) for n in range(ROUNDS + 1)]
    kept = Kept(*steps)
    answer = await Critic(kept).critique(TASK)
    assert len(kept.data) == ROUNDS + 1
    assert not any(v.passed for v in answer.value.verdicts)


async def test_asking_for_the_same_again_ends_the_looking() -> None:
    same = Verdicts(verdicts=PASSED, look_ups=(LookUp(tool="difference"),))
    kept = Kept(same, same)
    await Critic(kept).critique(TASK)
    assert len(kept.data) == 2
