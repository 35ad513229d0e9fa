"""Parts that a reader asks for by name: channels, segments, risks and activities."""

from __future__ import annotations

from nexusplanner.domain.explaining.choice import written_in
from nexusplanner.domain.explaining.grounds import calculation, cited, claim, figure
from nexusplanner.domain.explaining.index import plain_name
from nexusplanner.domain.explaining.places import authors, place
from nexusplanner.domain.explaining.weave import Weave, cut
from nexusplanner.domain.place import as_dotted
from nexusplanner.domain.sections import PlannedChannel
from nexusplanner.domain.spoken import spoken

_CLAIMS = 3


def channel(weave: Weave, pointer: str) -> str:
    """Weave a channel: its money, its forecast, what is claimed of it, and why it is used."""
    plan, i = weave.index.plan, _last(pointer)
    found = plan.channels[i]
    node = weave.node(
        f"place:{pointer}",
        "place",
        label=found.channel,
        title=f"{as_dotted(pointer)} = {found.channel}, {found.role}",
        lines=(found.why,),
    )
    for n, line in enumerate(plan.budget.lines):
        if line.channel == found.channel:
            weave.edge(node, place(weave, f"/budget/lines/{n}/amount"), "funded by")
    expected = f"/forecast/by_channel/{found.channel}/p50"
    if expected in plan.figures:
        weave.edge(node, place(weave, expected), "should bring")
    if f"{pointer}/unit_cost" in plan.figures:
        figure(weave, node, f"{pointer}/unit_cost")
    cited(weave, node, found.evidence)
    _claimed(weave, node, found)
    written_in(weave, node)
    return node


def _claimed(weave: Weave, node: str, found: PlannedChannel) -> None:
    names = {plain_name(found.channel), plain_name(spoken(found.channel))}
    near = [c for c in weave.index.plan.claims if set(c.evidence) & set(found.evidence)]
    said = [c for c in near if any(name in plain_name(c.text) for name in names)]
    for told in said[:_CLAIMS]:
        weave.edge(node, claim(weave, told), "stands in")


def segment(weave: Weave, pointer: str) -> str:
    """Weave a segment: the calculation that counted it, its evidence, and what it is told."""
    plan, i = weave.index.plan, _last(pointer)
    found = plan.segments[i]
    title = f"{as_dotted(pointer)} = {found.name}"
    lines = (f"rule: {cut(found.rule)}" if found.rule else "", f"{found.size} customers, {found.contactable} reachable")
    node = weave.node(f"place:{pointer}", "place", label=found.name, title=title, lines=lines)
    if f"{pointer}/size" in plan.figures:
        figure(weave, node, f"{pointer}/size")
    cited(weave, node, found.evidence)
    for n, angle in enumerate(plan.strategy.angles):
        if angle.segment == found.id:
            told = weave.node(f"place:/strategy/angles/{n}", "place", label="What it is told",
                              title=f"strategy.angles[{n}]", lines=(angle.message,))  # fmt: skip
            weave.edge(node, told, "is told")
            written_in(weave, told)
    return node


def risk(weave: Weave, pointer: str) -> str:
    """Weave a risk: who wrote it, the ids it names, and the channels, segments and claims it speaks of."""
    plan, i = weave.index.plan, _last(pointer)
    found = plan.risks[i]
    words = f"{found.risk} {found.sign} {found.answer}"
    lines = (f"{found.likelihood} likelihood, {found.impact} impact", f"sign: {found.sign}", f"answer: {found.answer}")
    node = weave.node(
        f"place:{pointer}", "place", label=found.risk, title=f"{as_dotted(pointer)}: {found.risk}", lines=lines
    )
    known = {**weave.index.evidence, **weave.index.calculations}
    cited(weave, node, (key for key in known if key in words), "names")
    _spoken_of(weave, node, words)
    authors(weave, node, "risks")
    return node


def _spoken_of(weave: Weave, node: str, words: str) -> None:
    plan = weave.index.plan
    for i, found in enumerate(plan.channels):
        if _is_word(found.channel, words) or _is_word(spoken(found.channel), words):
            weave.edge(node, channel(weave, f"/channels/{i}"), "speaks of")
    for i, group in enumerate(plan.segments):
        if group.name and group.name.casefold() in words.casefold():
            weave.edge(node, segment(weave, f"/segments/{i}"), "speaks of")
    for said in plan.claims:
        if said.text.rstrip(".").casefold() in words.casefold():
            weave.edge(node, claim(weave, said), "repeats")


def activity(weave: Weave, pointer: str) -> str:
    """Weave an activity: the calculation that dated it, what must be done before, whom and what it serves."""
    plan, i = weave.index.plan, _last(pointer)
    found = plan.calendar[i]
    days = f"{found.date}" if found.date == found.end else f"{found.date} to {found.end}"
    lines = (found.activity, f"by {found.owner}" if found.owner else "", found.note)
    node = weave.node(
        f"place:{pointer}", "place", label=found.activity, title=f"{as_dotted(pointer)}: {days}", lines=lines
    )
    for name in ("calendar", "experiment_looks"):
        for run in weave.index.runs_of(name)[:1]:
            if name == "calendar" or not found.channel:
                weave.edge(node, calculation(weave, run), "dated by")
    for before in found.depends_on:
        if 0 <= before < len(plan.calendar):
            weave.edge(node, _before(weave, before), "comes after")
    for n, line in enumerate(plan.budget.lines):
        if line.channel == found.channel:
            weave.edge(node, place(weave, f"/budget/lines/{n}/amount"), "serves")
    return node


def _before(weave: Weave, i: int) -> str:
    earlier = weave.index.plan.calendar[i]
    title = f"calendar[{i}]: {earlier.date} to {earlier.end}"
    return weave.node(f"place:/calendar/{i}", "place", label=earlier.activity, title=title, lines=(earlier.activity,))


def _is_word(name: str, words: str) -> bool:
    return f" {_plainly(name)} " in f" {_plainly(words)} "


def _plainly(words: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in words.casefold()).split())


def _last(pointer: str) -> int:
    return int(pointer.rpartition("/")[2])
