"""Every calculator says in one sentence what it did, and from what: a file, a calculation, or what it was given."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache

import numpy as np
import pytest
from tests.house.source_tree import ROOT
from tests.unit.calculators.markets import TRUTH, long_history
from tests.unit.calculators.test_people_and_tests import summary

from nexusplanner import Planner, Settings
from nexusplanner import calculators as numbers
from nexusplanner.calculators import registry
from nexusplanner.domain.brief import Period
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.customers import CustomerCell, CustomerSummary
from nexusplanner.testing.plans import sample_brief

MOST = 240
PERIOD = Period.model_validate({"start": "2027-01-04", "end": "2027-03-28"})
_IDS = re.compile(r"\b(?:calc|ev)-[\w-]+\b")
_SENTENCE_END = re.compile(r"[.!?]\s+[A-Z]")


@cache
def _curves() -> Calculation:
    channels = (*TRUTH, "podcast")
    return numbers.fit_response_curves(
        long_history(), channels=channels, metric="conversions", implied_unit_cost=None, seed=3
    )


@cache
def _split() -> Calculation:
    return numbers.allocate(_curves(), total=Decimal(60_000), currency="USD", weeks=12, quantile=0.1, seed=3)


@cache
def _flights() -> Calculation:
    return numbers.plan_flights(_split(), _curves(), period=PERIOD)


@cache
def _design() -> Calculation:
    return numbers.sequential_design(looks=3)


@cache
def _size() -> Calculation:
    return numbers.size_experiment(baseline=0.05, mde=0.02, audience=40_000, max_days=28)


def _forecast() -> Calculation:
    return numbers.forecast(_curves(), amounts={"tv": Decimal(900)}, weeks=12, target=5.0, seed=3, flights=_flights())


def _readout() -> Calculation:
    return numbers.read_out_experiment(
        metric="orders", control=numbers.Arm(900, 40), variants={"letter": numbers.Arm(900, 70)}
    )


def _by_segment() -> Calculation:
    arms = {"control": numbers.Arm(900, 40), "letter": numbers.Arm(900, 70)}
    return numbers.read_out_by_segment(metric="orders", rows={"young": arms, "old": arms})


def _value() -> Calculation:
    draws = np.random.Generator(np.random.PCG64(2))
    watched = draws.uniform(20, 50, 200)
    repeats = draws.poisson(3, 200)
    last = np.where(repeats > 0, watched * draws.uniform(0.3, 1, 200), 0.0)
    return numbers.customer_value(
        repeats, last, watched, np.where(repeats > 0, draws.gamma(5, 5, 200), 0.0), periods=26
    )


def _base() -> CustomerSummary:
    cell = CustomerCell(
        r=5, f=5, m=5, size=40, contactable_email=20, contactable_sms=9, orders=90, revenue=900.0, recency_days=12.0,
        orders_last_year=60,
    )  # fmt: skip
    return summary((cell,))


def _what_if() -> Calculation:
    return numbers.what_if(_curves(), total=Decimal(60_000), currency="USD", weeks=12, target=5.0, seed=3)


def _look() -> Calculation:
    return numbers.read_look(
        _design(), look=1, metric="orders", control=numbers.Arm(900, 40), variant=numbers.Arm(900, 70)
    )


SAMPLES: dict[str, tuple[Callable[[], Calculation], tuple[str, ...]]] = {
    # Calculator -> a run of it, and the words by which its explanation names what it was made from.
    "allocation": (_split, ("{curves}", "seed 3")),
    "allocation_past_split": (
        lambda: numbers.allocate_by_past(_curves(), total=Decimal(60_000), currency="USD", weeks=12),
        ("{curves}",),
    ),
    "calendar": (
        lambda: numbers.build_calendar(period=PERIOD, flights=_flights(), channels=("tv",)),
        ("{flights}", "2027-01-04", "2027-03-28"),
    ),
    "compliance": (
        lambda: numbers.check_compliance(sample_brief(), channels=("email",), contactable=7, has_consent=True),
        ("brief",),
    ),
    "customer_segments": (lambda: numbers.size_segments(_base()), (_base().source, _base().as_of.isoformat())),
    "customer_value": (_value, ("200 customers", "their orders")),
    "experiment_holdout": (
        lambda: numbers.size_holdout(baseline=0.05, lift=0.02, audience=40_000, evidence=("ev-crm-1",)),
        ("people", "ev-crm-1"),
    ),
    "experiment_looks": (
        lambda: numbers.schedule_looks(_design(), _size(), start=dt.date(2027, 1, 4), days=(7, 14, 28)),
        ("{design}", "{size}", "2027-01-04"),
    ),
    "experiment_readout": (_readout, ("orders", "1,800 people", "the counts given")),
    "experiment_segments": (_by_segment, ("orders", "the counts given")),
    "experiment_size": (_size, ("people", "5.00%", "the baseline given")),
    "flights": (_flights, ("{split}", "{curves}", "2027-01-04")),
    "forecast": (_forecast, ("{curves}", "{flights}", "seed 3")),
    "kpi_tree": (
        lambda: numbers.kpi_tree(_curves(), history=long_history(), allocation=_split(), weeks=12),
        ("{split}", long_history().source),
    ),
    "response_curves": (_curves, (long_history().source, "104 weekly rows")),
    "sequential_design": (_design, ("3 looks",)),
    "sequential_look": (_look, ("{design}", "orders", "1,800 people")),
    "what_if": (_what_if, ("{curves}", "seed 3")),
}


def is_one_sentence(text: str) -> bool:
    """Tell whether a text is one short sentence that ends."""
    return 0 < len(text) <= MOST and text.endswith(".") and text[0].isalnum() and not _SENTENCE_END.search(text)


def test_every_calculator_has_a_sample_here() -> None:
    assert {name for name, _ in registry._CALCULATORS} == set(SAMPLES)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_calculation_says_in_one_sentence_what_it_did_and_from_what(name: str) -> None:
    make, sources = SAMPLES[name]
    made = make()
    assert made.name == name
    assert is_one_sentence(made.explanation), made.explanation
    made_from = {"curves": _curves, "split": _split, "flights": _flights, "design": _design, "size": _size}
    known = {word: source().id for word, source in made_from.items()}
    for source in sources:
        assert source.format(**known) in made.explanation, made.explanation


def test_every_calculation_of_a_whole_plan_does_so_too() -> None:
    example = ROOT / "examples" / "01_cd_retailer"
    with Planner(settings=Settings.load(folder=example), clock=lambda: dt.date(2027, 1, 9)) as planner:
        plan = planner.plan(example / "brief.yaml").plan
    assert plan is not None
    wrong = [c.explanation for c in plan.calculations if not is_one_sentence(c.explanation)]
    assert len(plan.calculations) > 10
    assert not wrong
    known = {c.id for c in plan.calculations} | {e.id for e in plan.evidence}
    named = {i for c in plan.calculations for i in _IDS.findall(c.explanation)}
    assert len(named) > 5
    assert named <= known


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("Split 5.50 USD of history.csv.", True),
        ("", False),
        ("No full stop", False),
        ("One. Two.", False),
        ("a" * 240 + ".", False),
    ],
)
def test_the_rule_knows_a_sentence(text: str, holds: bool) -> None:
    assert is_one_sentence(text) == holds
