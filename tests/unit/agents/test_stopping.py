"""A debate stops by each of its rules, and not before."""

from __future__ import annotations

from typing import Literal

import pytest

from nexusplanner.agents.stopping import stop_reason
from nexusplanner.domain.debate import Turn


def turn(
    round_: int, voice: Literal["A", "B"], stance: Literal["pass", "fail", "concede"], *cited: str, text: str = ""
) -> Turn:
    return Turn(round=round_, voice=voice, about="p/money", stance=stance, argument=text or f"{cited}", evidence=cited)


OPENING = [turn(1, "A", "fail", "e1"), turn(1, "B", "pass", "e2")]


@pytest.mark.parametrize(
    ("turns", "round_", "used", "reason"),
    [
        ([turn(1, "A", "concede"), turn(1, "B", "pass", "e1")], 1, 0.0, "no_open_claim"),
        ([turn(1, "A", "fail", "e1"), turn(1, "B", "pass", "e2")], 1, 0.6, "budget"),
        ([turn(1, "A", "fail", "e1", text="same"), turn(1, "B", "pass", "e2", text="same")], 1, 0.0, "repeated"),
        ([turn(1, "A", "fail"), turn(1, "B", "pass", text="b")], 1, 0.0, "no_new_evidence"),
        (
            [*OPENING, turn(2, "A", "fail", "e3"), turn(2, "B", "pass", "e4")],
            2, 0.0, "stable",
        ),
        (
            [*OPENING, turn(2, "A", "pass", "e3"), turn(2, "B", "pass", "e4")],
            2, 0.0, "round_cap",
        ),
        ([turn(1, "A", "fail", "e1"), turn(1, "B", "pass", "e2")], 1, 0.0, None),
    ],
)  # fmt: skip
def test_each_rule_stops_a_debate(turns: list[Turn], round_: int, used: float, reason: str | None) -> None:
    assert stop_reason(["p/money"], turns, round_=round_, budget_used=used) == reason
