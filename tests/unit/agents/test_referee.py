"""The referee measures every protocol's choice by one yardstick."""

from __future__ import annotations

from tests.unit.agents.grounds import proposal, told

from nexusplanner.agents.referee import references
from nexusplanner.domain.critique import CRITERIA
from nexusplanner.domain.proposal import LENSES


def test_every_criterion_has_a_score_and_a_side_where_code_can_tell() -> None:
    laid, _ = told("growth")
    options = [told(lens)[1] for lens in LENSES]
    found = references(laid, proposal("growth"), options)
    assert tuple(found) == CRITERIA
    assert all(0 <= r.score <= 1 for r in found.values())
    assert 0 < found["differentiation"].score < 1
    assert {r.passes for r in found.values()} >= {True}


def test_a_fault_that_code_finds_fails_its_criterion() -> None:
    laid, _ = told("growth")
    options = [told(lens)[1] for lens in LENSES]
    found = references(laid, proposal("growth", positioning="It brings 123,457 of them."), options)
    assert (found["evidence"].score, found["evidence"].passes) == (0, False)
