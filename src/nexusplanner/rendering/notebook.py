"""Plans and briefs as notebooks show them: a card of plain HTML that needs no style sheet."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.rendering import facts
from nexusplanner.rendering.format import channel_name, clean, counted, percent, result, round_money, span

_CARD = (
    "font-family:system-ui,sans-serif;max-width:44rem;border:1px solid #8886;border-radius:8px;"
    "padding:1rem 1.25rem;line-height:1.45"
)
_QUIET = "opacity:.7;font-size:.85em"
_TABLE = "border-collapse:collapse;width:100%;margin-top:.75rem;font-variant-numeric:tabular-nums"
_BAR = "display:inline-block;height:.6em;border-radius:2px;background:#2a7f86;vertical-align:middle"


def to_notebook(plan: CampaignPlan) -> str:
    """Write a plan as a compact card: head figures, summary, budget."""
    odds = facts.odds(plan)
    notice = facts.notice(plan)
    told = [
        _title(plan.brief.name, f"plan {plan.id}, version {plan.version}"),
        Markup('<div style="color:#b4540a">{}</div>').format(clean(notice)) if notice else Markup(""),
        _figures([(f.name, f.figure, f.note) for f in facts.head_facts(plan)]),
        Markup('<p style="margin:.75rem 0"><b style="font-size:1.6em">{}</b> {}</p>').format(odds.figure, odds.note),
        Markup('<p style="margin:.75rem 0">{}</p>').format(clean(plan.summary)),
        _budget(plan),
        Markup('<p style="{}">{}</p>').format(_QUIET, _weight(plan)),
    ]
    return str(_card(told))


def to_brief_notebook(brief: CampaignBrief) -> str:
    """Write a brief as a compact card."""
    currency, objective = brief.budget.currency, brief.objective
    offered = brief.offering.name + (f", {round_money(brief.offering.price, currency)}" if brief.offering.price else "")
    allowed = ", ".join(channel_name(c) for c in brief.channels.allowed) or "any channel"
    figures = [
        ("Offering", offered, brief.offering.category or ""),
        ("Money", round_money(brief.budget.amount, currency), allowed),
        ("Period", span(brief.period.start, brief.period.end), f"{brief.period.days} days"),
        ("Objective", counted(objective.target, objective.metric, currency), ", ".join(brief.audience.regions)),
    ]
    return str(_card([_title(brief.name, "brief"), _figures(figures)]))


def _card(parts: Sequence[Markup]) -> Markup:
    return Markup('<div style="{}">{}</div>').format(_CARD, Markup("").join(parts))


def _title(name: str, note: str) -> Markup:
    return Markup('<div style="font-size:1.3em;font-weight:600">{}</div><div style="{}">{}</div>').format(
        clean(name), _QUIET, clean(note)
    )


def _figures(figures: Sequence[tuple[str, str, str]]) -> Markup:
    cell = Markup('<div style="min-width:8rem"><div style="{q}">{}</div><b>{}</b><div style="{q}">{}</div></div>')
    cells = Markup("").join(cell.format(*(clean(part) for part in f), q=_QUIET) for f in figures)
    return Markup('<div style="display:flex;flex-wrap:wrap;gap:1rem 1.5rem;margin-top:.75rem">{}</div>').format(cells)


def _budget(plan: CampaignPlan) -> Markup:
    row = Markup(
        '<tr><td style="text-align:left">{}</td><td style="text-align:right">{}</td><td style="text-align:left;'
        'width:30%"><span style="{};width:{}"></span> {}</td><td style="text-align:right">{}</td></tr>'
    )
    budget, metric = plan.budget, plan.objective.metric
    lines = [
        row.format(
            clean(channel_name(line.channel)),
            round_money(line.amount, budget.currency),
            _BAR,
            f"{60 * line.share:.0f}%",
            percent(line.share),
            result(line.expected, metric, budget.currency),
        )
        for line in budget.lines
    ]
    head = Markup(
        '<tr><th style="text-align:left">Channel</th><th style="text-align:right">Amount</th><th></th>'
        '<th style="text-align:right">{}</th></tr>'
    ).format(metric)
    return Markup('<table style="{}">{}{}</table>').format(_TABLE, head, Markup("").join(lines))


def _weight(plan: CampaignPlan) -> str:
    return (
        f"{len(plan.claims)} claims, {len(plan.evidence)} pieces of evidence, {len(plan.calculations)} calculations; "
        f"{len(plan.calendar)} activities, {len(plan.experiments)} experiments. plan.save(folder) writes them all."
    )
