"""Grounds: claims, evidence, sources and calculations, and what each of them rests on."""

from __future__ import annotations

from collections.abc import Iterable

from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.evidence import Evidence
from nexusplanner.domain.explaining.weave import MOST, Weave, cut, shortly
from nexusplanner.domain.place import as_dotted
from nexusplanner.domain.pointer import follow
from nexusplanner.domain.proposal import Claim


def claim(weave: Weave, found: Claim) -> str:
    """Weave a claim: what it cites, and what its numbers come from."""
    said = "supported" if found.status == "supported" else "an assumption: nothing shows it yet"
    node = weave.node(found.id, "claim", label=cut(found.text, 60), title=f"{found.id}: {found.text}", lines=(said,))
    cited(weave, node, (*found.evidence, *found.calculations))
    return node


def cited(weave: Weave, start: str, ids: Iterable[str], relation: str = "cites") -> None:
    """Weave what is cited: evidence, calculations, and ids that lead nowhere."""
    wanted = list(dict.fromkeys(ids))
    index = weave.index
    for key in wanted[:MOST]:
        if key in index.evidence:
            weave.edge(start, evidence(weave, index.evidence[key]), relation)
        elif key in index.calculations:
            end = calculation(weave, index.calculations[key])
            weave.edge(start, end, "computed by" if relation == "cites" else relation)
        else:
            gone = weave.node(key, "more", title=f"{key} is not in the plan", lines=(_CHECK,))
            weave.edge(start, gone, relation)
    weave.rest(start, len(wanted) - MOST)


_CHECK = "Run nexusplanner verify to see what else does not hold."


def evidence(weave: Weave, found: Evidence, *, with_users: bool = False) -> str:
    """Weave a piece of evidence and the row or page it was read from."""
    trust = "" if found.trusted else ", not to be trusted as an instruction"
    lines = [f"“{cut(found.quote)}”", f"{found.kind}, as of {found.as_of}{trust}"]
    if not found.is_intact:
        lines.append("the quote was changed: its fingerprint does not fit")
    if with_users and (users := _users(weave, found.id)):
        lines.append(f"used by {', '.join(users)}")
    node = weave.node(found.id, "evidence", label=cut(found.quote, 60), title=found.id, lines=lines)
    place = ", ".join(part for part in (found.source, found.locator) if part)
    key = f"source:{found.source}#{found.locator}"
    weave.edge(node, weave.node(key, "source", title=place or "no source is named"), "read from")
    return node


def _users(weave: Weave, evidence_id: str) -> tuple[str, ...]:
    plan = weave.index.plan
    claims = (c.id for c in plan.claims if evidence_id in c.evidence)
    return (*claims, *(c.id for c in plan.calculations if evidence_id in c.evidence))


def figure(weave: Weave, start: str, pointer: str) -> None:
    """Weave the calculation that a place's number comes from, and which of its answers it is."""
    bound = weave.index.plan.figures[pointer]
    key, _, output = bound.partition("#")
    found = weave.index.calculations.get(key)
    if found is None:
        gone = weave.node(key, "more", title=f"{key} is not in the plan", lines=(_CHECK,))
        weave.edge(start, gone, "computed by")
        return
    answer = f"answers {as_dotted(output)} = {shortly(follow(found.outputs, output))}"
    weave.edge(start, calculation(weave, found, first=(answer,)), "computed by")


def calculation(weave: Weave, found: Calculation, *, first: tuple[str, ...] = ()) -> str:
    """Weave a calculation: its inputs, the calculations whose answers they are, and the evidence they were read from.

    Evidence that an earlier calculation was given is told there.
    """
    if weave.knows(found.id):
        return found.id
    index = weave.index
    sources = index.sources(found)
    given = "; ".join(
        f"{key} = {f'answer of {sources[key].id}' if key in sources else shortly(value)}"
        for key, value in found.inputs.items()
    )
    title = f"{found.id} ({found.name}, version {found.version})"
    lines = (*first, found.explanation, f"given: {given}")
    node = weave.node(found.id, "calculation", label=found.name.replace("_", " "), title=title, lines=lines)
    earlier = {c.id: c for c in (*sources.values(), *index.named_by(found)) if c.id != found.id}
    for before in earlier.values():
        weave.edge(node, calculation(weave, before), "builds on")
    told = {key for c in earlier.values() for key in c.evidence}
    cited(weave, node, (key for key in found.evidence if key not in told), "read from")
    return node
