"""Whole plans while providers fail: always valid, always whole, in time; the benchmark goes through every fault."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.flow.plan_worker import Worker
from tests.flow.scenarios import HOWS, WIRES, Scenario, every_scenario, show, warmed

from nexusplanner.testing.faults import faults, stream_faults

_SAMPLE = {
    "503",
    "401",
    "429, Retry-After a second",
    "it never answers",
    "a byte now and then",
    "20 MB of text",
    "a page of HTML",
    "cut at the most tokens",
    "another schema",
}
_OF_STREAMS = {"stream: it ends without its end marker", "stream: nothing more comes"}
SAMPLE = [pytest.param(s, id=s.name) for s in every_scenario() if s.fault in _SAMPLE | _OF_STREAMS]


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    """Start a process that plans, and that has planned before."""
    with Worker() as started:
        yield warmed(started)


@pytest.mark.slow
@pytest.mark.parametrize("scenario", SAMPLE)
def test_a_plan_is_whole_whatever_its_providers_do(scenario: Scenario, worker: Worker) -> None:
    """Verified, equal to the plan without faults in all it asserts, no call too long, no try too early."""
    shown = show(scenario, worker)
    assert not shown.wrong, shown.made.lost
    if scenario.how == "both down":
        assert shown.made.rungs == ("rules",)
        assert shown.made.status == "degraded"
        assert all(": " in lost for lost in shown.made.lost), "each part says why its models gave nothing"


def test_there_are_fifty_faults_on_each_wire_and_seven_of_streams() -> None:
    """Each with a name of its own."""
    for wire in WIRES:
        assert len({fault.name for fault in faults(wire)}) == len(faults(wire)) >= 50
    assert len({fault.name for fault in stream_faults()}) == len(stream_faults()) >= 7
    assert len(every_scenario()) == len(HOWS) * (sum(len(faults(w)) for w in WIRES) + 2 * len(stream_faults()))
