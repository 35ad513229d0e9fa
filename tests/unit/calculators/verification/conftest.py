"""A small plan whose numbers really come from the calculators, bound and sealed as a run leaves it."""

from __future__ import annotations

import copy
from datetime import date, timedelta
from decimal import Decimal

import pytest

from nexusplanner.calculators import (
    allocate,
    fit_response_curves,
    forecast,
    plan_flights,
    size_experiment,
    size_segments,
)
from nexusplanner.calculators.verification import plan_id, seal
from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.customers import CustomerCell, CustomerSummary
from nexusplanner.domain.evidence import Evidence
from nexusplanner.domain.history import ChannelHistory, ChannelSeries
from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.testing.plans import sample_brief, sample_plan

_AS_OF = date(2025, 2, 14)
_CHANNELS = ("paid_search", "email")


@pytest.fixture(scope="session")
def sealed_plan() -> CampaignPlan:
    """Return a plan that verifies."""
    brief = _brief()
    plan = sample_plan(**_parts(brief))
    tree = plan.model_dump(mode="json")
    named = plan.model_copy(update={"id": plan_id(tree)})
    return named.model_copy(update={"seal": seal(named.model_dump(mode="json"))})


@pytest.fixture
def tree(sealed_plan: CampaignPlan) -> JsonObject:
    """Return the plan's JSON, free to be edited."""
    return copy.deepcopy(sealed_plan.model_dump(mode="json"))


def _brief() -> CampaignBrief:
    raw = sample_brief().model_dump(mode="json")
    return CampaignBrief.parse({**raw, "channels": {"allowed": list(_CHANNELS), "minimum": {"email": "5000"}}})


def _evidence() -> dict[str, Evidence]:
    def find(quote: str, source: str) -> Evidence:
        return Evidence.found(kind="history", source=source, quote=quote, as_of=_AS_OF, trusted=True)

    return {
        "crm": find("600 customers bought within the last 90 days", "customers.csv"),
        "history": find("Searches rose 18 % in January", "history.csv"),
    }


def _history() -> ChannelHistory:
    weeks = 40
    spend = {
        name: tuple(900.0 + 70.0 * ((7 * w + 5 * i) % 23) for w in range(weeks)) for i, name in enumerate(_CHANNELS)
    }
    return ChannelHistory(
        source="history.csv",
        layout="long",
        cadence="weekly",
        dates=tuple(date(2024, 1, 1) + timedelta(weeks=w) for w in range(weeks)),
        channels={
            name: ChannelSeries(spend=rows, conversions=tuple(90 * s / (1500 + s) for s in rows))
            for name, rows in spend.items()
        },
    )


def _customers() -> CustomerSummary:
    cells = tuple(
        CustomerCell(r=r, f=f, m=3, size=10 * r + f, contactable_email=5 * r, contactable_sms=r, orders=f * 20,
                     revenue=500.0 * f, recency_days=400.0 - 70 * r, orders_last_year=f * 8)
        for r in range(1, 6) for f in range(1, 6)
    )  # fmt: skip
    return CustomerSummary(
        source="customers.csv", as_of=_AS_OF, customers=sum(c.size for c in cells), orders=sum(c.orders for c in cells),
        revenue=sum(c.revenue for c in cells), first_order=date(2022, 1, 1), last_order=_AS_OF, currency="USD",
        has_consent=True, recency_edges=(30, 60, 120, 240), frequency_edges=(1, 2, 3, 5),
        money_edges=(10, 30, 60, 120), cells=cells, view_sql="",
    )  # fmt: skip


def _parts(brief: CampaignBrief) -> dict[str, object]:
    found = _evidence()
    weeks, total = brief.period.weeks, brief.budget.amount
    curves = fit_response_curves(
        _history(), channels=_CHANNELS, metric="conversions", implied_unit_cost=40.0, seed=7,
        evidence=(found["history"].id,),
    )  # fmt: skip
    split = allocate(curves, total=total, currency="USD", weeks=weeks, minimum={"email": Decimal(5000)})
    lines = _rows(split, "lines")
    outlook = forecast(
        curves, amounts={str(x["channel"]): Decimal(str(x["amount"])) for x in lines}, weeks=weeks, target=3000, seed=7
    )
    flights = plan_flights(split, curves, period=brief.period)
    sized = size_segments(_customers(), evidence=(found["crm"].id,))
    trial = size_experiment(baseline=0.05, mde=None, audience=500, max_days=60)
    used = (curves, split, outlook, flights, sized, trial)
    return {
        "brief": brief,
        "evidence": tuple(found.values()),
        "calculations": used,
        **_sections(brief, used, cited=found["history"].id),
        **_words(outlook, cited=found["history"].id),
    }


