"""Reasons: the chains of a plan's page, one for each line that a reader may doubt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from nexusplanner.domain.explaining import explain_in
from nexusplanner.domain.explaining.index import Index
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.rendering.charts import Chart, explanation_graph
from nexusplanner.rendering.format import channel_name, folded
from nexusplanner.rendering.links import anchor

_NAME = 70


@dataclass(frozen=True)
class Reason:
    """One chain, and the name it is picked by."""

    id: str
    """Its place on the page."""
    group: str
    name: str
    chart: Chart


def reasons(plan: CampaignPlan) -> tuple[Reason, ...]:
    """Return the chains of a plan in the order of its page, the choice of the proposal first."""
    index = Index(plan)
    links = {key: f"#{anchor(key)}" for key in (*index.claims, *index.evidence, *index.calculations)}
    made = []
    for what, group, name in _asked(plan):
        chart = explanation_graph(explain_in(index, what), title=name, links=links)
        made.append(Reason(reason_anchor(what), group, name, chart))
    return tuple(made)


def by_group(plan: CampaignPlan) -> tuple[tuple[str, tuple[Reason, ...]], ...]:
    """Return the chains of a plan under the names of their groups."""
    return tuple((name, tuple(chains)) for name, chains in groupby(reasons(plan), key=lambda r: r.group))


def reason_anchor(what: str) -> str:
    """Return where a line's chain stands on the page."""
    plain = "".join(c if c.isascii() and c.isalnum() else "-" for c in what.casefold()).strip("-")
    return f"why-{plain}"


def _asked(plan: CampaignPlan) -> Iterator[tuple[str, str, str]]:
    yield "choice", "Choice", "The chosen proposal"
    if "/objective/probability_of_target" in plan.figures:
        yield "objective.probability_of_target", "Target", "The chance of the target"
    for i, channel in enumerate(plan.channels):
        yield f"channels[{i}]", "Channels", channel_name(channel.channel)
    for i, segment in enumerate(plan.segments):
        yield f"segments[{i}]", "Segments", folded(segment.name)
    for i, _ in enumerate(plan.experiments):
        yield f"experiments[{i}]", "Experiments", f"Experiment {i + 1}"
    for i, risk in enumerate(plan.risks):
        yield f"risks[{i}]", "Risks", _cut(risk.risk)
    for i, claim in enumerate(plan.claims):
        yield f"claims[{i}]", "Claims", _cut(claim.text)


def _cut(text: str) -> str:
    told = folded(text)
    return told if len(told) <= _NAME else f"{told[: _NAME - 1].rstrip()}…"
