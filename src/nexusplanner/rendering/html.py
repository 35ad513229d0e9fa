"""The plan as one self-contained page: no script, no outside resource, light and dark, screen and paper."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.domain.timeline import Timeline
from nexusplanner.rendering import charts, facts, links, readings, reasons
from nexusplanner.rendering import format as told
from nexusplanner.rendering.excerpt import json_excerpt
from nexusplanner.rendering.palette import DARK, LIGHT, properties

if TYPE_CHECKING:
    from jinja2 import Environment


def to_html(plan: CampaignPlan, *, timeline: Timeline | None = None) -> str:
    """Write a plan as an HTML page that opens offline.

    All text is escaped and the page's own policy forbids scripts and every outside resource.
    The same plan and timeline give the same bytes.

    Args:
        plan: The plan.
        timeline: Who worked when on it; its record is left out where there is none.
    """
    index = links.Links.of(plan)
    page = _environment().get_template("plan.html")
    return page.render(
        plan=plan,
        palette={"light": Markup(properties(LIGHT)), "dark": Markup(properties(DARK))},  # noqa: S704 - our own colours
        money_charts=charts.money_charts(plan),
        time_charts=charts.time_charts(plan),
        timeline=charts.timeline_chart(timeline or Timeline()),
        facts=facts.head_facts(plan),
        odds=facts.odds(plan),
        notice=facts.notice(plan),
        total_expected=facts.total_expected(plan),
        stretched=readings.beyond_observed(plan),
        segment_names=facts.audience_names(plan),
        segment_currency=readings.segment_currency(plan),
        reasons=reasons.by_group(plan),
        link=index.html,
        prose=index.prose,
        **_words(plan),
    )


def _words(plan: CampaignPlan) -> dict[str, Callable[..., str]]:
    """Bind the plan's currency and metric, which the template would repeat on every line."""
    currency, metric = plan.budget.currency, plan.objective.metric
    return {
        "money": lambda amount: told.money(amount, currency),
        "round_money": lambda amount: told.round_money(amount, currency),
        "result": lambda value: told.result(value, metric, currency),
    }


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("nexusplanner.rendering"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_seen,
    )
    made.filters |= {
        "anchor": links.anchor,
        "why": reasons.reason_anchor,
        "chance": told.chance,
        "channel": told.channel_name,
        "day": told.day,
        "excerpt": json_excerpt,
        "number": told.number,
        "percent": told.percent,
        "each": told.each,
        "rule": told.rule_name,
        "sentence": told.sentence_case,
        "span": lambda activity: told.span(activity.date, activity.end),
        "value_in": lambda value, currency: told.round_money(value, currency) if currency else told.number(value),
    }
    return made


def _seen(value: object) -> object:
    """Clean every plain text on its way to the page; markup that was escaped before passes."""
    return told.clean(value) if type(value) is str else value
