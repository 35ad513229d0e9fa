"""The memo of a run: asked once for the same objects, again for equal ones, and never a reason for another answer."""

from __future__ import annotations

import json
from dataclasses import replace

from tests.unit.agents.kiln import desk, proposed

from nexusplanner.agents.memo import Memo
from nexusplanner.calculators.verification import FigurePool
from nexusplanner.domain.calculation import canonical


def test_the_same_objects_are_read_once_and_equal_ones_again() -> None:
    asked: list[object] = []

    def read(*sources: list[int]) -> int:
        asked.append(sources)
        return sum(map(sum, sources))

    memo, one, twin = Memo(), [1, 2], [1, 2]
    assert [memo.of(read, one), memo.of(read, one), memo.of(read, twin), memo.of(read, one, twin)] == [3, 3, 3, 6]
    assert len(asked) == 3
    memo.clear()
    assert memo.of(read, one) == 3
    assert len(asked) == 4


def test_what_is_known_already_is_not_read() -> None:
    memo, raw = Memo(), {"a": 1}
    memo.keep(len, raw, 9)
    assert memo.of(len, raw) == 9
    assert memo.of(len, {"a": 1}) == 1


def test_a_desk_writes_what_canonical_json_of_all_of_it_would_be() -> None:
    laid, option, _ = proposed("efficiency", desk())
    more = {"faults": [{"b": 1.0, "a": "é"}], "allocation": option.allocation.outputs}
    written = laid.as_data(**more)
    assert written == canonical(json.loads(written)) == laid.as_data(**more)
    assert list(json.loads(written)) == ["allocation", "brief", "calculations", "evidence", "faults"]


def test_a_pool_joined_from_what_was_read_knows_what_a_pool_read_at_once_does() -> None:
    laid, option, _ = proposed("growth", desk())
    for calculations in (laid.calculations, (*laid.calculations, *option.calculations)):
        joined = replace(laid, calculations=calculations).pool
        assert vars(joined) == vars(FigurePool.of(laid.brief, laid.evidence, calculations))
