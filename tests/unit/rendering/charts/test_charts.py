"""Charts must tell the calculations' own figures, leave themselves out without data, and draw within their bounds."""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.rendering import charts
from nexusplanner.rendering.charts import Chart
from nexusplanner.testing.plans import sample_plan

Maker = Callable[[CampaignPlan], Chart | None]
MAKERS: dict[str, Maker] = {
    "budget_split": lambda plan: charts.budget_split(plan.calculation("allocation")),
    "experiment_need": lambda plan: charts.experiment_need(plan.calculation("experiment_size")),
    "forecast_fan": lambda plan: charts.forecast_fan(plan.calculation("forecast"), currency="USD"),
    "forecast_ranges": lambda plan: charts.forecast_ranges(plan.calculation("forecast"), currency="USD"),
    "marginal_returns": lambda plan: charts.marginal_returns(plan.calculation("allocation")),
    "response_curves": lambda plan: charts.response_curves(
        plan.calculation("response_curves"), chosen=plan.calculation("allocation")
    ),
    "schedule": charts.schedule,
    "segment_sizes": lambda plan: charts.segment_sizes(plan.calculation("customer_segments")),
    "weekly_flights": lambda plan: charts.weekly_flights(plan.calculation("flights")),
    "what_if_fan": lambda plan: charts.what_if_fan(plan.calculation("what_if")),
}


def _drawn(chart: Chart | None) -> Chart:
    assert chart is not None
    return chart


def _sample(name: str, **outputs: object) -> Calculation:
    """Give a calculation of the sample plan, with other outputs."""
    found = sample_plan().calculation(name)
    assert found is not None
    return found.model_copy(update={"outputs": {**found.outputs, **outputs}})


def _lines(**changes: object) -> list[JsonObject]:
    rows = _sample("allocation").outputs["lines"]
    assert isinstance(rows, list)
    return [{**row, **changes} for row in rows if isinstance(row, dict)]  # type: ignore[dict-item]


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS.keys())
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


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS.keys())
def test_a_table_has_a_cell_for_every_heading(make: Maker) -> None:
    chart = _drawn(make(sample_plan()))
    assert all(len(row) == len(chart.header) for row in chart.rows)


def test_a_chart_leaves_itself_out_without_its_calculation() -> None:
    for name, make in MAKERS.items():
        assert (make(sample_plan(calculations=())) is None) == (name != "schedule")


@pytest.mark.parametrize("name", ["response_curves", "what_if", "allocation", "flights", "forecast"])
def test_outputs_of_another_shape_are_left_aside(name: str) -> None:
    found = _sample(name).model_copy(update={"outputs": {"points": "none", "channels": 3, "lines": 1, "flights": {}}})
    drawers = (
        charts.response_curves,
        charts.what_if_fan,
        charts.budget_split,
        charts.marginal_returns,
        charts.weekly_flights,
        charts.forecast_ranges,
        charts.forecast_fan,
        charts.segment_sizes,
        charts.experiment_need,
        charts.experiment_intervals,
        charts.customer_values,
    )
    assert [make(found) for make in drawers] == [None] * len(drawers)


def test_charts_of_no_money_leave_themselves_out() -> None:
    empty = _sample("allocation", lines=[])
    assert charts.budget_split(empty) is None
    assert charts.marginal_returns(empty) is None
    assert charts.response_curves(_sample("response_curves"), chosen=empty) is None
    assert charts.weekly_flights(_sample("flights", flights=[])) is None
    assert charts.schedule(sample_plan(calendar=())) is None


def test_the_split_tells_amounts_shares_returns_and_bounds() -> None:
    chart = _drawn(charts.budget_split(_sample("allocation")))
    rows = {row[0]: row for row in chart.rows}
    assert rows["Paid search"][1:3] == ("$38,000.00", "33.3%")
    assert rows["Podcast"][4:] == ("held down by its maximum", "yes")
    assert rows["Email"][4:] == ("none", "no")
    assert "$6,000 of $120,000 is held back" in chart.description
    assert "contingency" in chart.panels[0].svg
    assert str(chart.panels[0].svg).count('class="bar stretched"') == 2


