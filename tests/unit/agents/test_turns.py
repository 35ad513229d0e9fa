"""Turns are counted for what they bring."""

from __future__ import annotations

import pytest

from nexusplanner.agents.turns import LONGEST, MOST_IDS, clipped, counted
from nexusplanner.domain.debate import Turn


def turn(voice: str, stance: str, argument: str, *ids: str, about: str = "p/money") -> Turn:
    return Turn.model_validate(
        {"round": 1, "voice": voice, "about": about, "stance": stance, "argument": argument, "evidence": ids}
    )


SAID = [turn("A", "fail", "It is dear.", "e1"), turn("B", "pass", "It pays.", "e2")]


@pytest.mark.parametrize(
    ("given", "stance", "ruled"),
    [
        (turn("A", "fail", "It is late.", "e3"), "fail", ""),
        (turn("A", "fail", "It is late.", "e1", "e3"), "fail", ""),
        (turn("A", "fail", "It is late.", "e2"), "concede", "nothing_new"),
        (turn("A", "fail", "It is late."), "concede", "nothing_new"),
        (turn("A", "fail", " it  IS dear.", "e1"), "concede", "repeated"),
        (turn("A", "fail", "  ", "e3"), "concede", "silent"),
        (turn("A", "pass", "It is good.", "e3"), "concede", "other_side"),
        (turn("B", "fail", "It is bad.", "e3"), "concede", "other_side"),
        (turn("A", "concede", "Well then.", "e3"), "concede", ""),
        (turn("A", "fail", "It is dear.", "e1", about="q/money"), "fail", ""),
    ],
)
def test_a_turn_brings_something_new_on_its_claim_or_concedes(given: Turn, stance: str, ruled: str) -> None:
    found = counted(given, SAID)
    assert (found.stance, found.ruled) == (stance, ruled)
    assert bool(found.evidence) == (stance != "concede")


def test_what_a_model_says_of_how_it_was_counted_is_not_believed() -> None:
    claimed = turn("A", "fail", "It is late.", "e3").model_copy(update={"ruled": "silent"})
    assert counted(claimed, SAID).ruled == ""
    assert "ruled" not in Turn.model_json_schema()["properties"]


def test_an_argument_that_goes_on_is_cut_at_a_word() -> None:
    cut = clipped("word " * 1000)
    assert len(cut) <= LONGEST + 2
    assert cut.endswith("word …")


def test_who_cites_the_whole_desk_keeps_a_few_ids_the_new_ones_first() -> None:
    flood = turn("A", "fail", "All of it.", "e1", "e2", *(f"e{i}" for i in range(3, 99)))
    assert counted(flood, SAID).evidence == tuple(f"e{i}" for i in range(3, 3 + MOST_IDS))
