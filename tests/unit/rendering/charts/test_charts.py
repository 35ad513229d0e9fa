"""Charts must tell the plan's own figures, leave themselves out without data, and draw within their bounds."""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.rendering import charts
from nexusplanner.rendering.charts import Chart
from nexusplanner.testing.plans import sample_plan

Maker = Callable[[CampaignPlan], Chart | None]
MAKERS: tuple[Maker, ...] = (
    charts.budget_split,
    charts.forecast_ranges,
    charts.response_curves,
    charts.marginal_returns,
    charts.what_if_fan,
    charts.schedule,
    charts.weekly_flights,
)


def _drawn(chart: Chart | None) -> Chart:
    assert chart is not None
    return chart


def _without(plan: CampaignPlan, name: str) -> CampaignPlan:
    return plan.model_copy(update={"calculations": tuple(c for c in plan.calculations if c.name != name)})


def _with_outputs(plan: CampaignPlan, name: str, outputs: JsonObject) -> CampaignPlan:
    changed = tuple(c.model_copy(update={"outputs": outputs}) if c.name == name else c for c in plan.calculations)
    return plan.model_copy(update={"calculations": changed})


def _budget(plan: CampaignPlan, **changes: object) -> CampaignPlan:
    return plan.model_copy(update={"budget": plan.budget.model_copy(update=changes)})


@pytest.mark.parametrize("make", MAKERS)
def test_a_drawing_is_well_formed_and_stays_within_its_width(make: Maker) -> None:
    for panel in _drawn(make(sample_plan())).panels:
        root = ElementTree.fromstring(str(panel.svg))
        for element in root.iter():
            places = [element.get(key, "") for key in ("x", "cx", "x1", "x2", "width")]
            shares = [float(place[:-1]) for place in places if place.endswith("%")]
            assert all(0 <= share <= 100 for share in shares)
            left, width = element.get("x", "0"), element.get("width", "0")
            if left.endswith("%") and width.endswith("%"):
                assert float(left[:-1]) + float(width[:-1]) <= 100.02


@pytest.mark.parametrize("make", MAKERS)
def test_a_table_has_a_cell_for_every_heading(make: Maker) -> None:
    chart = _drawn(make(sample_plan()))
    assert all(len(row) == len(chart.header) for row in chart.rows)


@pytest.mark.parametrize(
    ("make", "calculation"), [(charts.response_curves, "response_curves"), (charts.what_if_fan, "what_if")]
)
def test_a_chart_leaves_itself_out_without_its_calculation(make: Maker, calculation: str) -> None:
    plan = sample_plan()
    assert make(_without(plan, calculation)) is None
    assert make(_with_outputs(plan, calculation, {"points": "none", "channels": 3})) is None


def test_charts_of_the_budget_leave_themselves_out_without_lines_and_flights() -> None:
    plan = _budget(sample_plan(), lines=(), flights=())
    assert charts.budget_split(plan) is None
    assert charts.marginal_returns(plan) is None
    assert charts.response_curves(plan) is None
    assert charts.weekly_flights(plan) is None
    assert charts.schedule(plan.model_copy(update={"calendar": ()})) is None


def test_the_split_tells_amounts_and_shares() -> None:
    chart = _drawn(charts.budget_split(sample_plan()))
    assert ("Paid search", "$38,000.00", "33.3%") in chart.rows
    assert "$6,000 of $120,000 is held back" in chart.description
    assert "contingency" in chart.panels[0].svg


def test_a_plan_without_contingency_draws_none() -> None:
    chart = _drawn(charts.budget_split(_budget(sample_plan(), contingency=sample_plan().budget.contingency * 0)))
    assert "contingency" not in chart.panels[0].svg


def test_curves_mark_what_is_measured_pooled_and_assumed() -> None:
    chart = _drawn(charts.response_curves(sample_plan()))
    assert {panel.caption: panel.badge for panel in chart.panels} == {
        "Paid search": "",
        "Paid social": "",
        "Email": "",
        "Podcast": "assumed",
        "Out of home": "pooled",
    }
    by_name = {panel.caption: str(panel.svg) for panel in chart.panels}
    assert 'class="seen"' in by_name["Paid search"]
    assert 'class="seen"' not in by_name["Podcast"]
    assert 'class="curve"' not in by_name["Podcast"]
    assert 'class="curve beyond"' in by_name["Podcast"]


