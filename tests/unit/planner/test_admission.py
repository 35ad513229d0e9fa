"""Runs begin as fast as the process has time for them; none is kept out for good, and none is let in twice."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.planner.admission import AT_ONCE_FREELY, PATIENCE, Admission, admitted, busy


class Gauge:
    """Says how busy the process is, and takes a turn of the loop for it."""

    def __init__(self, *told: float) -> None:
        self._told, self.asked = list(told), 0

    async def __call__(self) -> float:
        """Tell the next of what was given, the last one for ever."""
        await asyncio.sleep(0)
        self.asked += 1
        return self._told.pop(0) if len(self._told) > 1 else self._told[0]


async def turns(count: int) -> None:
    """Let everybody on the loop go on so many times."""
    for _ in range(count):
        await asyncio.sleep(0)


async def test_a_few_are_let_in_without_asking() -> None:
    gauge = Gauge(9.0)
    admission = Admission(gauge, freely=3)
    for _ in range(3):
        await admission.enter("acme")
    assert (admission.inside, gauge.asked) == (3, 0)


async def test_more_come_in_one_for_each_calm_breath() -> None:
    admission = Admission(Gauge(0.9, 0.9, 0.1, 0.9, 0.2), freely=1, calm=0.5)
    await admission.enter("acme")
    entering = [asyncio.create_task(admission.enter("acme")) for _ in range(2)]
    await turns(4)
    assert admission.inside == 1
    await asyncio.gather(*entering)
    assert admission.inside == 3


async def test_a_process_that_is_never_calm_lets_one_in_after_a_while() -> None:
    gauge = Gauge(9.0)
    admission = Admission(gauge, freely=1)
    await admission.enter("acme")
    await admission.enter("acme")
    assert (admission.inside, gauge.asked) == (2, PATIENCE)


async def test_whoever_leaves_makes_room_at_once() -> None:
    gauge = Gauge(9.0)
    admission = Admission(gauge, freely=1)
    await admission.enter("acme")
    entering = asyncio.create_task(admission.enter("acme"))
    await turns(3)
    admission.leave()
    await entering
    assert gauge.asked < PATIENCE


async def test_they_are_let_in_in_the_order_they_came() -> None:
    admission, came = Admission(Gauge(0.0), freely=1), list[int]()

    async def one(number: int) -> None:
        await admission.enter("acme")
        came.append(number)

    await asyncio.gather(*(one(number) for number in range(6)))
    assert came == list(range(6))


async def test_many_of_one_tenant_do_not_keep_another_waiting() -> None:
    admission, came = Admission(Gauge(0.0), freely=0), list[str]()

    async def one(tenant: str) -> None:
        await admission.enter(tenant)
        came.append(tenant)

    await asyncio.gather(*(one(tenant) for tenant in (*["acme"] * 5, "other", *["acme"] * 5)))
    assert came.index("other") == 1


async def test_one_that_gives_up_keeps_nobody_waiting() -> None:
    admission = Admission(Gauge(9.0), freely=1)
    await admission.enter("acme")
    gone, stays = (asyncio.create_task(admission.enter("acme")) for _ in range(2))
    await turns(2)
    gone.cancel()
    admission.leave()
    await stays
    assert gone.cancelled()
    assert admission.inside == 1


async def test_one_that_is_let_in_and_gone_in_the_same_moment_leaves() -> None:
    admission = Admission(Gauge(9.0), freely=1)
    await admission.enter("acme")
    entering = asyncio.create_task(admission.enter("acme"))
    await turns(1)
    admission._waiting["acme"][0].set_result(None)
    admission.inside += 1
    entering.cancel()
    with pytest.raises(asyncio.CancelledError):
        await entering
    assert admission.inside == 1


@given(st.lists(st.floats(0, 2), min_size=1, max_size=12), st.integers(1, 4), st.integers(1, 12))
def test_everybody_comes_in_and_nobody_is_left_inside(told: Sequence[float], freely: int, many: int) -> None:
    async def scene() -> int:
        admission = Admission(Gauge(*told), freely=freely)

        async def one() -> None:
            await admission.enter("acme")
            await asyncio.sleep(0)
            admission.leave()

        await asyncio.gather(*(one() for _ in range(many)))
        return admission.inside

    assert asyncio.run(scene()) == 0


async def test_a_failure_inside_makes_room_too() -> None:
    for _ in range(2 * AT_ONCE_FREELY):
        with pytest.raises(ValueError, match="of its own"):
            async with admitted("acme"):
                raise ValueError("of its own")


async def test_business_is_a_share_of_the_time() -> None:
    assert await busy() >= 0
