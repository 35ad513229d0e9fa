"""Filing: what a model cites goes where it belongs, and what it counts without a source is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.model import DomainModel, JsonObject
from nexusplanner.domain.proposal import Claim, Proposal, ProposalWords

if TYPE_CHECKING:
    from nexusplanner.calculators.verification import FigurePool

_SENTENCE = re.compile(r"(?<=[.!?])\s+")
UNTRACED = "What was said here counted something that no source counts, and was left out."


@dataclass(frozen=True)
class Cited:
    """Ids by what they lead to."""

    evidence: tuple[str, ...]
    calculations: tuple[str, ...]


def cited(ids: Iterable[str], calculations: Iterable[Calculation]) -> Cited:
    """Tell ids of calculations from ids of evidence; each once, in the order given.

    A calculation that is cited where no evidence is brings the evidence it was computed from.
    """
    return _told_apart(ids, {c.id: c for c in calculations})


def _told_apart(ids: Iterable[str], computed: Mapping[str, Calculation]) -> Cited:
    named = tuple(dict.fromkeys(ids))
    evidence = tuple(i for i in named if i not in computed)
    used = tuple(i for i in named if i in computed)
    return Cited(evidence or tuple(dict.fromkeys(e for i in used for e in computed[i].evidence)), used)


def filed(words: ProposalWords, calculations: tuple[Calculation, ...]) -> ProposalWords:
    """Put the ids of a proposal's words where they belong, and number its claims."""
    computed = {c.id: c for c in calculations}

    def found(ids: tuple[str, ...]) -> tuple[str, ...]:
        return _told_apart(ids, computed).evidence

    return words.model_copy(
        update={
            "pillars": tuple(p.having(proof=found(p.proof)) for p in words.pillars),
            "channels": tuple(n.having(evidence=found(n.evidence)) for n in words.channels),
            "claims": tuple(_filed(claim, i, computed) for i, claim in enumerate(words.claims, 1)),
        }
    )


def anonymous(proposal: Proposal) -> dict[str, object]:
    """Write a proposal without what tells whose it is, or how it came about."""
    return proposal.model_dump(mode="json", exclude={"id", "lens", "rung", "redraws", "repairs"})


def as_json(*values: DomainModel) -> list[JsonObject]:
    """Write some values as a model is told of them."""
    return [value.model_dump(mode="json") for value in values]


def traced(text: str, pool: FigurePool) -> str:
    """Leave out the sentences that count what no source counts."""
    from nexusplanner.calculators.verification import orphans

    sentences = _SENTENCE.split(text.strip())
    kept = [sentence for sentence in sentences if not orphans(sentence, pool)]
    return text if len(kept) == len(sentences) else " ".join(kept) or UNTRACED


def _filed(claim: Claim, number: int, computed: Mapping[str, Calculation]) -> Claim:
    ids = _told_apart((*claim.evidence, *claim.calculations), computed)
    is_assumed = claim.status == "assumption" and not claim.evidence
    return claim.having(
        id=f"cl-{number:02d}",
        evidence=() if is_assumed else ids.evidence,
        calculations=ids.calculations,
    )
