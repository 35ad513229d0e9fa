"""Look-ups: what a critic may ask code for while it judges. Read-only; each result is data.

A look-up is a field of the critic's answer, so every model can ask for one, whatever its vendor calls a tool; the
names are a fixed list, so none can ask for anything else. Nothing here writes, sends or reads outside of the desk.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from nexusplanner.agents.desk import WITHHELD, brief_outputs
from nexusplanner.agents.difference import difference, shares_of
from nexusplanner.agents.outside import censor
from nexusplanner.agents.tasks import CritiqueTask
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.evidence import Evidence
from nexusplanner.domain.model import DomainModel
from nexusplanner.errors import NexusError

ToolName = Literal["evidence", "unused_evidence", "figure", "recompute", "what_if", "trace", "difference"]
MOST_AT_ONCE = 6
_LONGEST = 2000
_LEAST, _MOST = 0.5, 2.0
Found = Mapping[str, object]


class LookUp(DomainModel):
    """One thing a critic asks for."""

    tool: ToolName
    about: str = ""
    """An id, ``<calculation id>#/pointer/into/outputs``, a text, or a share of the budget."""


@dataclass(frozen=True)
class LookedUp:
    """A look-up, and what code found."""

    asked: LookUp
    found: Found

    def as_data(self) -> dict[str, object]:
        """Write it for a model."""
        return {"tool": self.asked.tool, "about": self.asked.about[:_LONGEST], "found": dict(self.found)}


def look_up(task: CritiqueTask, asked: LookUp) -> LookedUp:
    """Look one thing up on the desk of a critic's task; what cannot be found is said to be so."""
    try:
        return LookedUp(asked, _TOOLS[asked.tool](task, asked.about[:_LONGEST].strip()))
    except (NexusError, LookupError, ValueError, ArithmeticError):
        return LookedUp(asked, {"nothing": "There is nothing of that name; ids and pointers stand in the data."})


def _evidence(task: CritiqueTask, about: str) -> Found:
    item = {e.id: e for e in task.desk.evidence}[about]
    known = None if item.trusted else {"id", "kind", "as_of", "origin", "trusted"}
    told = item.model_dump(mode="json", include=known, exclude={"sha256", "relevance"})
    quoted = {} if item.trusted else {"quote": f"{WITHHELD} ({len(item.quote.split())} words)"}
    return {**told, **quoted, "is_intact": item.is_intact, "is_used": item.id in _used(task)}


def _unused(task: CritiqueTask, about: str) -> Found:
    """List what was retrieved and not used, the most relevant first; of one kind, where ``about`` names it."""
    used = _used(task)
    left = [e for e in task.desk.evidence if e.id not in used and (not about or e.kind == about)]
    ranked = sorted(left, key=lambda e: (-e.relevance, e.id))
    return {"count": len(ranked), "first": [_brief(e) for e in ranked[:8]]}


def _figure(task: CritiqueTask, about: str) -> Found:
    from nexusplanner.domain.pointer import ABSENT, follow

    name, _, pointer = about.partition("#")
    value = follow(_calculation(task, name).outputs, pointer)
    if value is ABSENT:
        raise LookupError(pointer)
    return {"value": value if not isinstance(value, dict | list) else f"{len(value)} entries: point at one of them"}


def _recompute(task: CritiqueTask, about: str) -> Found:
    from nexusplanner.calculators import recompute

    calculation = _calculation(task, about)
    return {"is_the_same": recompute(calculation) == calculation.outputs, "outputs": brief_outputs(calculation)}


def _what_if(task: CritiqueTask, about: str) -> Found:
    """Forecast the brief at another share of its budget, ``0.5`` to ``2``, split anew within the brief's bounds."""
    from nexusplanner.calculators import what_if

    share, brief = float(about), task.desk.brief
    curves = task.desk.calculation("response_curves")
    if curves is None or not _LEAST <= share <= _MOST:
        raise LookupError(about)
    swept = what_if(
        curves,
        total=brief.budget.amount,
        currency=brief.budget.currency,
        weeks=brief.period.weeks,
        target=float(brief.objective.target),
        seed=task.desk.seed,
        minimum=brief.channels.minimum,
        maximum=brief.channels.maximum,
        multipliers=(share,),
    )
    return brief_outputs(swept)


def _trace(task: CritiqueTask, about: str) -> Found:
    return {"faults": list(censor(task.desk).faults(about))}


def _difference(task: CritiqueTask, _: str) -> Found:
    """Measure how far the proposal lies from each of the others, which stay unnamed."""
    ours = shares_of(task.option.allocation)
    apart = [
        difference(
            task.proposal.words,
            sibling.words,
            our_shares=ours,
            their_shares=shares_of(task.desk.by_id(sibling.allocation)),
        )
        for sibling in task.siblings
    ]
    return {"distances": [{**d.model_dump(), "overall": round(d.overall, 4)} for d in apart]}


def _used(task: CritiqueTask) -> frozenset[str]:
    words = task.proposal.words
    return frozenset(
        [i for c in words.claims for i in (*c.evidence, *c.calculations)]
        + [i for p in words.pillars for i in p.proof]
        + [i for n in words.channels for i in n.evidence]
    )


def _brief(item: Evidence) -> dict[str, object]:
    return {**item.model_dump(mode="json", include={"id", "kind", "as_of", "trusted"}), "relevance": item.relevance}


def _calculation(task: CritiqueTask, name: str) -> Calculation:
    known = {c.id: c for c in (*task.desk.calculations, *task.option.calculations)}
    return known[name]


_TOOLS: Mapping[ToolName, Callable[[CritiqueTask, str], Found]] = {
    "evidence": _evidence,
    "unused_evidence": _unused,
    "figure": _figure,
    "recompute": _recompute,
    "what_if": _what_if,
    "trace": _trace,
    "difference": _difference,
}
