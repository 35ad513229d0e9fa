"""The picture of an outcome shows what was held possible and what came."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from nexusplanner.domain.outcome import Outcome
from nexusplanner.domain.outcome_report import Move, OutcomeReport
from nexusplanner.domain.sections import Range
from nexusplanner.errors import InputError
from nexusplanner.rendering.charts import outcome_ranges
from nexusplanner.testing.learning_store import sample_record


def outcome(brought: float = 10.0) -> Outcome:
    return sample_record("plan-1", brought=brought).outcome


@pytest.mark.parametrize(("brought", "mark"), [(10.0, "middle"), (30.0, "better"), (1.0, "worse")])
def test_what_came_is_marked_by_where_it_fell(brought: float, mark: str) -> None:
    chart = outcome_ranges(outcome(brought))
    assert chart is not None
    for panel in chart.panels:
        dots = [node for node in ElementTree.fromstring(panel.svg).iter() if node.tag.endswith("circle")]
        assert {dot.get("class") for dot in dots} == {mark}
    assert [row[0] for row in chart.rows] == ["All channels", "Search", "TV"]
    assert chart.rows[1][-1] == f"{2 * brought:.0f}"


def test_where_nothing_was_forecast_there_is_nothing_to_draw() -> None:
    none = outcome()
    total = none.total.model_copy(update={"expected": Range(p10=0, p50=0, p90=0)})
    report = OutcomeReport(outcome=none.model_copy(update={"total": total}))
    assert outcome_ranges(report.outcome) is None
    with pytest.raises(InputError, match="nothing to draw"):
        report.plot()
    assert "<svg" not in report._repr_html_()


def test_moves_are_told_with_their_direction() -> None:
    moves = (
        Move(channel="search", weekly_spend=100.0, before=10.0, after=12.0),
        Move(channel="tv", weekly_spend=100.0, before=10.0, after=9.0),
        Move(channel="radio", weekly_spend=100.0, before=None, after=9.0),
    )
    text = OutcomeReport(outcome=outcome(), moves=moves, helped=("les-1",), hurt=("les-2",), is_known=True).to_text()
    assert "10 to 12 conversions a week (20.0% up)" in text
    assert "10 to 9 conversions a week (10.0% down)" in text
    assert "Radio at $100 a week: 9 conversions a week" in text
    assert "Helped: les-1" in text
    assert "Hurt: les-2" in text
    assert "reported before" in text


def test_names_from_outside_stay_words() -> None:
    wild = outcome().model_copy(update={"name": "<script>alert(1)</script>"})
    assert "<script>" not in OutcomeReport(outcome=wild)._repr_html_()
