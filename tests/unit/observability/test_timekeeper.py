"""The timekeeper: seconds since it was made, by a clock of its own."""

from __future__ import annotations

from nexusplanner.domain.timeline import Shift
from nexusplanner.observability.timekeeper import Timekeeper


def test_shifts_come_in_the_order_they_began_the_longer_first() -> None:
    ticks = iter((100.0, 100.5, 102.00004))
    keeper = Timekeeper(monotonic=lambda: next(ticks))
    assert (keeper.now_s(), keeper.now_s()) == (0.5, 2.0)
    for who, began, ended in (("b", 0.5, 0.6), ("a", 0.5, 2.0), ("c", 0.1, 0.2)):
        keeper.note(Shift(kind="stage", who=who, began_s=began, ended_s=ended))
    assert [shift.who for shift in keeper.timeline().shifts] == ["c", "a", "b"]
    assert repr(keeper) == "<Timekeeper of 3 shifts>"
