"""The timeline of a run: what was done in what order, and what followed a decision."""

from __future__ import annotations

from nexusplanner.domain.timeline import Shift, Timeline

FIRST = Timeline(shifts=(Shift(kind="stage", who="intake", began_s=0.0, ended_s=1.0),))
LATER = Timeline(shifts=(Shift(kind="stage", who="save", began_s=0.25, ended_s=0.5),))


def test_work_after_a_decision_follows_without_the_wait() -> None:
    joined = FIRST.followed_by(LATER)
    assert [(s.who, s.began_s, s.ended_s) for s in joined.shifts] == [("intake", 0.0, 1.0), ("save", 1.25, 1.5)]
    assert joined.total_s == 1.5


def test_nothing_done_takes_no_time_and_shows_as_that() -> None:
    assert Timeline().total_s == 0
    assert "No work" in Timeline()._repr_html_()


def test_a_timeline_is_written_and_read_again() -> None:
    assert Timeline.model_validate_json(FIRST.to_json()) == FIRST
    assert repr(FIRST) == "<Timeline of 1.00 s: 1 shifts, 0 answers>"
