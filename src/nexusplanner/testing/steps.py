"""What every log of decisions must do.

class TestMySteps(StepsContract):
    def make(self, folder: Path, *, keep_days: int, keep_steps: int) -> Steps:
        return MySteps(folder, keep_days=keep_days, keep_steps=keep_steps)
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from nexusplanner.domain.step import Step, StepPage, StepQuery
from nexusplanner.errors import InputError, NexusError, TenantError
from nexusplanner.ports.steps import Steps

T = TypeVar("T")
BEGAN = datetime(2027, 1, 4, 9, 30, 0, 123_456, tzinfo=UTC)


def step(number: int, *, tenant: str = "acme", run: str = "run-1", **changes: object) -> Step:
    """Return one step of a run; each number is another, a second after the one before."""
    fields: dict[str, object] = {
        "id": f"step-{number:024x}",
        "tenant": tenant,
        "run": run,
        "at": BEGAN + timedelta(seconds=number),
        "took_s": 0.5,
        "agent": "critic" if number % 2 else "strategist",
        "branch": "growth",
        "task": "strategist.propose",
        "rung": "rules" if number % 3 else "openai:gpt-5-mini",
        "model": "gpt-5-mini-2026",
        "prompt_id": "strategist/propose",
        "prompt_sha256": "ab" * 32,
        "inputs": ("ev-brief-1", "calc-2"),
        "output": '{"text":"Größe\\u2028 \U0001f3ba"}',
        "output_sha256": "cd" * 32,
        "score": 0.75,
        "usd": Decimal("0.000012"),
        "tokens_in": 10,
        "lost": ("openai:gpt-5: down",),
    }
    return Step.model_validate({**fields, **changes})


class StepsContract(ABC):
    """What every log of decisions must do; subclass it as ``Test...`` and say how yours is made."""

    @abstractmethod
    def make(self, folder: Path, *, keep_days: int, keep_steps: int) -> Steps:
        """Return an empty log with these bounds that prunes at each call; ``folder`` is empty."""

    def log(self, folder: Path, *steps: Step) -> Steps:
        """Return a log of wide bounds with some steps in it."""
        made = self.make(folder, keep_days=365, keep_steps=1000)
        if steps:
            _run(made.add(steps, tenant=steps[0].tenant))
        return made

    def test_it_is_a_log_of_steps(self, tmp_path: Path) -> None:
        """It has the shape of the port."""
        assert isinstance(self.log(tmp_path), Steps)

    def test_what_was_kept_comes_back_whole_and_in_order(self, tmp_path: Path) -> None:
        """Every field is the one that was handed in; the order is that of the moments."""
        kept = [step(n) for n in (2, 0, 1)]
        assert _all(self.log(tmp_path, *kept)) == tuple(sorted(kept, key=lambda s: s.at))

    def test_an_empty_log_has_an_empty_page(self, tmp_path: Path) -> None:
        """A tenant without steps is no error."""
        assert _run(self.log(tmp_path).page(StepQuery(), tenant="acme")) == StepPage()

    def test_the_same_step_again_changes_nothing(self, tmp_path: Path) -> None:
        """A run that is taken up again hands in what it handed in before."""
        made = self.log(tmp_path, step(1), step(2))
        _run(made.add([step(2), step(3)], tenant="acme"))
        assert _all(made) == (step(1), step(2), step(3))

    def test_each_condition_narrows(self, tmp_path: Path) -> None:
        """By run, by agent, by who answered, and by time, whose end is not in it."""
        steps = [step(n, run=f"run-{n % 2}") for n in range(6)]
        made = self.log(tmp_path, *steps)

        def numbers(**asked: object) -> list[int]:
            page = _run(made.page(StepQuery.model_validate(asked), tenant="acme"))
            return [int(s.id.removeprefix("step-"), 16) for s in page.steps]

        assert numbers(run="run-1") == [1, 3, 5]
        assert numbers(agent="critic") == [1, 3, 5]
        assert numbers(rung="openai:gpt-5-mini") == [0, 3]
        assert numbers(since=steps[4].at) == [4, 5]
        assert numbers(until=steps[2].at) == [0, 1]
        assert numbers(since=steps[1].at, until=steps[5].at, rung="rules", run="run-0") == [2, 4]
        assert numbers(run="run-9") == []

    def test_pages_follow_each_other_without_a_gap(self, tmp_path: Path) -> None:
        """Also where many steps were taken in one moment, and while more come."""
        steps = [step(n, at=BEGAN + timedelta(seconds=n // 4)) for n in range(11)]
        made = self.log(tmp_path, *steps)
        first = _run(made.page(StepQuery(size=3), tenant="acme"))
        _run(made.add([step(20)], tenant="acme"))
        assert _all(made, size=3) == (*steps, step(20))
        assert first.steps == tuple(steps[:3])
        assert _run(made.page(StepQuery(size=12), tenant="acme")).following == ""

    def test_a_page_after_nothing_known_is_an_input_error(self, tmp_path: Path) -> None:
        """Whatever stands there."""
        made = self.log(tmp_path, step(1))
        for after in ("x", "1", "-1.step-0", "1.", "9" * 30 + ".step-0", "1.'; DROP TABLE steps"):
            assert isinstance(_refusal(made.page(StepQuery(after=after), tenant="acme")), InputError), after

    def test_a_tenant_sees_only_its_own(self, tmp_path: Path) -> None:
        """Not even one whose name differs in case alone; the same id may be in both."""
        made = self.log(tmp_path, step(1), step(2))
        _run(made.add([step(1, tenant="Acme")], tenant="Acme"))
        assert _all(made) == (step(1), step(2))
        assert _all(made, tenant="Acme") == (step(1, tenant="Acme"),)

    def test_a_call_without_a_proper_tenant_is_refused(self, tmp_path: Path) -> None:
        """And so is a step of another tenant; nothing of the group is kept."""
        made = self.log(tmp_path)
        for tenant in ("", "../acme", "Ａ"):
            assert isinstance(_refusal(made.add([], tenant=tenant)), TenantError), tenant
            assert isinstance(_refusal(made.page(StepQuery(), tenant=tenant)), TenantError), tenant
            assert isinstance(_refusal(made.forget(tenant=tenant)), TenantError), tenant
        assert isinstance(_refusal(made.add([step(1), step(2, tenant="other")], tenant="acme")), TenantError)
        assert _all(made) == ()

    def test_the_oldest_go_when_there_are_too_many(self, tmp_path: Path) -> None:
        """Of each tenant by itself."""
        made = self.make(tmp_path, keep_days=365, keep_steps=4)
        _run(made.add([step(0, tenant="other")], tenant="other"))
        for n in range(10):
            _run(made.add([step(n)], tenant="acme"))
        assert _all(made) == tuple(step(n) for n in range(6, 10))
        assert _all(made, tenant="other") == (step(0, tenant="other"),)

    def test_the_old_go_when_newer_come(self, tmp_path: Path) -> None:
        """Reckoned from the newest, so that a log that is left alone is not emptied."""
        made = self.make(tmp_path, keep_days=2, keep_steps=100)
        days = [step(n, at=BEGAN + timedelta(days=n)) for n in range(5)]
        for taken in days:
            _run(made.add([taken], tenant="acme"))
        assert _all(made) == tuple(days[2:])

    def test_what_is_forgotten_is_gone(self, tmp_path: Path) -> None:
        """All of one tenant, nothing of another; and how many there were is told."""
        made = self.log(tmp_path, step(1), step(2))
        _run(made.add([step(1, tenant="other")], tenant="other"))
        assert _run(made.forget(tenant="acme")) == 2
        assert _all(made) == ()
        assert _run(made.forget(tenant="acme")) == 0
        assert _all(made, tenant="other") == (step(1, tenant="other"),)

    def test_many_at_once_are_all_kept(self, tmp_path: Path) -> None:
        """Groups of many runs do not disturb each other."""
        made = self.log(tmp_path)

        async def many() -> None:
            groups = ([step(10 * run + n, run=f"run-{run}") for n in range(3)] for run in range(20))
            await asyncio.gather(*(made.add(group, tenant="acme") for group in groups))

        asyncio.run(many())
        assert len(_all(made)) == 60


def _all(log: Steps, *, tenant: str = "acme", size: int = 1000) -> tuple[Step, ...]:
    found: list[Step] = []
    after = ""
    while True:
        page = _run(log.page(StepQuery(after=after, size=size), tenant=tenant))
        found += page.steps
        if not (after := page.following):
            return tuple(found)


def _run(work: Coroutine[object, object, T]) -> T:
    return asyncio.run(work)


def _refusal(work: Coroutine[object, object, object]) -> NexusError:
    try:
        asyncio.run(work)
    except NexusError as error:
        return error
    raise AssertionError("it was taken")
