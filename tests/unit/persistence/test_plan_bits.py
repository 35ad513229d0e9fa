"""Sets of plans as bits: what they say is what sets of numbers would."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.persistence.plan_bits import (
    BLOCK,
    DayBits,
    day_words,
    joined,
    up_to,
    with_plan,
    without_plan,
)

NUMBERS = st.integers(0, 3 * BLOCK)
DAYS = st.one_of(st.dates(), st.dates(date(2027, 1, 1), date(2027, 1, 5)))
DATED = st.dictionaries(NUMBERS, DAYS, max_size=40)


def blocks_of(dated: dict[int, date]) -> list[tuple[str, int, bytes]]:
    """Keep plans under their days and under one word, as a store would."""
    kept: dict[tuple[str, int], bytes] = {}
    for number, day in dated.items():
        block, place = divmod(number, BLOCK)
        for word in (*day_words(day), "all"):
            kept[word, block] = with_plan(kept.get((word, block), b""), place)
    return [(word, block, bits) for (word, block), bits in kept.items()]


@given(DATED)
def test_the_latest_day_comes_first_and_of_one_day_the_highest_number(dated: dict[int, date]) -> None:
    words = joined(blocks_of(dated))
    found = DayBits.of(words).newest_first(words.get("all", 0))
    assert list(found) == sorted(dated, key=lambda number: (dated[number], number), reverse=True)


@given(DATED, DAYS)
def test_plans_are_told_apart_by_a_day(dated: dict[int, date], day: date) -> None:
    words = joined(blocks_of(dated))
    days = DayBits.of(words)
    before, same, after = (set(days.newest_first(part)) for part in days.split(words.get("all", 0), day))
    assert before == {number for number, of in dated.items() if of < day}
    assert same == {number for number, of in dated.items() if of == day}
    assert after == {number for number, of in dated.items() if of > day}


@given(st.sets(st.integers(0, BLOCK - 1), max_size=30), st.integers(0, BLOCK - 1))
def test_a_plan_that_was_taken_out_is_in_no_bit(places: set[int], gone: int) -> None:
    """And a block without plans has no bytes, so that its row can go."""
    bits = b""
    for place in (*places, gone, gone):
        bits = with_plan(bits, place)
    for _ in range(2):
        bits = without_plan(bits, gone)
    assert int.from_bytes(bits, "little") == sum(1 << place for place in places - {gone})
    assert len(bits) == (max(places - {gone}, default=-8) + 8) // 8


def test_a_place_far_beyond_all_plans_takes_no_memory() -> None:
    """It comes from outside."""
    assert up_to(10**18, 0b1011) == 0b1011
    assert up_to(1, 0b1011) == 0b1
    assert up_to(0, 0b1011) == 0


def test_the_first_of_very_many_plans_are_told_without_the_others() -> None:
    count = 1_000_000
    day = date(2027, 1, 1)
    digits = dict.fromkeys(day_words(day), (1 << count) - 1)
    found = DayBits.of(digits).newest_first((1 << count) - 1)
    assert list(islice(found, 3)) == [count - 1, count - 2, count - 3]
    assert DayBits.of(digits).split(1, day + timedelta(days=1)) == (1, 0, 0)
