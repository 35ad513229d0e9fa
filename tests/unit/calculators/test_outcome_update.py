"""Reported rows move curves by Bayes: towards what came, as far as it says, whatever the order."""

from __future__ import annotations

from decimal import Decimal
from typing import cast

import numpy as np
import pytest
from tests.unit.calculators.markets import TRUTH, responses, wide_history
from tests.unit.calculators.reported import START, campaign, curves

from nexusplanner.calculators import allocate_by_past, fit_response_curves, forecast, recompute
from nexusplanner.calculators.belief import Belief
from nexusplanner.calculators.curve_set import CurveSet
from nexusplanner.calculators.outcome_update import updated
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.learned import ChannelPrior, Learned, PastRows


def expected(fitted: Calculation, channel: str, money: float) -> float:
    some = CurveSet.of(fitted).only((channel,))
    return float(some.expected.response(np.array([money]))[0])


def spread(fitted: Calculation, channel: str) -> float:
    return float(np.sqrt(CurveSet.of(fitted).channels[channel].log_cov[3][3]))


def test_a_curve_moves_towards_what_came() -> None:
    before = curves()
    for lifted in (0.7, 1.4):
        row = campaign("search", lifted=lifted)
        after = curves(learned=Learned(rows=(row,)))
        old, new = expected(before, "search", 900.0), expected(after, "search", 900.0)
        assert abs(new - row.results[0]) < 0.5 * abs(old - row.results[0])


def test_what_was_to_be_expected_makes_it_surer_and_a_surprise_does_not() -> None:
    before, wide = curves(), curves(learned=Learned(rows=(campaign("tv", money=2500.0, lifted=1.6),)))
    told = expected(before, "tv", 2500.0)
    row = PastRows(outcome="o", channel="tv", start=START, spend=(2500.0,) * 26, results=(told,) * 26, before=2500.0)
    assert spread(curves(learned=Learned(rows=(row,))), "tv") < spread(before, "tv") < spread(wide, "tv")


def test_a_level_moves_as_the_normal_formula_says() -> None:
    """Shape known, one level to learn: the posterior mean is the one that weighs by precision."""
    tight = np.diag([1e-10, 1e-10, 1e-10, 0.2**2 - 0.05**2])
    belief = Belief(("search",), np.array([[-6.0, 0.0, 0.0, np.log(100.0)]]), tight, np.array([900.0]),
                    noise=np.array([4.0]), weeks=np.array([1e9]), power=1.0)  # fmt: skip
    row = PastRows(outcome="o", channel="search", start=START, spend=(900.0,) * 4, results=(110.0,) * 4, before=900.0)
    moved = updated(belief, [row])
    # In logs a week's variance is noise / mean; four weeks of it, against the prior's and the drift's.
    prior, data = 1 / 0.2**2, 4 * 100.0 / 4.0
    asked = (prior * np.log(100.0) + data * np.log(110.0)) / (prior + data)
    assert moved.means[0, 3] == pytest.approx(asked, abs=0.01)
    assert moved.covariance[3, 3] == pytest.approx(1 / (prior + data), rel=0.15)
    assert moved.means[0, :3] == pytest.approx(belief.means[0, :3], abs=1e-6)


def test_the_order_of_reports_changes_nothing() -> None:
    rows = (campaign("search"), campaign("tv", outcome="out-2", money=2500.0), campaign("search", outcome="out-3"))
    one, other = (curves(learned=Learned(rows=order)) for order in (rows, rows[::-1]))
    for name in TRUTH:
        known = [np.array(CurveSet.of(fitted).channels[name].log_mean) for fitted in (one, other)]
        assert known[0] == pytest.approx(known[1], abs=1e-6)


def test_a_channel_of_which_nothing_was_reported_stays() -> None:
    before, after = curves(), curves(learned=Learned(rows=(campaign("search"),)))
    told = [cast("dict[str, dict[str, object]]", fitted.outputs["channels"])["tv"] for fitted in (before, after)]
    assert told[0] == told[1]


def test_rows_of_other_channels_are_passed_over() -> None:
    belief = Belief.of(CurveSet.of(curves()), ("search",))
    assert updated(belief, [campaign("tv")]) is belief


