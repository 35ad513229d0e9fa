"""The KPI tree: from impressions to clicks to conversions to revenue, with unit costs, and what pays back.

    impressions = spend / CPM * 1000        CPM  money a thousand impressions
    clicks      = impressions * CTR         CPC  money a click
    conversions   as the curves expect      CPA  money a conversion
    revenue     = conversions * AOV         AOV  money a conversion brings

CPM, CPC, CPA, CTR (clicks an impression), CVR (conversions a click) and AOV are those of the history.
Conversions are what the curves expect at this spend, which the average of the past is not: so
``expected_cpa`` and ``expected_cvr`` stand beside the past ``cpa`` and ``cvr``.

What a tree holds, money in the plan's currency:

- ``channels``, one row each, and ``total``: ``spend, impressions, clicks, conversions, revenue``;
  the past ``cpm, cpc, cpa, ctr, cvr, aov`` (of ``total``: what the plan's own sums give);
  ``expected_cpa = spend / conversions``, ``expected_cvr = conversions / clicks``,
  ``roas = revenue / spend``, ``roi = (revenue * margin - spend) / spend``,
  ``marginal_roi = marginal revenue * margin - 1`` (of the next unit of money),
  ``cpa_headroom = allowable_cpa - expected_cpa``.
- ``allowable_cpa = price * margin``: a conversion may cost so much before it loses money at once.
  Without a price, and for leads, ``aov * margin`` of the plan. ``allowable_cpa_lifetime = customer_value``.
- ``break_even = spend / allowable_cpa`` conversions, ``break_even_revenue = spend / margin``, and
  with the contingency spent too, ``break_even_with_contingency`` and
  ``break_even_revenue_with_contingency``.
- ``payback_weeks = spend / (revenue * margin / weeks)``: weeks at the plan's pace until the margin
  has brought the money back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from nexusplanner.calculators.curve_set import CurveSet
from nexusplanner.calculators.registry import calculate
from nexusplanner.calculators.unit_costs import Past, ratio, recent_past, times
from nexusplanner.domain.brief import Metric
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.history import ChannelHistory
from nexusplanner.domain.model import JsonObject

_Row = dict[str, float | None]
_SUMMED = ("spend", "impressions", "clicks", "conversions", "revenue")


class _PastRows(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    basis: Literal["recent", "all"] = "all"
    rows: int = 0
    chosen: Past = Past()
    all: Past = Past()


class _Planned(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    channel: str
    amount: float
    expected: float
    marginal_return: float | None = None


class _Tree(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    metric: Metric
    past: dict[str, _PastRows]
    lines: tuple[_Planned, ...]
    total: float
    weeks: int = Field(ge=1)
    price: float | None
    margin: float | None
    customer_value: float | None = None

    @property
    def worth(self) -> float | None:
        """What a conversion brings where a channel's own rows do not tell; nobody pays the price for a lead."""
        return None if self.metric == "leads" else self.price


def kpi_tree(
    curves: Calculation,
    *,
    history: ChannelHistory | None,
    allocation: Calculation,
    weeks: int,
    price: float | None = None,
    margin: float | None = None,
    customer_value: float | None = None,
    earlier: Calculation | None = None,
    evidence: Sequence[str] = (),
) -> Calculation:
    """Unfold each line into impressions, clicks, conversions and revenue, and say when the money comes back.

    Unit costs are those of the last 13 weeks of the history, for prices drift; of all rows where a
    channel had money in fewer than four of them (``basis`` says which, ``drift`` what recent costs are
    of all). Conversions and revenue are incremental: they are what the curves expect of this money.

    Args:
        curves: The response curves; they name the metric.
        history: Past spend and results; None leaves unit costs open, a wide one what no channel has alone.
        allocation: What is to be spent, what it is expected to bring, and what one more unit would.
        weeks: How many weeks the money is spent over.
        price: Money one conversion brings; a channel's own revenue a conversion where the history tells.
            Leads bring none until the history says what.
        margin: Share of the price that is kept, 0-1.
        customer_value: Margin that a customer who is won brings in the end, in money; such as the
            ``mean_value`` of :func:`customer_value`.
        earlier: A tree of the same history, whose unit costs are taken where there is none at hand.
        evidence: Ids of the evidence the history is.

    Returns:
        ``kpi_tree``: ``channels``, ``total``, what pays back; null wherever the data cannot say.
    """
    past, told = ({}, _rows_told({}, None)) if earlier is None else _of_tree(earlier)
    if history is not None:
        past = {**recent_past(history)}
        told = _rows_told(past, history)
    inputs: JsonObject = {
        "metric": CurveSet.of(curves).metric,
        "past": {**past},
        "lines": _planned(allocation),
        "total": float(str(allocation.outputs["total"])),
        "weeks": weeks,
        "price": price,
        "margin": margin,
        "customer_value": customer_value,
    }
    return calculate(
        "kpi_tree",
        inputs,
        explain=lambda _: f"Unfolded {allocation.id} at {told}.",
        evidence=tuple(evidence),
    )


def _of_tree(earlier: Calculation) -> tuple[dict[str, JsonValue], str]:
    past = earlier.inputs.get("past")
    return (past if isinstance(past, dict) else {}), earlier.explanation.partition(" at ")[2].rstrip(".")


