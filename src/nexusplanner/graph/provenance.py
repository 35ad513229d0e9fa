"""Provenance: who wrote which section of a plan, how good it was, and what was refused or mended on the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from nexusplanner.domain.critique import Critique
from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.proposal import Proposal
from nexusplanner.domain.repair import Repair
from nexusplanner.domain.sections import Provenance
from nexusplanner.llm.rules import RULES

_WHO = ("part", "rung", "prompt_id", "prompt_sha256")


def provenance_of(usage: Iterable[JsonObject], lens: str) -> tuple[Provenance, ...]:
    """Return one entry for each section, model and prompt; the numbers are the code's.

    Args:
        usage: One entry an answer, as ``used`` notes it.
        lens: The lens of the proposal that became the plan.
    """
    sections = {f"propose {lens}": "strategy", "revise": "strategy (revised)", "summary": "summary"}
    entries = sorted(usage, key=_who)
    written = (_entry(sections, who, list(answers)) for who, answers in groupby(entries, key=_who))
    return (Provenance(section="numbers", rung="code"), *written)


def repairs_of(
    proposals: Iterable[Proposal], critiques: Iterable[Critique], usage: Iterable[JsonObject]
) -> Iterator[Repair]:
    """Yield what was mended in proposals and critiques, and the replies that were refused on the way."""
    for proposal in proposals:
        yield from proposal.repairs
    for critique in critiques:
        yield from critique.repairs
    for entry in usage:
        if times := int(str(entry.get("refused", 0))):
            yield Repair(part=str(entry["part"]), kind="refused_reply", count=times)


def _who(entry: JsonObject) -> tuple[str, ...]:
    return tuple(str(entry[name]) for name in _WHO)


def _entry(sections: dict[str, str], who: tuple[str, ...], answers: list[JsonObject]) -> Provenance:
    part, rung, prompt_id, prompt_sha256 = who
    is_model = rung != RULES
    scores = [float(str(a["score"])) for a in answers if a.get("score") is not None]
    return Provenance(
        section=sections.get(part, part),
        rung="model" if is_model else "rules",
        model=rung if is_model else "",
        prompt_id=prompt_id,
        prompt_sha256=prompt_sha256,
        score=min(scores, default=None),
        attempts=sum(int(str(a.get("attempts", 1))) for a in answers) if is_model else 0,
    )
