"""How the plan proves itself: the experiment, the measures, the compliance checks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nexusplanner.agents.assembly.figures import Figures
from nexusplanner.agents.assembly.stop_rule import stop_rule
from nexusplanner.agents.desk import Desk, Option
from nexusplanner.agents.experts.amounts import percent
from nexusplanner.agents.experts.craft import craft_of
from nexusplanner.agents.experts.story import Story
from nexusplanner.agents.experts.voice import sentence
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.sections import Experiment, Measure, RuleCheck
from nexusplanner.domain.spoken import spoken


def experiments(desk: Desk, option: Option, figures: Figures) -> tuple[Experiment, ...]:
    """Describe the hold-out that was designed; none where nobody could be held out."""
    sized, looks = desk.calculation("experiment_size"), desk.calculation("experiment_looks")
    if sized is None or looks is None:
        return ()
    out, story = sized.outputs, Story(desk, option)
    names = ("baseline", "mde", "alpha", "power", "n_per_arm", "days", "holdout_share")
    figures.bind_row("/experiments/0", sized, "", *names)
    baseline = float(str(out["baseline"]))
    hypothesis = story.voice("experiment").tell(
        f"of {story.people}, those who hear of {story.name} order more often than a hold-out whose rate is {percent(baseline)}",
        f"{story.name}'s campaign lifts the order rate of {story.people} above the {percent(baseline)} of a hold-out",
        f"without the campaign {percent(baseline)} of {story.people} order in the test's days; with {story.name} before them, more do",
    )
    return (
        Experiment.model_validate(
            {
                "hypothesis": sentence(hypothesis),
                "unit": "customer",
                "arms": ("campaign", "hold-out"),
                "metric": "share of customers with an order in the test's days",
                "stop_rule": stop_rule(sized, looks),
                **{n: out[n] for n in names},
            }
        ),
    )


def measurement(desk: Desk, option: Option) -> tuple[Measure, ...]:
    """List what is measured: the objective, then each channel."""
    return tuple(_measures(desk, option))


def _measures(desk: Desk, option: Option) -> Iterator[Measure]:
    brief = desk.brief
    metric, source = (
        brief.objective.metric,
        next((e.source for e in desk.of_kind("history")), "order system"),
    )
    yield Measure(
        kpi=f"incremental {metric} of {brief.offering.name}",
        source=source,
        cadence="weekly",
        formula=f"{metric} of the week - {metric} the model expects without the campaign",
    )
    slug = re.sub(r"[^a-z0-9]+", "-", brief.name.lower()).strip("-")
    for fact in option.channels:
        medium = craft_of(fact.channel).medium
        yield Measure(
            kpi=f"cost of one {_unit(metric)} on {spoken(fact.channel)}",
            source=f"{spoken(fact.channel)} account, {source}",
            cadence="weekly",
            formula=f"spend on {spoken(fact.channel)} / {metric} credited to it",
            utm={
                "utm_source": fact.channel,
                "utm_medium": medium,
                "utm_campaign": slug,
            },
        )


def _unit(metric: str) -> str:
    return "unit of revenue" if metric == "revenue" else metric.rstrip("s")


def compliance(checked: Calculation) -> tuple[RuleCheck, ...]:
    """Read the rules' checks."""
    checks = checked.outputs["checks"]
    return tuple(RuleCheck.model_validate(c) for c in checks) if isinstance(checks, list) else ()