def test_the_chosen_point_lies_on_the_curve_at_the_average_week() -> None:
    plan = sample_plan()
    chart = _drawn(charts.response_curves(plan))
    name, spend, response, _, status = chart.rows[0]
    assert (name, spend, status) == ("Paid search", "$3,800", "measured")
    line = plan.budget.lines[0]
    assert abs(float(response.replace(",", "")) - line.expected / 10) <= 1


def test_curves_of_channels_without_money_are_left_out() -> None:
    plan = sample_plan()
    chart = _drawn(charts.response_curves(_budget(plan, lines=plan.budget.lines[:2])))
    assert [panel.caption for panel in chart.panels] == ["Paid search", "Paid social"]


def test_marginal_returns_name_the_bound_that_holds_a_channel() -> None:
    chart = _drawn(charts.marginal_returns(sample_plan()))
    assert {row[0]: row[2] for row in chart.rows}["Podcast"] == "held down by its maximum"
    bare = _drawn(charts.marginal_returns(_without(sample_plan(), "allocation")))
    assert {row[2] for row in bare.rows} == {"none"}


def test_the_forecast_draws_the_target_over_the_whole_only() -> None:
    chart = _drawn(charts.forecast_ranges(sample_plan()))
    whole, channels = (str(panel.svg) for panel in chart.panels)
    assert 'class="target-line"' in whole
    assert 'class="target-line"' not in channels
    assert chart.rows[0][0] == "All channels"


def test_the_fan_marks_this_plan_and_tells_the_odds() -> None:
    plan = sample_plan()
    chart = _drawn(charts.what_if_fan(plan))
    own = next(row for row in chart.rows if row[1] == "× 1")
    assert own[0] == "$120,000"
    assert own[-1] == f"{plan.objective.probability_of_target:.0%}"
    assert str(chart.panels[0].svg).count("<circle") == 1


def test_weeks_stack_to_what_is_spent() -> None:
    chart = _drawn(charts.weekly_flights(sample_plan()))
    assert len(chart.rows) == 10
    assert [key.label for key in chart.legend] == ["Paid search", "Paid social", "Email", "Podcast", "Out of home"]
    heights = [float(h) for h in re.findall(r'height="([\d.]+)" class="layer-', str(chart.panels[0].svg))]
    assert len(heights) == 50
    assert max(sum(heights[i : i + 5]) for i in range(0, 50, 5)) <= 190


def test_many_channels_share_the_last_colour() -> None:
    plan = sample_plan()
    more = tuple(f.model_copy(update={"channel": f"extra_{i}"}) for i, f in enumerate(plan.budget.flights[:6]))
    chart = _drawn(charts.weekly_flights(_budget(plan, flights=plan.budget.flights + more)))
    assert len(chart.legend) == 7
    assert chart.legend[-1].label == "Other channels"


def test_the_schedule_packs_activities_that_overlap_below_each_other() -> None:
    plan = sample_plan()
    chart = _drawn(charts.schedule(plan))
    svg = str(chart.panels[0].svg)
    assert svg.count('class="task"') + svg.count('class="task day"') == len(plan.calendar)
    twice = _drawn(charts.schedule(plan.model_copy(update={"calendar": plan.calendar * 2})))
    assert float(re.findall(r'height="([\d.]+)"', str(twice.panels[0].svg))[0]) > float(
        re.findall(r'height="([\d.]+)"', svg)[0]
    )


def test_revenue_is_told_in_money() -> None:
    plan = sample_plan()
    revenue = plan.model_copy(
        update={
            "objective": plan.objective.model_copy(update={"metric": "revenue"}),
            "forecast": plan.forecast.model_copy(update={"metric": "revenue"}),
        }
    )
    for make in MAKERS:
        assert make(revenue) is not None
    assert _drawn(charts.forecast_ranges(revenue)).rows[0][2].startswith("$")
