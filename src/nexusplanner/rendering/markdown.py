"""The plan as Markdown, worth reading as it stands; no text of the plan can add structure to it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.rendering import facts, links, readings
from nexusplanner.rendering import format as told

if TYPE_CHECKING:
    from jinja2 import Environment

_EVERYWHERE = re.compile(r"[\\`*\[\]<|~]|\$(?!\d)|!$|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w)")
_AT_START = re.compile(r"^(?:[#>=:(]|[+-](?=[\s+-]|$)|\d{1,9}(?=[.)](?:\s|$)))")
"""What begins a heading, quote, list or rule; after a citation also what would make it another link."""
_BARE_LINK = re.compile(r"://|(?<=www)\.|@", re.IGNORECASE)


class Written(str):
    """Markdown that is finished: not to be escaped again."""

    __slots__ = ()


def to_markdown(plan: CampaignPlan) -> str:
    """Write a plan as Markdown; citations are links to the evidence at the end.

    Text is escaped so that a quote cannot become a link, a heading, a table or HTML. The same
    plan gives the same bytes.
    """
    index = links.Links(dict.fromkeys((*(e.id for e in plan.evidence), *(c.id for c in plan.calculations)), ""))
    currency, metric = plan.budget.currency, plan.objective.metric
    page = _environment().get_template("plan.md")
    written = page.render(
        plan=plan,
        facts=facts.head_facts(plan),
        odds=facts.odds(plan),
        notice=facts.notice(plan),
        total_expected=facts.total_expected(plan),
        stretched=readings.beyond_observed(plan),
        segment_names=facts.audience_names(plan),
        segment_currency=readings.segment_currency(plan),
        step=facts.step(plan),
        step_told=told.round_money(facts.step(plan), currency),
        money=lambda amount: told.money(amount, currency),
        result=lambda value: told.result(value, metric, currency),
        prose=lambda text: Written(index.pieces(text, plain=piece, link=cited) or "—"),
        cite=lambda ids, text="": Written(" ".join(cited(i) for i in ids if i not in text)),
        targets=[i for i in index.hints if _is_target(i)],
    )
    tidy = re.sub(r"[ \t]+\n", "\n", written)
    return re.sub(r"\n{3,}", "\n\n", tidy).strip() + "\n"


def cited(identifier: str) -> str:
    """Write a citation: a reference link whose target the end of the document defines."""
    return f"[{identifier}]" if _is_target(identifier) else f"\\[{inner(identifier)}\\]"


def inner(text: str) -> str:
    """Escape text that does not begin a line."""
    return _BARE_LINK.sub(_broken, _EVERYWHERE.sub(_escaped, told.clean(text)))


def escaped(text: str) -> str:
    """Escape a text for any place in Markdown, folded onto one line; a blank one becomes a dash."""
    return piece(told.folded(text)) or "—"


def piece(text: str) -> str:
    """Escape a one-line text that begins a line or follows a citation."""
    return _AT_START.sub(_first, inner(text))


def code(text: str) -> Written:
    """Write a text as code, whatever back ticks and bars stand in it."""
    line = told.folded(text).replace("|", "¦")
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", line)), default=0))
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return Written(f"{fence}{pad}{line}{pad}{fence}" if line else "—")


def _escaped(found: re.Match[str]) -> str:
    return {"<": "&lt;", "&": "&amp;"}.get(found.group(), f"\\{found.group()}")


def _broken(found: re.Match[str]) -> str:
    """Stop readers that make a link of every address: text from outside stays text."""
    return found.group().replace(":", "\\:").replace(".", "\\.").replace("@", "\\@")


def _first(found: re.Match[str]) -> str:
    start = found.group()
    return f"{start}\\" if start[0].isdigit() else f"\\{start}"


def _is_target(identifier: str) -> bool:
    return links.anchor(identifier) == identifier and "--" not in identifier


def _finished(value: object) -> object:
    if value is None or isinstance(value, Written):
        return value
    return escaped(value) if isinstance(value, str) else value


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("nexusplanner.rendering"),
        autoescape=False,  # noqa: S701 - Markdown has its own escape: every expression passes _finished
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finished,
    )
    made.filters |= {
        "channel": told.channel_name,
        "code": code,
        "day": told.day,
        "definition": lambda target: Written(f"[{target}]: #{target}"),
        "finished": Written,
        "number": told.number,
        "percent": told.percent,
        "each": told.each,
        "rule": told.rule_name,
        "sentence": told.sentence_case,
        "span": lambda activity: told.span(activity.date, activity.end),
        "value_in": lambda value, currency: told.round_money(value, currency) if currency else told.number(value),
    }
    return made
