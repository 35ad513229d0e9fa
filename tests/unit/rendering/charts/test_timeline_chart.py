"""The drawing of a timeline: a lane a worker, bars where they worked, and all figures in a table."""

from __future__ import annotations

import re

import pytest
from tests.unit.rendering.pictures import well_formed

from nexusplanner.domain.timeline import Shift, Timeline
from nexusplanner.errors import InputError
from nexusplanner.rendering import to_html, to_timeline_plot
from nexusplanner.rendering.charts import timeline_chart
from nexusplanner.testing.plans import sample_plan


def agent(who: str, began: float, ended: float, **more: object) -> Shift:
    """Return an agent's work."""
    return Shift.model_validate({"kind": "agent", "who": who, "began_s": began, "ended_s": ended, **more})


DONE = Timeline(
    shifts=(
        Shift(kind="stage", who="crm", began_s=0.0, ended_s=1.0),
        agent("strategist", 1.0, 3.0, branch="growth", rung="openai:m", calls=2, usd="0.01", attempts=2, score=0.8),
        agent("critic", 3.0, 3.5, rung="rules"),
        agent("critic", 3.5, 4.0, rung="", branch="audience"),
    )
)  # fmt: skip


def test_every_shift_has_a_bar_and_a_row() -> None:
    chart = timeline_chart(DONE)
    assert chart is not None
    svg = chart.panels[0].svg
    for css in ("shift-code", "shift-model", "shift-rules", "worse"):
        assert svg.count(f'class="{css}"') == 1
    assert chart.rows[1] == ("Strategist: growth", "openai:m", "1.000", "2.000", "0.0100", "2", "0.80")
    assert chart.rows[3][1] == "no answer"
    assert "1 of them by models for 0.0100 USD" in chart.description
    assert [key.label for key in chart.legend] == ["Code and tools", "Rules", "Model", "No answer"]


def test_bars_stand_in_the_order_and_length_of_the_work() -> None:
    chart = timeline_chart(DONE)
    assert chart is not None
    bars = [
        (float(x), float(w)) for x, w in re.findall(r'<rect x="([\d.]+)%"[^>]*width="([\d.]+)%"', chart.panels[0].svg)
    ]
    assert [x for x, _ in bars] == sorted(x for x, _ in bars)
    assert bars[1][1] == pytest.approx(2 * bars[0][1], rel=0.01)
    assert all(x + w <= 100.01 for x, w in bars)


def test_the_drawing_stands_alone() -> None:
    well_formed(DONE.plot())
    well_formed(Timeline(shifts=(Shift(kind="stage", who="size", began_s=0, ended_s=0),)).plot())


def test_nothing_done_is_not_drawn() -> None:
    assert timeline_chart(Timeline()) is None
    with pytest.raises(InputError, match="nothing to draw"):
        to_timeline_plot(Timeline())


def test_the_page_shows_it_only_where_it_is_handed_in() -> None:
    assert "chart-timeline" in to_html(sample_plan(), timeline=DONE)
    assert "chart-timeline" not in to_html(sample_plan())


def test_naughty_words_stay_words() -> None:
    odd = Timeline(shifts=(agent("<b>\u202e", 0, 1, branch='"><script>', rung="a\nb"),))
    assert "<script" not in to_html(sample_plan(), timeline=odd)
    well_formed(odd.plot())
