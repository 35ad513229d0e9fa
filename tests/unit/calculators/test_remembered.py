"""Remembered answers: the same inputs are computed once for a tenant, and what is verified is computed again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.unit.agents.kiln import desk

from nexusplanner.agents.options import build_option
from nexusplanner.calculators import registry
from nexusplanner.calculators.registry import ANSWERS, recompute
from nexusplanner.calculators.remembered import Remembered, computing_for
from nexusplanner.domain.calculation import canonical
from nexusplanner.domain.model import JsonObject


class Counted:
    """Counts how often it computes."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> JsonObject:
        self.times += 1
        return {"time": self.times}


@pytest.fixture
def _nothing_remembered() -> Iterator[None]:
    ANSWERS.clear()
    yield
    ANSWERS.clear()


def test_the_same_inputs_are_computed_once_for_each_tenant() -> None:
    kept, compute = Remembered(), Counted()
    for tenant, name, inputs in (("a", "x", "{}"), ("a", "x", "{}"), ("b", "x", "{}"), ("a", "y", "{}")):
        with computing_for(tenant):
            kept.run(name, inputs, compute=compute)
    assert compute.times == 3


def test_the_oldest_are_forgotten_first() -> None:
    kept, compute = Remembered(most=5), Counted()
    for inputs in ("11", "22", "11", "33", "11", "22"):
        kept.run("x", inputs, compute=compute)
    assert compute.times == 4


@pytest.mark.usefixtures("_nothing_remembered")
def test_an_option_built_again_is_the_same_and_computes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    laid = desk()
    first = build_option(laid, "growth")
    monkeypatch.setattr(registry, "calculator", lambda *_: pytest.fail("was computed again"))
    assert build_option(laid, "growth") == first


@pytest.mark.usefixtures("_nothing_remembered")
def test_verifying_computes_again_whatever_is_remembered() -> None:
    made = build_option(desk(), "growth").allocation
    ANSWERS.clear()
    ANSWERS.run(f"{made.name}/{made.version}", canonical(made.inputs), compute=lambda: {"lines": []})
    assert recompute(made) == made.outputs
