"""Feedback is taken apart where it says another thing, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.agents.refinement.statements import statements


@pytest.mark.parametrize(
    ("feedback", "found"),
    [
        ("Please drop TV.", ["drop TV"]),
        ("Drop TV and radio", ["Drop TV and radio"]),
        ("Drop TV and start a week later", ["Drop TV", "start a week later"]),
        ("Take 5 % from search and give it to email", ["Take 5 % from search and give it to email"]),
        (
            'Say "Stop, and start again. Now" then cap TV at 5.5k',
            ['Say "Stop, and start again. Now"', "cap TV at 5.5k"],
        ),
        ("- Cap TV at 5k\n- Drop radio;end on 1 March", ["Cap TV at 5k", "Drop radio", "end on 1 March"]),
        ("What about TV? Drop it!", ["What about TV?", "Drop it"]),
        ("  ", []),
    ],
)
def test_each_thing_is_a_statement(feedback: str, found: list[str]) -> None:
    assert [*statements(feedback)] == found


@given(st.text(max_size=200))
def test_a_statement_stands_in_the_feedback(feedback: str) -> None:
    assert all(statement in feedback for statement in statements(feedback))