def _sections(brief: CampaignBrief, used: tuple[Calculation, ...], *, cited: str) -> dict[str, object]:
    _, split, outlook, flights, sized, trial = used
    keys = ("amount", "share", "expected", "marginal_return")
    figures = {f"/forecast/{p}": f"{outlook.id}#/{p}" for p in ("p10", "p50", "p90")}
    figures |= {f"/objective/{p}": f"{outlook.id}#/{p}" for p in ("stretch", "probability_of_target")}
    figures |= {f"/budget/{p}": f"{split.id}#/{p}" for p in ("total", "contingency")}
    for i, line in enumerate(_rows(split, "lines")):
        figures |= {f"/budget/lines/{i}/{k}": f"{split.id}#/lines/{i}/{k}" for k in keys}
        figures[f"/channels/{i}/unit_cost"] = f"{split.id}#/lines/{i}/unit_cost"
        for p in ("p10", "p50", "p90"):
            figures[f"/forecast/by_channel/{line['channel']}/{p}"] = f"{outlook.id}#/by_channel/{line['channel']}/{p}"
    flown = _rows(flights, "flights")
    figures |= {f"/budget/flights/{i}/amount": f"{flights.id}#/flights/{i}/amount" for i in range(len(flown))}
    people = _rows(sized, "segments")
    kept = ("size", "contactable", "share", "value")
    figures |= {f"/segments/{i}/{k}": f"{sized.id}#/segments/{i}/{k}" for i in range(len(people)) for k in kept}
    tests = ("baseline", "mde", "alpha", "power", "n_per_arm", "days")
    figures |= {f"/experiments/0/{k}": f"{trial.id}#/{k}" for k in tests}
    out, objective = outlook.outputs, brief.objective
    return {
        "figures": figures,
        "objective": {
            "metric": objective.metric, "target": objective.target, "baseline": objective.baseline,
            "stretch": out["stretch"], "probability_of_target": out["probability_of_target"],
        },
        "forecast": {k: out[k] for k in ("metric", "p10", "p50", "p90", "by_channel")},
        "budget": {
            "total": split.outputs["total"], "currency": "USD", "contingency": split.outputs["contingency"],
            "lines": [{k: x[k] for k in ("channel", *keys)} for x in _rows(split, "lines")], "flights": flown,
        },
        "segments": [{**{k: x[k] for k in ("id", "name", "rule", *kept)}, "evidence": (cited,)} for x in people],
        "channels": [
            {"channel": x["channel"], "role": "sell", "audience": (people[0]["id"],), "formats": ("text",),
             "why": "Searches rose 18 %.", "unit_cost": x["unit_cost"], "evidence": (cited,)}
            for x in _rows(split, "lines")
        ],
        "experiments": [
            {"hypothesis": "Letters sell.", "unit": "customer", "arms": ("a", "b"), "metric": "orders",
             "stop_rule": "Read once.", **{k: trial.outputs[k] for k in tests}}
        ],
        "strategy": {
            "positioning": "Coffee for people with a grinder.", "big_idea": "Two days.",
            "pillars": [{"text": "Fresh.", "proof": (cited,)}],
            "angles": [{"segment": people[0]["id"], "message": "Now."}],
        },
    }  # fmt: skip


def _words(outlook: Calculation, *, cited: str) -> dict[str, object]:
    mail = {"channel": "email", "segment": "", "owner": "A"}
    calendar = [
        {**mail, "date": "2025-03-03", "end": "2025-03-07", "activity": "Write."},
        {**mail, "date": "2025-03-10", "end": "2025-03-10", "activity": "Send.", "depends_on": (0,)},
    ]
    return {
        "summary": f"The plan should bring {outlook.outputs['p50']:,.0f} conversions by 2025-05-11.",
        "calendar": calendar,
        "claims": [
            {"id": "c-1", "text": "Searches rose 18 %.", "status": "supported", "evidence": (cited,),
             "calculations": (outlook.id,)},
            {"id": "c-2", "text": "People like it.", "status": "assumption"},
        ],
        "risks": [], "compliance": [], "critique": [],
        "debate": {"triggered": False},
    }  # fmt: skip


def _rows(calculation: Calculation, key: str) -> list[dict[str, object]]:
    rows = calculation.outputs[key]
    assert isinstance(rows, list)
    return [dict(row) for row in rows if isinstance(row, dict)]
