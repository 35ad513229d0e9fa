"""Runs that were interrupted: they end in the plan that they would have ended in, and nothing is paid twice."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from tests.flow.campaigns import TODAY, brief, planner
from tests.flow.interrupted import Wire, asking, interrupt, wire

from nexusplanner import CampaignBrief, InputError, Limits
from nexusplanner.errors import ApprovalError, RunCancelled, RunHeld
from nexusplanner.observability.events import CostEvent, StartedEvent


@pytest.fixture(scope="module")
def served() -> Iterator[Wire]:
    """Serve one provider to all."""
    with wire() as serving:
        yield serving


@pytest.fixture(autouse=True)
def _fresh(served: Wire) -> None:
    served.reset()


@pytest.fixture(scope="module")
def whole(served: Wire, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, int, Decimal]:
    """Return plan, requests and cost of a run that nobody interrupts."""
    served.reset()
    with asking(served, tmp_path_factory.mktemp("whole")) as made:
        result = made.plan(brief())
    assert result.plan is not None
    return result.plan.to_json(), served.requests, result.cost.usd


@pytest.mark.parametrize("request_", [pytest.param(1, marks=pytest.mark.slow), 9])
def test_an_interrupted_run_ends_in_the_same_plan(
    served: Wire, whole: tuple[str, int, Decimal], tmp_path: Path, request_: int
) -> None:
    """On another day and by another planner: the planning day is that of the beginning."""
    run_id = interrupt(served, tmp_path, request=request_)
    served.reset()
    with asking(served, tmp_path, clock=lambda: date(2026, 12, 24)) as made:
        result = made.resume(run_id)
        assert [row.status for row in made.runs()] == ["done"]
    plan, requests, _ = whole
    assert result.plan is not None
    assert result.plan.to_json() == plan
    assert served.requests <= requests
    started = result.events[0]
    assert isinstance(started, StartedEvent)
    assert (started.is_resumed, started.run_id, started.changed) == (True, run_id, ())


def test_what_was_paid_for_is_told_again_and_said_so(served: Wire, tmp_path: Path) -> None:
    """Of three drafts under way at once those that were settled are not asked for again."""
    run_id = interrupt(served, tmp_path, request=9)
    with asking(served, tmp_path) as made:
        spent = made.costs().total.usd
        result = made.resume(run_id)
        again = [e for e in result.events if isinstance(e, CostEvent) and e.replayed]
        started = result.events[0]
        assert isinstance(started, StartedEvent)
        assert started.replies >= sum(e.replayed for e in again) > 0
        assert made.costs().total.usd > spent
        assert made.costs().total.usd >= result.cost.usd


def test_a_run_that_is_done_gives_its_plan_and_asks_nobody(served: Wire, tmp_path: Path) -> None:
    with planner(workspace=tmp_path) as made:
        result = made.plan(brief())
    with asking(served, tmp_path) as other:
        again = other.resume(result.run_id)
        with pytest.raises(ApprovalError, match="waits for nothing"):
            other.resume(result.run_id, {})
    assert (again.plan, again.status, served.requests) == (result.plan, result.status, 0)


@pytest.mark.parametrize("tenant", [None, "acme"])
def test_an_unknown_run_and_another_tenants_are_told_of_in_the_same_words(tmp_path: Path, tenant: str | None) -> None:
    with planner(workspace=tmp_path) as made:
        run_id = made.plan(brief(), tenant="kiln").run_id
        for call in (made.resume, made.cancel):
            with pytest.raises(InputError, match="no run of this tenant") as unknown:
                call("run-0000", tenant=tenant)
            with pytest.raises(InputError, match="no run of this tenant") as theirs:
                call(run_id, tenant=tenant)
            assert str(theirs.value).replace(run_id, "run-0000") == str(unknown.value)
        assert made.runs(tenant=tenant) == ()


def test_a_run_that_another_walks_is_refused_with_who_and_until_when(served: Wire, tmp_path: Path) -> None:
    """One process walks a run; whoever comes second is told, and may come again."""
    refused = list[RunHeld]()

    def resume() -> None:
        with asking(served, tmp_path) as other:
            (run,) = other.runs()
            with pytest.raises(RunHeld) as held:
                other.resume(run.run_id)
            refused.append(held.value)

    served.at, served.then = 5, resume
    with asking(served, tmp_path) as made:
        result = made.plan(brief())
    (error,) = refused
    assert (error.run_id, error.code) == (result.run_id, "run.held")
    assert error.owner.split()[1].isdigit()
    assert error.until in str(error)
    assert result.plan is not None


@pytest.mark.slow
def test_of_two_that_resume_at_once_one_wins(served: Wire, whole: tuple[str, int, Decimal], tmp_path: Path) -> None:
    run_id = interrupt(served, tmp_path, request=9)

    async def both() -> list[object]:
        with asking(served, tmp_path) as one, asking(served, tmp_path) as other:
            return list(await asyncio.gather(one.aresume(run_id), other.aresume(run_id), return_exceptions=True))

    results = asyncio.run(both())
    (held,) = [r for r in results if isinstance(r, RunHeld)]
    (made,) = [r for r in results if not isinstance(r, BaseException)]
    assert held.run_id == run_id
    assert made.plan.to_json() == whole[0]  # type: ignore[attr-defined]


def test_a_cancelled_run_stops_at_its_next_call_and_is_over(served: Wire, tmp_path: Path) -> None:
    """The planner that walks it sees at once what it is asked, from whatever thread."""
    with asking(served, tmp_path) as made:
        served.at, served.then = 4, lambda: made.cancel(made.runs()[0].run_id)
        with pytest.raises(RunCancelled) as stopped:
            made.plan(brief())
        (run,) = made.runs()
        assert (run.status, run.run_id) == ("cancelled", stopped.value.run_id)
        with pytest.raises(RunCancelled):
            made.resume(run.run_id)
        assert made.cancel(run.run_id).status == "cancelled"
        assert [entry.subject for entry in made.audit(action="run.cancelled")] == [run.run_id] * 2
    assert served.requests <= 3 + 6, "critics that were asked at once, and nobody after them"


def test_a_cancel_by_another_process_is_seen_when_the_rows_are_looked_at(served: Wire, tmp_path: Path) -> None:
    """Another planner knows the run by its row alone."""
    looked = threading.Event()

    def cancel() -> None:
        with asking(served, tmp_path) as other:
            assert other.cancel(other.runs()[0].run_id).is_cancel_asked
        made._log.leases.look()
        looked.set()

    with asking(served, tmp_path) as made:
        served.at, served.then = 4, cancel
        with pytest.raises(RunCancelled):
            made.plan(brief())
    assert looked.is_set()


@pytest.mark.slow
def test_limits_are_those_of_the_beginning_unless_given_anew(served: Wire, tmp_path: Path) -> None:
    """What was spent counts: with a ceiling that is reached already the rules write the rest."""
    run_id = interrupt(served, tmp_path, request=9)
    served.reset()
    with asking(served, tmp_path) as made:
        result = made.resume(run_id, limits=Limits(usd=9, max_calls=8))
    assert served.requests == 0
    assert result.status == "degraded"
    assert any("model calls are used" in loss.reason for loss in result.degraded)


@pytest.mark.slow
def test_what_is_set_otherwise_than_at_the_beginning_is_told(served: Wire, tmp_path: Path) -> None:
    run_id = interrupt(served, tmp_path, request=9)
    with planner(workspace=tmp_path) as other:
        result = other.resume(run_id)
    started = result.events[0]
    assert isinstance(started, StartedEvent)
    assert started.changed == ("models",)
    assert result.plan is not None


def test_a_tool_that_charges_is_paid_once(served: Wire, tmp_path: Path) -> None:
    """What it brought is journaled with its fee."""
    asked = list[str]()

    async def prices(query: str) -> str:
        asked.append(query)
        return "A wheel costs 900 EUR."

    prices.fee_usd = "0.10"  # type: ignore[attr-defined]
    run_id = interrupt(served, tmp_path, request=1, tools=[prices])
    with asking(served, tmp_path, tools=[prices]) as made:
        result = made.resume(run_id)
        fees = [line for line in made.costs(by="agent").lines if line.name == "tool:prices"]
    assert result.plan is not None
    assert [e.origin for e in result.plan.evidence if e.kind == "tool"] == ["prices"]
    assert (len(asked), [line.usd for line in fees]) == (1, [Decimal("0.10")])


def test_runs_are_known_without_a_workspace_as_long_as_the_planner_lives() -> None:
    with planner() as made:
        result = made.plan(brief())
        refused = made.plan({"name": "Too little"})
        assert [(r.run_id, r.status) for r in made.runs()] == [(refused.run_id, "done"), (result.run_id, "done")]
        assert made.resume(result.run_id).plan == result.plan
        assert made.resume(refused.run_id).questions == refused.questions


def test_a_brief_of_decimals_and_dates_is_kept_as_it_is_written(tmp_path: Path) -> None:
    given = {**CampaignBrief.parse(brief()).model_dump(exclude_none=True), "name": "As Python writes it"}
    with planner(workspace=tmp_path) as made:
        assert made.plan(given).status == "complete"
        assert made.runs()[0].day == TODAY.isoformat()