def _rows_told(past: dict[str, JsonValue], history: ChannelHistory | None) -> str:
    if not past or history is None:
        return "no unit costs, for there is no history"
    known = [row for row in past.values() if isinstance(row, dict)]
    recent = sum(row["basis"] == "recent" for row in known)
    if not recent:
        return f"the unit costs of all rows of {len(past)} channels in {history.source}"
    rows = next(row["rows"] for row in known if row["basis"] == "recent")
    others = f", and of all rows of {len(past) - recent} more" if recent < len(past) else ""
    return f"the unit costs of the last {rows} rows of {recent} channels{others} in {history.source}"


def _planned(allocation: Calculation) -> list[JsonValue]:
    lines = allocation.outputs["lines"]
    assert isinstance(lines, list)
    planned: list[JsonValue] = []
    for line in lines:
        assert isinstance(line, dict)
        row: JsonObject = {key: line[key] for key in ("channel", "expected")}
        row |= {"amount": float(str(line["amount"])), "marginal_return": line.get("marginal_return")}
        planned.append(row)
    return planned


def compute(inputs: JsonObject) -> JsonObject:
    """Unfold an allocation from plain JSON."""
    given = _Tree.model_validate(inputs)
    rows = {line.channel: _channel(given, line) for line in given.lines}
    total = _total(given, list(rows.values()))
    pays = _pays(given, total)
    channels: dict[str, JsonValue] = {}
    for line in given.lines:
        past, row = given.past.get(line.channel, _PastRows()), rows[line.channel]
        row["cpa_headroom"] = _less(pays["allowable_cpa"], row["expected_cpa"])
        channels[line.channel] = {**row, "basis": past.basis, "rows": past.rows, "drift": {**_drift(past)}}
    total["cpa_headroom"] = _less(pays["allowable_cpa"], total["expected_cpa"])
    return {"metric": given.metric, "channels": channels, "total": {**total}, **pays}


def _channel(given: _Tree, line: _Planned) -> _Row:
    """Unfold one line; the objective's own metric is the curve's, the rest follows past ratios."""
    past = given.past.get(line.channel, _PastRows()).chosen
    aov = past.aov or given.worth
    clicks = ratio(line.amount, past.cpc)
    impressions = times(ratio(line.amount, past.cpm), 1000.0)
    conversions: float | None = line.expected
    marginal = line.marginal_return
    if given.metric == "visits":
        clicks, conversions = line.expected, times(line.expected, past.cvr)
        impressions = ratio(clicks, past.ctr)
        marginal = times(times(marginal, past.cvr), aov)
    elif given.metric == "revenue":
        conversions = ratio(line.expected, aov)
    else:
        marginal = times(marginal, aov)
    revenue = line.expected if given.metric == "revenue" else times(conversions, aov)
    row: _Row = {"spend": line.amount, "impressions": impressions, "clicks": clicks}
    row |= {"conversions": conversions, "revenue": revenue, **past.costs, "aov": aov}
    return {**row, **_returns(given, row), "marginal_roi": _less(times(marginal, given.margin), 1.0)}


def _returns(given: _Tree, row: _Row) -> _Row:
    kept = times(row["revenue"], given.margin)
    return {
        "expected_cpa": ratio(row["spend"], row["conversions"]),
        "expected_cvr": ratio(row["conversions"], row["clicks"]),
        "roas": ratio(row["revenue"], row["spend"]),
        "roi": ratio(_less(kept, row["spend"]), row["spend"]),
    }


def _total(given: _Tree, rows: Sequence[_Row]) -> _Row:
    """Add the channels up; a sum is known where every part of it is."""
    total: _Row = {}
    for name in _SUMMED:
        known = [value for row in rows if (value := row[name]) is not None]
        total[name] = sum(known) if known and len(known) == len(rows) else None
    spent = sum(line.amount for line in given.lines)
    whole: _Row = {**total, "spend": spent}
    return {**whole, **Past.model_validate(whole).costs, **_returns(given, whole)}


def _pays(given: _Tree, total: _Row) -> dict[str, float | None]:
    """Say when the money comes back: in conversions, in revenue, at most for one, and in weeks."""
    spent = total["spend"]
    kept = times(given.worth if given.worth is not None else total["aov"], given.margin)
    return {
        "expected_conversions": total["conversions"],
        "expected_revenue": total["revenue"],
        "allowable_cpa": kept,
        "allowable_cpa_lifetime": given.customer_value,
        "break_even": ratio(spent, kept),
        "break_even_revenue": ratio(spent, given.margin),
        "break_even_with_contingency": ratio(given.total, kept),
        "break_even_revenue_with_contingency": ratio(given.total, given.margin),
        "roas": total["roas"],
        "roi": total["roi"],
        "payback_weeks": ratio(spent, ratio(times(total["revenue"], given.margin), given.weeks)),
    }


def _drift(past: _PastRows) -> _Row:
    """Return what recent unit costs are of those of all rows: 1.1 is a tenth dearer."""
    return {name: ratio(getattr(past.chosen, name), getattr(past.all, name)) for name in ("cpm", "cpc", "cpa")}


def _less(one: float | None, other: float | None) -> float | None:
    return one - other if one is not None and other is not None else None
