"""Plots must be well-formed, self-contained, the same each time, and hold whatever numbers and names come."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.model import JsonObject
from nexusplanner.errors import InputError, StorageError
from nexusplanner.rendering import Plot, to_calculation_card
from nexusplanner.testing.plans import sample_plan

PICTURED = (
    "allocation",
    "customer_segments",
    "experiment_size",
    "flights",
    "forecast",
    "response_curves",
    "what_if",
)
HOSTILE = '<script>alert("1")</script>&\'\u202e]]>'
LEAN = settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
_NO_NUMBER = re.compile(r'\b(?:x|y|x1|x2|y1|y2|cx|cy|d|r|width|height)="[^"]*(?:nan|inf)')
_OUTSIDE = re.compile(r"(?:href|src|url\(|@import|<script|<image|<foreignObject|\son\w+=)", re.IGNORECASE)


class _Tags(HTMLParser):
    """Collect tags; they must nest."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.met: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.met.append(tag)
        if tag not in {"meta", "link"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.met.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def _sample(name: str) -> Calculation:
    found = sample_plan().calculation(name)
    assert found is not None
    return found


def _renamed(value: object, name: str) -> object:
    """Put a name in the place of every text that is a channel's or a segment's."""
    if isinstance(value, dict):
        known = {"paid_search": name, "podcast": f"{name} 2"}
        return {known.get(k, k): known.get(str(v), _renamed(v, name)) for k, v in value.items()}
    return [_renamed(item, name) for item in value] if isinstance(value, list) else value


def _named(name: str, text: str) -> Calculation:
    """Give a calculation of the sample plan with this text for its channels, its id and its explanation."""
    found = _sample(name)
    outputs = _renamed(found.outputs, text)
    assert isinstance(outputs, dict)
    return found.model_copy(update={"outputs": outputs, "id": text, "explanation": text})


def _well_formed(plot: Plot) -> ElementTree.Element:
    root = ElementTree.fromstring(plot.svg)
    space = "{http://www.w3.org/2000/svg}"
    for drawing in root.iter(f"{space}svg"):
        if drawing.get("role") == "img":
            assert drawing.get("aria-label")
            assert [child.tag for child in drawing][:2] == [f"{space}title", f"{space}desc"]
            assert all(child.text for child in list(drawing)[:2])
    for element in root.iter():
        for key in ("width", "height", "r"):
            assert float(element.get(key, "0").rstrip("%px")) >= 0
    assert not _NO_NUMBER.search(plot.svg)
    assert not _OUTSIDE.search(plot.svg.replace("http://www.w3.org/2000/svg", ""))
    return root


@pytest.mark.parametrize("name", PICTURED)
def test_a_picture_is_well_formed_told_in_words_and_needs_nothing_from_outside(name: str) -> None:
    plot = _sample(name).plot(currency="USD")
    _well_formed(plot)
    page = _Tags(plot.html)
    assert {"script", "img", "iframe", "object"} & set(page.met) == set()
    assert page.met.count("table") == len([chart for chart in plot.charts if chart.rows])
    assert "default-src 'none'" in plot.html
    assert plot._repr_svg_() == plot.svg
    assert plot.svg in plot._repr_html_()


@pytest.mark.parametrize("name", PICTURED)
def test_the_same_calculation_gives_the_same_bytes(name: str) -> None:
    assert _sample(name).plot().html == _sample(name).plot().html


def test_a_plot_tells_what_it_is() -> None:
    made = _sample("forecast")
    assert repr(made.plot()) == (
        f"<Plot of {made.id}: How much it may bring: conversions; How it adds up, week by week: conversions>"
    )


@pytest.mark.parametrize("name", PICTURED)
def test_no_name_becomes_markup(name: str) -> None:
    """Tags are the same whatever the words, of the same length: a longer name may wrap onto one more line."""
    odd, calm = (_named(name, text) for text in (HOSTILE, "a calm name with words of its own"))
    plot = odd.plot()
    _well_formed(plot)
    assert "<script" not in plot.html
    assert "\u202e" not in plot.html
    assert _Tags(plot.html).met.count("svg") == _Tags(calm.plot().html).met.count("svg")
    card = to_calculation_card(odd)
    assert "<script" not in card
    assert _Tags(card).met == _Tags(to_calculation_card(calm)).met


def test_a_calculation_without_a_picture_names_those_that_have_one() -> None:
    made = Calculation.record("compliance", "1", inputs={}, outputs={"checks": []})
    with pytest.raises(InputError, match=r"no picture \(found 'compliance'\)\. Those with one: allocation.*what_if\."):
        made.plot()
    assert "Compliance" in made._repr_html_()
    assert "<svg" not in made._repr_html_()


def test_a_picture_of_nothing_is_refused_and_the_card_goes_without() -> None:
    empty = _sample("allocation").model_copy(update={"outputs": {"lines": []}})
    with pytest.raises(InputError, match="nothing to draw"):
        empty.plot()
    assert "<svg" not in empty._repr_html_()


def test_curves_mark_a_choice_and_nothing_else_does() -> None:
    curves, split = _sample("response_curves"), _sample("allocation")
    marked = curves.plot(chosen=split)
    assert marked.svg.count("<circle") == len(marked.charts[0].panels) == 5
    assert "<circle" not in curves.plot().svg
    with pytest.raises(InputError, match="only response curves mark a choice"):
        split.plot(chosen=split)
    with pytest.raises(InputError, match="not an allocation"):
        curves.plot(chosen=curves)
    with pytest.raises(InputError, match="not a currency"):
        curves.plot(currency="doubloons")


def test_a_card_tells_what_was_done_the_figures_and_the_warnings() -> None:
    card = _sample("allocation")._repr_html_()
    for told in (_sample("allocation").explanation.partition("'")[0], "120,000", "Weeks", "USD", "<svg"):
        assert told in card
    assert "No week with money for podcast is known" in card


def test_a_plan_plots_the_calculation_its_figures_come_from() -> None:
    plan = sample_plan()
    for name in PICTURED:
        made = plan.calculation(name)
        assert made is not None
        assert plan.plot(name).calculation == made.id
    assert plan.plot("response_curves").svg.count("<circle") == 5
    assert "$" in plan.plot("response_curves").svg
    with pytest.raises(InputError, match=r"the plan has no such calculation.*It has: allocation"):
        plan.plot("customer_value")


# --- files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["html", "svg", "SVG"])
def test_saving_writes_one_file_and_nothing_beside_it(ending: str, tmp_path: Path) -> None:
    plot = _sample("forecast").plot()
    path = plot.save(tmp_path / f"fan.{ending}")
    assert path == tmp_path / f"fan.{ending}"
    assert path.read_bytes().decode() == (plot.html if ending == "html" else plot.svg)
    assert list(tmp_path.iterdir()) == [path]


def test_a_name_of_another_kind_a_folder_and_a_missing_folder_are_named(tmp_path: Path) -> None:
    plot = _sample("forecast").plot()
    with pytest.raises(InputError, match=r"not a kind of picture.*End it in \.html or \.svg"):
        plot.save(tmp_path / "fan.png")
    (tmp_path / "folder.svg").mkdir()
    with pytest.raises(StorageError, match="is a folder"):
        plot.save(tmp_path / "folder.svg")
    with pytest.raises(StorageError, match=r"cannot be saved \(No such file"):
        plot.save(tmp_path / "nowhere" / "fan.svg")
    assert [p.name for p in tmp_path.iterdir()] == ["folder.svg"]


def test_a_full_disk_leaves_the_old_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _sample("forecast").plot().save(tmp_path / "fan.svg")
    before = path.read_bytes()

    def full(self: Path, *args: object, **kwargs: object) -> object:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(StorageError, match="No space left"):
        _sample("what_if").plot().save(path)
    monkeypatch.undo()
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


# --- odd values ------------------------------------------------------------------------------------------------------

amounts = st.one_of(st.just(0.0), st.floats(1e-9, 1e-3), st.floats(0, 1e6), st.floats(1e9, 1e15))
names = st.text(min_size=1, max_size=300)


def _plotted(name: str, inputs: JsonObject, outputs: JsonObject) -> None:
    """Draw it, or be told that there is nothing to draw; never anything else."""
    made = Calculation.record(name, "1", inputs=inputs, outputs=outputs)
    made._repr_html_()
    plot = _plot_or_nothing(made)
    if plot is not None:
        _well_formed(plot)
        _Tags(plot.html)


def _plot_or_nothing(made: Calculation) -> Plot | None:
    try:
        return made.plot()
    except InputError as error:
        if "nothing to draw" not in str(error):
            raise
        return None


@st.composite
def _spans(draw: st.DrawFn) -> JsonObject:
    low, middle, high = sorted(draw(st.tuples(amounts, amounts, amounts)))
    return {"p10": low, "p50": middle, "p90": high}


@LEAN
@given(
    whole=_spans(),
    channels=st.dictionaries(names, _spans(), max_size=3),
    weeks=st.lists(_spans(), max_size=60),
    target=st.none() | amounts,
    metric=st.sampled_from(["revenue", "conversions"]),
)
def test_any_forecast_is_drawn(
    whole: JsonObject, channels: dict[str, JsonObject], weeks: list[JsonObject], target: float | None, metric: str
) -> None:
    rows: list[JsonObject] = [{"week": i, **week} for i, week in enumerate(weeks, start=1)]
    outputs: JsonObject = {**whole, "metric": metric, "target": target, "probability_of_target": 0.5}
    _plotted("forecast", {}, {**outputs, "by_channel": {**channels}, "by_week": [*rows]})


@LEAN
@given(
    money=st.dictionaries(names, st.tuples(amounts, amounts), max_size=9),
    contingency=st.decimals("0", "1000", places=2),
    currency=st.sampled_from(["USD", "JPY", "XXX", "zzz"]),
)
def test_any_split_is_drawn(money: dict[str, tuple[float, float]], contingency: object, currency: str) -> None:
    lines: list[JsonObject] = [
        {
            "channel": name,
            "amount": f"{amount:.2f}",
            "share": 1 / len(money),
            "expected": gain,
            "marginal_return": gain,
            "bound": "maximum" if i % 2 else "none",
            "beyond_observed": i % 3 == 0,
        }
        for i, (name, (amount, gain)) in enumerate(money.items())
    ]
    total = f"{sum(amount for amount, _ in money.values()):.2f}"
    outputs: JsonObject = {"total": total, "contingency": str(contingency), "currency": currency, "lines": [*lines]}
    _plotted("allocation", {}, outputs)


@LEAN
@given(
    channels=st.dictionaries(
        names, st.tuples(st.lists(st.tuples(amounts, amounts, amounts), min_size=2, max_size=12), amounts), max_size=3
    ),
    has_band=st.booleans(),
)
def test_any_curve_is_drawn(
    channels: dict[str, tuple[list[tuple[float, float, float]], float]], has_band: bool
) -> None:
    drawn: JsonObject = {}
    for name, (points, most) in channels.items():
        curve: JsonObject = {
            "points": [[spend, result] for spend, result, _ in sorted(points)],
            "observed": {"max_spend": most},
        }
        band: JsonObject = {"band": [[result / 2, result + wide] for _, result, wide in sorted(points)]}
        drawn[name] = {**curve, **(band if has_band else {})}
    _plotted("response_curves", {}, {"metric": "conversions", "channels": drawn})


@LEAN
@given(
    points=st.lists(st.tuples(amounts, _spans(), st.none() | st.floats(0, 1)), max_size=9),
    target=st.none() | amounts,
)
def test_any_what_if_is_drawn(points: list[tuple[float, JsonObject, float | None]], target: float | None) -> None:
    rows: list[JsonObject] = [
        {"multiplier": 1.0 if i == 1 else 0.5, "total": f"{total:.2f}", **span, "probability_of_target": odds}
        for i, (total, span, odds) in enumerate(points)
    ]
    _plotted("what_if", {"target": target}, {"metric": "revenue", "currency": "EUR", "points": [*rows]})


@LEAN
@given(st.lists(st.tuples(names, st.integers(0, 10**9), st.integers(0, 10**9), amounts), max_size=6))
def test_any_segments_are_drawn(rows: list[tuple[str, int, int, float]]) -> None:
    segments: list[JsonObject] = [
        {"name": name, "size": size, "contactable": reached, "share": 0.1, "value": value}
        for name, size, reached, value in rows
    ]
    _plotted("customer_segments", {}, {"customers": 5, "currency": None, "segments": [*segments]})


@LEAN
@given(
    arms=st.dictionaries(names, st.tuples(st.floats(-1e6, 1e6), amounts, amounts), max_size=4),
    squares=st.none() | st.just(4.0),
    decision=st.sampled_from(["better", "worse", "undecided", "too_small"]),
)
def test_any_read_out_is_drawn(
    arms: dict[str, tuple[float, float, float]], squares: float | None, decision: str
) -> None:
    rows: JsonObject = {
        name: {
            "value": lift,
            "lift": lift,
            "low": lift - low,
            "high": lift + high,
            "p_value": 0.2,
            "decision": decision,
        }
        for name, (lift, low, high) in arms.items()
    }
    control: JsonObject = {"n": 10, "total": 5, "squares": squares}
    outputs: JsonObject = {"metric": "orders", "alpha": 0.05, "control": 0.5, "arms": rows}
    _plotted("experiment_readout", {"control": control}, outputs)
    _plotted("experiment_segments", {"control": control}, {**outputs, "segments": {"young": rows}, "overall": rows})


@LEAN
@given(
    held=st.integers(0, 10**7),
    treated=st.integers(0, 10**7),
    audience=st.integers(0, 10**8),
    baseline=st.floats(0.0001, 0.9),
    mde=st.none() | st.floats(1e-6, 0.1),
    sd=st.none() | amounts,
)
def test_any_size_of_a_test_is_drawn(
    held: int, treated: int, audience: int, baseline: float, mde: float | None, sd: float | None
) -> None:
    outputs: JsonObject = {
        "baseline": baseline, "mde": mde, "sd": sd, "alpha": 0.05, "power": 0.8, "n_per_arm": min(held, treated),
        "n_holdout": held, "n_treated": treated, "arms": 3, "days": 7, "audience": audience, "is_feasible": held < 5,
    }  # fmt: skip
    _plotted("experiment_size", {}, outputs)


@LEAN
@given(
    st.lists(st.tuples(names, st.integers(0, 400), st.decimals("0", "1e12", places=2)), max_size=40),
)
def test_any_flights_are_drawn(rows: list[tuple[str, int, object]]) -> None:
    from datetime import date, timedelta

    flights: list[JsonObject] = [
        {"channel": name, "week": (date(2027, 1, 4) + timedelta(weeks=week)).isoformat(), "amount": str(amount)}
        for name, week, amount in rows
    ]
    _plotted("flights", {"currency": "USD"}, {"flights": [*flights]})


@LEAN
@given(st.integers(1, 10**9), amounts, amounts, st.floats(0, 1))
def test_any_customer_value_is_drawn(customers: int, purchases: float, value: float, alive: float) -> None:
    outputs: JsonObject = {
        "customers": customers, "purchases": purchases, "value": value, "mean_value": value / customers, "alive": alive,
    }  # fmt: skip
    _plotted("customer_value", {"periods": 26.0}, outputs)
