"""Plots must be well-formed, self-contained, the same each time, and hold whatever numbers and names come."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.rendering.pictures import Tags, well_formed

from nexusplanner.domain.calculation import Calculation
from nexusplanner.errors import InputError, StorageError
from nexusplanner.rendering import to_calculation_card
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


@pytest.mark.parametrize("name", PICTURED)
def test_a_picture_is_well_formed_told_in_words_and_needs_nothing_from_outside(name: str) -> None:
    plot = _sample(name).plot(currency="USD")
    well_formed(plot)
    page = Tags(plot.html)
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
    well_formed(plot)
    assert "<script" not in plot.html
    assert "\u202e" not in plot.html
    assert Tags(plot.html).met.count("svg") == Tags(calm.plot().html).met.count("svg")
    card = to_calculation_card(odd)
    assert "<script" not in card
    assert Tags(card).met == Tags(to_calculation_card(calm)).met


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
