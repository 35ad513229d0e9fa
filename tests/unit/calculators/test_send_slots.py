"""Send slots: open days only, and nobody hears too often, whatever segments they are in."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from nexusplanner.calculators.contact_cap import ContactCap, cliques
from nexusplanner.calculators.send_slots import send_days

START = date(2026, 11, 2)
SEGMENTS = ("s0", "s1", "s2", "s3", "s4")
PAIRS = tuple(combinations(SEGMENTS, 2))


def most_heard(heard: list[date], days: int) -> int:
    """Count, one window after the other, the most messages on so many days in a row."""
    return max((sum(0 <= (b - a).days < days for b in heard) for a in heard), default=0)


def audiences(overlapping: set[tuple[str, str]]) -> list[tuple[str, ...]]:
    """List every set of segments that somebody could be in: all of them overlap each other."""
    sets = (names for size in range(1, 6) for names in combinations(SEGMENTS, size))
    return [names for names in sets if all(pair in overlapping for pair in combinations(names, 2))]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    days=st.integers(0, 200),
    shut=st.sets(st.integers(0, 200)),
    cap=st.integers(1, 21),
    most=st.integers(1, 4),
    working=st.sets(st.integers(0, 6), min_size=1),
    channels=st.integers(1, 3),
    overlapping=st.sets(st.sampled_from(PAIRS)),
    late=st.integers(0, 30),
)
def test_sends_keep_to_open_days_and_nobody_hears_beyond_the_cap(
    days: int, shut: set[int], cap: int, most: int, working: set[int], channels: int,
    overlapping: set[tuple[str, str]], late: int,
) -> None:  # fmt: skip
    end, opens = START + timedelta(days=days), START + timedelta(days=late)
    closed = frozenset(START + timedelta(days=k) for k in shut)
    chosen = send_days(
        [f"c{i}" for i in range(channels)],
        SEGMENTS,
        start=START,
        end=end,
        shut=closed,
        cap_days=cap,
        max_contacts=most,
        working=sorted(working),
        overlapping=sorted(overlapping),
        opens={"c0": opens},
    )
    for day, channel, _ in chosen:
        assert START <= day <= end
        assert day.weekday() in working
        assert day not in closed
        assert channel != "c0" or day >= opens
    for names in audiences(overlapping):
        heard = [day for day, _, segment in chosen if segment in names]
        assert len(heard) == len(set(heard))
        assert most_heard(heard, cap) <= most


def test_an_open_month_reaches_every_segment() -> None:
    chosen = send_days(["email"], ["a", "b"], start=START, end=START + timedelta(days=29), shut=frozenset(), cap_days=7)
    assert {segment for _, _, segment in chosen} == {"a", "b"}


def test_sends_are_in_midweek_where_the_cap_lets_them() -> None:
    chosen = send_days(["email"], ["a"], start=START, end=START + timedelta(days=90), shut=frozenset(), cap_days=7)
    assert len(chosen) >= 6
    assert {day.weekday() for day, _, _ in chosen} <= {1, 2, 3}


def test_overlapping_segments_take_turns_and_others_do_not_wait() -> None:
    def first(overlapping: list[tuple[str, str]]) -> dict[str, date]:
        chosen = send_days(
            ["email"], ["a", "b", "c"], start=START, end=START + timedelta(days=40), shut=frozenset(), cap_days=7,
            overlapping=overlapping,
        )  # fmt: skip
        return {segment: day for day, _, segment in reversed(chosen)}

    apart, together = first([]), first([("a", "b")])
    assert apart["a"] == apart["b"] == apart["c"]
    assert (together["b"] - together["a"]).days >= 7
    assert together["c"] == apart["c"]


def test_two_contacts_a_week_allow_the_second_channel_sooner() -> None:
    def whole(most: int) -> int:
        chosen = send_days(
            ["email", "sms"], ["a"], start=START, end=START + timedelta(days=6), shut=frozenset(), cap_days=7,
            max_contacts=most,
        )  # fmt: skip
        return len(chosen)

    assert (whole(1), whole(2)) == (1, 2)


@given(st.sets(st.sampled_from(PAIRS)))
def test_largest_audiences_are_those_that_no_other_holds(overlapping: set[tuple[str, str]]) -> None:
    touching = {s: {b if a == s else a for a, b in overlapping if s in (a, b)} for s in SEGMENTS}
    every = [frozenset(names) for names in audiences(overlapping)]
    assert {*cliques(touching)} == {names for names in every if not any(names < other for other in every)}


def test_pairs_of_unknown_segments_are_passed_over() -> None:
    cap = ContactCap(["a"], [("a", "x"), ("y", "z"), ("a", "a")], 1, 7)
    assert cap.largest == 1
    assert cap.allows("a", START)