def test_a_split_within_what_was_seen_marks_nothing() -> None:
    chart = _drawn(charts.budget_split(_sample("allocation", lines=_lines(beyond_observed=False), contingency="0")))
    assert "stretched" not in chart.panels[0].svg
    assert "contingency" not in chart.panels[0].svg
    assert chart.legend == ()


def test_curves_mark_what_is_measured_pooled_and_assumed() -> None:
    chart = _drawn(MAKERS["response_curves"](sample_plan()))
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
    assert all('class="fan"' in drawn for drawn in by_name.values())


def test_the_chosen_point_lies_on_the_curve_at_the_average_week() -> None:
    plan = sample_plan()
    chart = _drawn(MAKERS["response_curves"](plan))
    name, spend, response, low, high, _, status = chart.rows[0]
    assert (name, spend, status) == ("Paid search", "$3,800", "measured")
    told = float(response.replace(",", ""))
    assert abs(told - plan.budget.lines[0].expected / 10) <= 1
    assert float(low) < told < float(high)


def test_without_a_choice_every_curve_is_drawn_and_no_point() -> None:
    chart = _drawn(charts.response_curves(_sample("response_curves")))
    assert len(chart.panels) == 5
    assert not any("<circle" in panel.svg for panel in chart.panels)
    assert "The average week chosen" not in {key.label for key in chart.legend}
    assert chart.rows[0][1] == "5,200", "read at the most ever spent in a week, in money of no known currency"


def test_curves_of_channels_without_money_are_left_out() -> None:
    chosen = _sample("allocation", lines=list(_lines()[:2]))
    chart = _drawn(charts.response_curves(_sample("response_curves"), chosen=chosen))
    assert [panel.caption for panel in chart.panels] == ["Paid search", "Paid social"]


def test_marginal_returns_name_the_bound_that_holds_a_channel() -> None:
    chart = _drawn(charts.marginal_returns(_sample("allocation")))
    assert {row[0]: row[2] for row in chart.rows}["Podcast"] == "held down by its maximum"
    assert str(chart.panels[0].svg).count('class="bound"') == 1
    bare = _drawn(charts.marginal_returns(_sample("allocation", lines=_lines(bound="none"))))
    assert {row[2] for row in bare.rows} == {"none"}
    capped = _drawn(charts.marginal_returns(_sample("allocation", lines=_lines(is_capped=True))))
    assert {row[2] for row in capped.rows} == {"held to an equal share, unproven"}


def test_alike_marginal_returns_are_said_to_be_alike_and_others_are_not() -> None:
    alike = _drawn(charts.marginal_returns(_sample("allocation", lines=_lines(marginal_return=0.02))))
    assert "The 4 channels that no bound holds are alike" in alike.description
    assert 'class="level"' in alike.panels[0].svg
    spread = [{**line, "marginal_return": 0.01 * (i + 1)} for i, line in enumerate(_lines())]
    apart = _drawn(charts.marginal_returns(_sample("allocation", lines=spread)))
    assert "money moved to the upper ones brings more" in apart.description
    assert 'class="level"' not in apart.panels[0].svg


def test_the_forecast_draws_the_target_over_the_whole_only() -> None:
    chart = _drawn(charts.forecast_ranges(_sample("forecast")))
    whole, channels = (str(panel.svg) for panel in chart.panels)
    assert 'class="target-line"' in whole
    assert 'class="target-line"' not in channels
    assert chart.rows[0][0] == "All channels"


def test_a_forecast_without_a_target_draws_none() -> None:
    aimless = _sample("forecast", target=None, probability_of_target=None)
    for chart in (charts.forecast_ranges(aimless), charts.forecast_fan(aimless)):
        assert "target" not in " ".join(str(panel.svg) for panel in _drawn(chart).panels)
        assert "arget" not in " ".join(key.label for key in _drawn(chart).legend)


def test_the_fan_over_time_ends_in_the_whole() -> None:
    plan = sample_plan()
    chart = _drawn(MAKERS["forecast_fan"](plan))
    assert len(chart.rows) == 10
    assert chart.rows[-1][1:] == _drawn(MAKERS["forecast_ranges"](plan)).rows[0][1:]
    one = _sample("forecast", by_week=[{"week": 1, "p10": 1.0, "p50": 2.0, "p90": 3.0}])
    assert charts.forecast_fan(one) is None


