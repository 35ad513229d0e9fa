"""Places of a plan: a number with its calculation, or words with their author and what they cite."""

from __future__ import annotations

from collections.abc import Iterator

from nexusplanner.domain.explaining.choice import written_in
from nexusplanner.domain.explaining.grounds import calculation, cited, claim, figure
from nexusplanner.domain.explaining.weave import MOST, Weave, shortly
from nexusplanner.domain.place import as_dotted
from nexusplanner.domain.pointer import follow

_CODE = {"measurement": ("kpi_tree",), "compliance": ("compliance",), "calendar": ("calendar", "experiment_looks")}
"""Sections that code lays out -> the calculators whose last word they are."""
_OF_THE_PROPOSAL = frozenset({"strategy", "channels", "claims"})
_WRITTEN_AS = {"channels": "strategy", "claims": "strategy", "risks": "summary"}
"""Sections whose author is noted under another one's name."""
_OF_THE_BRIEF = ("/brief", "/objective/target", "/objective/metric")


def place(weave: Weave, pointer: str) -> str:
    """Weave a place of the plan."""
    index, plan = weave.index, weave.index.plan
    value = index.at(pointer)
    dotted = as_dotted(pointer)
    title = f"{dotted} = {shortly(value)}"
    if pointer in plan.figures:
        node = weave.node(f"place:{pointer}", "place", label=dotted, title=title)
        figure(weave, node, pointer)
        return node
    inside = index.bound_inside(pointer)
    node = weave.node(f"place:{pointer}", "place", label=dotted, title=title, lines=_bound_lines(weave, inside))
    for key in dict.fromkeys(plan.figures[at].partition("#")[0] for at in inside):
        if key in index.calculations:
            weave.edge(node, calculation(weave, index.calculations[key]), "computed by")
    _words(weave, node, pointer, has_figures=bool(inside))
    if not weave.leads_on(node):
        _beside(weave, node, pointer)
    return node


def _beside(weave: Weave, node: str, pointer: str) -> None:
    """Weave what gave the numbers that stand nearest to a name or a date; code, where there are none."""
    while (pointer := pointer.rpartition("/")[0]).count("/") > 0:
        beside = weave.index.bound_inside(pointer)
        if beside:
            for key in dict.fromkeys(weave.index.plan.figures[at].partition("#")[0] for at in beside):
                if key in weave.index.calculations:
                    weave.edge(node, calculation(weave, weave.index.calculations[key]), "stands beside figures of")
            return
    code = weave.node("author:code", "author", label="code", title="written by code", lines=("the same each time",))
    weave.edge(node, code, "written by")


def _bound_lines(weave: Weave, inside: list[str]) -> list[str]:
    index = weave.index
    lines = [
        f"{as_dotted(at)} = {shortly(index.at(at))} from {index.plan.figures[at].partition('#')[0]}"
        for at in inside[:MOST]
    ]
    return [*lines, f"and {len(inside) - MOST} more figures"] if len(inside) > MOST else lines


def _words(weave: Weave, node: str, pointer: str, *, has_figures: bool) -> None:
    """Weave what no calculation gave: the brief's own words, or words with evidence beside them."""
    plan = weave.index.plan
    if f"{pointer}/".startswith(tuple(f"{at}/" for at in _OF_THE_BRIEF)):
        brief = weave.node("brief", "brief", title=f"The brief: {plan.brief.name}", lines=("as the brief says",))
        weave.edge(node, brief, "given by")
        return
    claims = [c for i, c in enumerate(plan.claims) if f"{pointer}/".startswith(f"/claims/{i}/")]
    for found in claims:
        weave.edge(node, claim(weave, found), "part of")
    if not claims:
        cited(weave, node, _ids_in(_around(weave, pointer)))
    section = _section(pointer)
    _laid_out(weave, node, section)
    if not has_figures:
        authors(weave, node, section)
    if section in _OF_THE_PROPOSAL and pointer.count("/") > 1:
        written_in(weave, node)


def _laid_out(weave: Weave, node: str, section: str) -> None:
    for name in _CODE.get(section, ()):
        for run in weave.index.runs_of(name)[:1]:
            weave.edge(node, calculation(weave, run), "computed by")


def authors(weave: Weave, node: str, section: str) -> None:
    """Weave who wrote a section: rung, model, prompt and its fingerprint."""
    wrote = _WRITTEN_AS.get(section, section)
    for entry in (p for p in weave.index.plan.provenance if p.section.split(" ")[0].split(".")[0] == wrote):
        prompt = f"prompt {entry.prompt_id} ({entry.prompt_sha256[:12]})" if entry.prompt_id else ""
        scored = f"scored {entry.score:.0%}" if entry.score is not None else ""
        who = weave.node(
            f"author:{entry.section}/{entry.model or entry.rung}",
            "author",
            label=entry.model or entry.rung,
            title=f"{entry.section} written by {entry.model or entry.rung}",
            lines=(prompt, scored),
        )
        weave.edge(node, who, "written by")


def _section(pointer: str) -> str:
    return pointer.split("/")[1] if pointer else ""


def _around(weave: Weave, pointer: str) -> object:
    """Return the value, or the nearest thing around it that cites evidence."""
    while pointer:
        here = follow(weave.index.tree, pointer)
        if isinstance(here, dict | list) and set(_ids_in(here)):
            return here
        pointer = pointer.rpartition("/")[0]
        if pointer.count("/") < 2:
            break
    return None


def _ids_in(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key in ("evidence", "proof"):
            ids = value.get(key)
            yield from (i for i in ids if isinstance(i, str)) if isinstance(ids, list) else ()
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for child in children:
        if isinstance(child, dict | list):
            yield from _ids_in(child)