def test_channels_that_only_a_joint_fit_knows_move_together() -> None:
    """What is doubted of both is learnt from one."""
    given = {"channels": (), "metric": "revenue", "implied_unit_cost": None, "seed": 1}
    before = fit_response_curves(wide_history(weeks=52), **given)  # type: ignore[arg-type]
    row = campaign("search", lifted=1.6)
    after = fit_response_curves(wide_history(weeks=52), learned=Learned(rows=(row,)), **given)  # type: ignore[arg-type]
    assert expected(after, "search", 900.0) == pytest.approx(row.results[0], rel=0.15)
    social = [CurveSet.of(fitted).channels["social"].log_mean for fitted in (before, after)]
    assert social[0] != social[1]
    assert recompute(after) == after.outputs


def test_a_channel_that_was_borrowed_is_measured_once_it_was_reported() -> None:
    given = {"metric": "conversions", "implied_unit_cost": None, "seed": 1}
    history = wide_history(weeks=52).model_copy(update={"outcome_name": "conversions"})
    row = PastRows(outcome="o", channel="radio", start=START, spend=(500.0,) * 8, results=(40.0,) * 8)
    told = fit_response_curves(history, channels=("search", "radio"), learned=Learned(rows=(row,)), **given)  # type: ignore[arg-type]
    radio = CurveSet.of(told).channels["radio"]
    assert radio.status == "measured"
    assert radio.observed.max_spend == 500.0
    assert expected(told, "radio", 500.0) == pytest.approx(40.0, rel=0.1)


def test_without_rows_a_prior_stands_for_them() -> None:
    """Whoever plans without the history of before still knows what it taught."""
    taught = curves(weeks=52, learned=Learned(rows=(campaign("search"),)))
    known = CurveSet.of(taught).channels["search"]
    prior = ChannelPrior(
        channel="search",
        metric="conversions",
        outcome="out-1",
        outcomes=("out-1",),
        status="measured",
        reference_spend=known.reference_spend,
        log_mean=known.log_mean,
        log_cov=known.log_cov,
        noise=known.noise,
        noise_power=CurveSet.of(taught).noise_power,
        weeks=65,
        max_spend=2000.0,
    )
    given = {"metric": "conversions", "implied_unit_cost": 12.0, "seed": 1}
    alone = fit_response_curves(None, channels=("search", "new"), **given,  # type: ignore[arg-type]
                                learned=Learned(priors={"search": prior}, rows=(campaign("search"),)))  # fmt: skip
    assert expected(alone, "search", 900.0) == pytest.approx(expected(taught, "search", 900.0), rel=1e-6)
    assert CurveSet.of(alone).channels["search"].status == "measured"
    assert CurveSet.of(alone).channels["new"].status == "assumed"
    again = fit_response_curves(None, channels=("search",), **given,  # type: ignore[arg-type]
                                learned=Learned(priors={"search": prior},
                                                rows=(campaign("search", outcome="out-2", lifted=1.5),)))  # fmt: skip
    assert expected(again, "search", 900.0) > 1.1 * expected(alone, "search", 900.0)
    assert allocate_by_past(again, total=Decimal(1000), currency="USD", weeks=4).outputs["lines"]


def test_what_was_learnt_can_be_run_again_from_its_inputs() -> None:
    learned = Learned(rows=(campaign("search"), campaign("tv", money=2500.0)), carried={"tv": 2500.0})
    taught = curves(learned=learned)
    assert recompute(taught) == taught.outputs
    told = forecast(taught, amounts={"tv": Decimal(30_000), "search": Decimal(9_000)}, weeks=10, target=None, seed=5)
    assert recompute(told) == told.outputs
    assert "2 reported" not in taught.explanation
    assert taught.explanation.endswith("beside 1 reported campaign.")


def test_nothing_is_said_of_learning_where_nothing_was_reported() -> None:
    """Plans of before come out as they did, to the byte."""
    plain = curves()
    assert "learned" not in plain.inputs
    assert not {"calibration", "carried", "forecasts"} & set(plain.outputs)
    assert not {"calibration", "carried"} & set(CurveSet.of(plain).dump())


def test_the_truth_is_nearer_after_each_campaign() -> None:
    rows: list[PastRows] = []
    off = []
    for number, money in enumerate((700.0, 1400.0, 1000.0)):
        rows += [campaign(name, outcome=f"out-{number}", money=money * (TRUTH[name][1] / 900.0)) for name in TRUTH]
        taught = curves(learned=Learned(rows=tuple(rows)))
        each = [
            abs(expected(taught, name, share * TRUTH[name][1]) / steady(name, share * TRUTH[name][1]) - 1)
            for name in TRUTH
            for share in (0.6, 1.2)
        ]
        off.append(float(np.mean(each)))
    assert off[-1] < off[0]


def steady(name: str, money: float) -> float:
    return float(responses(np.full(80, money), *TRUTH[name])[-1])