def test_the_fan_over_money_marks_this_budget_and_tells_the_odds() -> None:
    plan = sample_plan()
    chart = _drawn(MAKERS["what_if_fan"](plan))
    own = next(row for row in chart.rows if row[1] == "× 1")
    assert own[0] == "$120,000"
    assert own[-1] == f"{plan.objective.probability_of_target:.0%}"
    assert str(chart.panels[0].svg).count("<circle") == 1


def test_segments_stand_by_value_with_who_can_be_reached() -> None:
    chart = _drawn(MAKERS["segment_sizes"](sample_plan()))
    assert chart.rows[0] == ("Champions", "2,614", "14.2%", "2,207", "$412,880")
    assert [row[0] for row in chart.rows] == ["Champions", "Promising newcomers", "Slipping regulars", "Lapsed"]


def test_a_test_that_is_too_small_says_so() -> None:
    assert "there are enough" in _drawn(charts.experiment_need(_sample("experiment_size"))).description
    small = _drawn(charts.experiment_need(_sample("experiment_size", audience=100, is_feasible=False)))
    assert "there are not enough" in small.description
    assert 'class="bar held"' in small.panels[0].svg


def test_weeks_stack_to_what_is_spent() -> None:
    chart = _drawn(MAKERS["weekly_flights"](sample_plan()))
    assert len(chart.rows) == 10
    assert [key.label for key in chart.legend] == ["Paid search", "Paid social", "Email", "Podcast", "Out of home"]
    heights = [float(h) for h in re.findall(r'height="([\d.]+)" class="layer-', str(chart.panels[0].svg))]
    assert len(heights) == 50
    assert max(sum(heights[i : i + 5]) for i in range(0, 50, 5)) <= 190


def test_weeks_without_money_keep_their_place_and_are_said() -> None:
    weeks = ("2027-03-01", "2027-03-22")
    rows: list[JsonObject] = [{"channel": "tv", "week": week, "amount": "10.00"} for week in weeks]
    chart = _drawn(charts.weekly_flights(_sample("flights", flights=[*rows])))
    assert "Spend in 2 of 4 weeks" in chart.description
    assert "8 Mar" in str(chart.panels[0].svg)
    assert len(chart.rows) == 2


def test_many_channels_share_the_last_colour() -> None:
    rows = _sample("flights").outputs["flights"]
    assert isinstance(rows, list)
    more = [{**row, "channel": f"extra_{i}"} for i, row in enumerate(rows[:6]) if isinstance(row, dict)]
    chart = _drawn(charts.weekly_flights(_sample("flights", flights=[*rows, *more])))
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
    forecast = _sample("forecast", metric="revenue")
    assert _drawn(charts.forecast_ranges(forecast, currency="USD")).rows[0][2].startswith("$")
    assert _drawn(charts.forecast_fan(forecast, currency="USD")).rows[0][2].startswith("$")
    assert _drawn(charts.forecast_ranges(forecast)).rows[0][2][0].isdigit()
    swept = _drawn(charts.what_if_fan(_sample("what_if", metric="revenue")))
    assert swept.rows[0][2].startswith("$")


def test_a_plan_draws_the_calculations_that_its_figures_come_from() -> None:
    """A plan keeps an allocation and a forecast for each proposal, the chosen one not always first."""
    plan = sample_plan()
    other = _sample("forecast", p10=1.0, p50=2.0, p90=3.0).model_copy(update={"id": "calc-forecast-00000000"})
    both = plan.model_copy(update={"calculations": (other, *plan.calculations)})
    assert charts.money_charts(both) == charts.money_charts(plan)
    assert [chart.id for chart in charts.money_charts(plan)] == [
        "chart-forecast",
        "chart-forecast-fan",
        "chart-budget",
        "chart-curves",
        "chart-marginal",
        "chart-what-if",
    ]
    assert charts.money_charts(sample_plan(calculations=())) == ()
