"""Read-outs beside segments, rows, shares and cost: the same numbers as statsmodels, decisions corrected."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare
from statsmodels.stats.meta_analysis import combine_effects
from statsmodels.stats.multitest import multipletests

from nexusplanner.calculators import Arm, check_sample_ratio, read_out_by_segment, read_out_experiment, recompute
from nexusplanner.calculators.multiple_comparisons import adjusted
from nexusplanner.domain.model import JsonObject
from nexusplanner.errors import InputError


def obj(value: object) -> JsonObject:
    assert isinstance(value, dict)
    return value


def num(value: object) -> float:
    return float(str(value))


counts = st.tuples(st.integers(60, 4000), st.integers(60, 4000), st.floats(0.15, 0.8), st.floats(0.15, 0.8))
segments = st.lists(counts, min_size=2, max_size=6).map(
    lambda rows: {
        f"s{i}": {"control": Arm(n0, int(n0 * p0)), "mail": Arm(n1, int(n1 * p1))}
        for i, (n0, n1, p0, p1) in enumerate(rows)
    }
)


@settings(max_examples=40, deadline=None)
@given(segments)
def test_segments_are_pooled_and_compared_as_statsmodels_does(rows: dict[str, dict[str, Arm]]) -> None:
    made = read_out_by_segment(metric="visits", rows=rows)
    effects, variances = [], []
    for arms in rows.values():
        p0, p1 = (arms[a].total / arms[a].n for a in ("control", "mail"))
        effects.append(p1 - p0)
        variances.append(p0 * (1 - p0) / arms["control"].n + p1 * (1 - p1) / arms["mail"].n)
    with np.errstate(all="ignore"):  # of its random effects, which are not asked for
        judge = combine_effects(np.array(effects), np.array(variances), method_re="dl")
        low, high = judge.conf_int(alpha=0.05)[0]
    found = obj(obj(made.outputs["together"])["mail"])
    assert num(found["lift"]) == pytest.approx(judge.mean_effect_fe, abs=1e-9)
    assert (num(found["low"]), num(found["high"])) == pytest.approx((low, high), abs=1e-9)
    assert num(found["q"]) == pytest.approx(judge.q, rel=1e-8, abs=1e-8)
    assert num(found["p_value"]) == pytest.approx(judge.test_homogeneity().pvalue, abs=1e-6)
    # Segments that are equal have no heterogeneity; its share of none at all is not a number to the judge.
    assert num(found["i_squared"]) == pytest.approx(judge.i2 if judge.q > judge.df else 0.0, abs=1e-8)
    assert recompute(made) == made.outputs


@settings(max_examples=40, deadline=None)
@given(segments)
def test_all_segments_put_together_are_the_whole_test(rows: dict[str, dict[str, Arm]]) -> None:
    """The sum over segments reads as one test, and the pooled lift lies among those of the segments."""
    out = read_out_by_segment(metric="visits", rows=rows).outputs
    sums = [
        Arm(sum(s[a].n for s in rows.values()), sum(s[a].total for s in rows.values())) for a in ("control", "mail")
    ]
    whole = obj(
        obj(read_out_experiment(metric="visits", control=sums[0], variants={"mail": sums[1]}).outputs["arms"])["mail"]
    )
    found = obj(obj(out["overall"])["mail"])
    assert {name: found[name] for name in ("lift", "low", "high", "p_value")} == {
        name: whole[name] for name in ("lift", "low", "high", "p_value")
    }
    told = [obj(obj(arms)["mail"]) for arms in obj(out["segments"]).values()]
    lifts = [num(row["lift"]) for row in told]
    assert min(lifts) - 1e-9 <= num(obj(obj(out["together"])["mail"])["lift"]) <= max(lifts) + 1e-9
    assert all(num(row["low"]) <= num(row["lift"]) <= num(row["high"]) for row in told)
    assert all((row["decision"] == "undecided") == (num(row["p_adjusted"]) >= 0.05) for row in told)


@settings(max_examples=50)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_p_values_are_corrected_as_statsmodels_corrects_them(p: list[float]) -> None:
    assert adjusted(p, "holm") == pytest.approx(multipletests(p, method="holm")[1].tolist(), abs=1e-12)
    assert adjusted(p, "benjamini_hochberg") == pytest.approx(multipletests(p, method="fdr_bh")[1].tolist(), abs=1e-12)


def test_what_decides_alone_may_not_decide_among_many() -> None:
    one = {"control": Arm(1000, 100), "mail": Arm(1000, 130)}
    flat = {"control": Arm(1000, 100), "mail": Arm(1000, 100)}
    alone = read_out_by_segment(metric="orders", rows={"a": one}).outputs
    among = read_out_by_segment(metric="orders", rows={"a": one, **{f"s{i}": flat for i in range(7)}}).outputs
    assert obj(obj(obj(alone["segments"])["a"])["mail"])["decision"] == "better"
    row = obj(obj(obj(among["segments"])["a"])["mail"])
    assert row["decision"] == "undecided"
    assert "several comparisons" in str(row["reason"])
    assert obj(alone["together"])["mail"] is None


def test_segments_too_small_are_marked_and_left_out() -> None:
    large = {"control": Arm(1000, 100), "mail": Arm(1000, 180)}
    rows = {
        "large": large,
        "few": {"control": Arm(20, 2), "mail": Arm(20, 18)},
        "rare": {"control": Arm(2000, 1), "mail": Arm(2000, 5)},
        "still": {"control": Arm(100, 0.0, 0.0), "mail": Arm(100, 0.0, 0.0)},
    }
    made = read_out_by_segment(metric="orders", rows=rows)
    found = {s: obj(obj(arms)["mail"]) for s, arms in obj(made.outputs["segments"]).items()}
    assert {s: row["decision"] for s, row in found.items()} == {
        "large": "better", "few": "too_small", "rare": "too_small", "still": "too_small"
    }  # fmt: skip
    assert found["few"]["p_adjusted"] is None
    assert found["large"]["p_adjusted"] == found["large"]["p_value"]
    assert "3 too small" in made.explanation


def test_segments_that_differ_are_told_from_chance() -> None:
    same = {f"s{i}": {"control": Arm(4000, 400), "mail": Arm(4000, 480)} for i in range(3)}
    other = {**same, "s3": {"control": Arm(4000, 400), "mail": Arm(4000, 330)}}
    assert not obj(obj(read_out_by_segment(metric="orders", rows=same).outputs["together"])["mail"])["is_different"]
    assert obj(obj(read_out_by_segment(metric="orders", rows=other).outputs["together"])["mail"])["is_different"]


@pytest.mark.parametrize("rows", [{}, {"a": {"mail": Arm(10, 1)}}, {"a": {"control": Arm(10, 1)}}])
def test_segments_without_their_control_are_refused(rows: dict[str, dict[str, Arm]]) -> None:
    with pytest.raises(InputError, match="rows"):
        read_out_by_segment(metric="orders", rows=rows)


@settings(max_examples=40, deadline=None)
@given(counts)
def test_swapping_the_arms_turns_the_lift_around(given_counts: tuple[int, int, float, float]) -> None:
    n0, n1, p0, p1 = given_counts
    one, other = Arm(n0, int(n0 * p0)), Arm(n1, int(n1 * p1))
    there = obj(obj(read_out_experiment(metric="m", control=one, variants={"v": other}).outputs["arms"])["v"])
    back = obj(obj(read_out_experiment(metric="m", control=other, variants={"v": one}).outputs["arms"])["v"])
    assert num(there["lift"]) == pytest.approx(-num(back["lift"]), abs=1e-9)
    assert (num(there["low"]), num(there["high"])) == pytest.approx((-num(back["high"]), -num(back["low"])), abs=1e-9)
    assert num(there["p_value"]) == pytest.approx(num(back["p_value"]), rel=1e-6)
    turned = {"better": "worse", "worse": "better", "undecided": "undecided"}
    assert turned[str(there["decision"])] == back["decision"]


@given(st.lists(st.sampled_from([0.0, 1.0]), min_size=1, max_size=50))
def test_zeros_and_ones_make_a_rate(values: list[float]) -> None:
    arm = Arm.of_values(values)
    assert (arm.n, arm.total, arm.squares) == (len(values), sum(values), None)
    assert Arm.of_values(values, kind="mean").squares == sum(values)


def test_rows_of_money_make_a_mean_and_add_up() -> None:
    first, second = Arm.of_values(np.array([0.0, 12.5, 0.0])), Arm.of_values([3.0])
    assert first == Arm(3, 12.5, 156.25)
    assert first + second == Arm.of_values([0.0, 12.5, 0.0, 3.0])
    assert Arm(10, 4) + Arm(5, 1) == Arm(15, 5)


@pytest.mark.parametrize("values", [[], [1.0, float("nan")], [[1.0]], ["a"]])
def test_values_that_are_not_numbers_are_refused(values: list[float]) -> None:
    with pytest.raises(InputError, match="values"):
        Arm.of_values(values)
    with pytest.raises(InputError, match="values"):
        Arm.of_values([0.5], kind="rate")


def test_the_shares_that_were_drawn_are_checked_against_the_planned_ones() -> None:
    found = check_sample_ratio({"control": 1000, "mail": 9000}, shares={"control": 1, "mail": 9})
    assert not found["is_mismatch"]
    lost = check_sample_ratio({"control": 1000, "mail": 8000}, shares={"control": 1, "mail": 9})
    judge = chisquare([1000, 8000], [900, 8100])
    assert (num(lost["statistic"]), num(lost["p_value"])) == pytest.approx((judge.statistic, judge.pvalue))
    assert lost["is_mismatch"] == (judge.pvalue < 0.001)
    made = read_out_experiment(
        metric="orders", control=Arm(1000, 50), variants={"mail": Arm(8000, 500)}, shares={"control": 1, "mail": 9}
    )
    assert obj(made.outputs["sample_ratio"])["is_mismatch"] == lost["is_mismatch"]
    assert recompute(made) == made.outputs
    with pytest.raises(InputError, match="shares"):
        check_sample_ratio({"control": 10, "mail": 10}, shares={"control": 1})
    with pytest.raises(InputError, match="counts"):
        check_sample_ratio({"control": 10})


def test_what_a_campaign_brought_is_counted_and_priced() -> None:
    made = read_out_experiment(
        metric="orders",
        control=Arm(10_000, 500),
        variants={"mail": Arm(10_000, 700), "letter": Arm(10_000, 510)},
        cost={"mail": 2_000.0, "letter": 900.0},
        value=40.0,
    )
    mail, letter = (obj(obj(made.outputs["arms"])[name]) for name in ("mail", "letter"))
    assert num(mail["incremental"]) == pytest.approx(200)
    assert num(mail["incremental_value"]) == pytest.approx(8_000)
    assert num(mail["cost_per_incremental"]) == pytest.approx(10)
    assert num(mail["cost_per_incremental_low"]) < 10 < num(mail["cost_per_incremental_high"])
    assert letter["cost_per_incremental_high"] is None
    with pytest.raises(InputError, match="cost"):
        read_out_experiment(metric="orders", control=Arm(10, 1), variants={"mail": Arm(10, 1)}, cost={"sms": 1.0})


def test_a_mean_beside_a_rate_is_read_as_a_mean() -> None:
    """Nobody of the control happened to spend anything but nothing."""
    rng = np.random.default_rng(2)
    spent = np.where(rng.random(300) < 0.2, rng.exponential(30, 300), 0.0)
    made = read_out_experiment(
        metric="spend", control=Arm.of_values(np.zeros(300)), variants={"v": Arm.of_values(spent)}
    )
    row = obj(obj(made.outputs["arms"])["v"])
    assert num(row["lift"]) == pytest.approx(spent.mean())
    assert "points" not in str(row["reason"])
