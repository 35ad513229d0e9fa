"""Citations: every id in a plan leads to evidence that is still what was found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nexusplanner.calculators.verification.failure import Failure
from nexusplanner.domain.fingerprint import sha256_of
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.errors import shown


@dataclass(frozen=True)
class CitationCheck:
    """What came of resolving the citations."""

    resolved: int
    failures: tuple[Failure, ...]


def check_citations(plan: CampaignPlan) -> CitationCheck:
    """Resolve every citation, and check that quotes are intact and claims cited or assumptions.

    Verdicts and debate turns may cite calculations where others cite evidence.
    """
    evidence, calculations = {e.id for e in plan.evidence}, {c.id for c in plan.calculations}
    cited = [
        *((at, name, evidence) for at, name in _evidence_cited(plan)),
        *((at, name, evidence | calculations) for at, name in _either_cited(plan)),
        *((at, name, calculations) for at, name in _calculations_cited(plan)),
    ]
    unresolved = [
        Failure(where=at, problem="this id leads nowhere", found=shown(name))
        for at, name, known in cited
        if name not in known
    ]
    return CitationCheck(
        len(cited) - len(unresolved),
        (*unresolved, *_altered(plan), *_uncited(plan), *_repeated(plan)),
    )


def _evidence_cited(plan: CampaignPlan) -> Iterator[tuple[str, str]]:
    for i, claim in enumerate(plan.claims):
        yield from _each(f"/claims/{i}/evidence", claim.evidence)
    for i, segment in enumerate(plan.segments):
        yield from _each(f"/segments/{i}/evidence", segment.evidence)
    for i, channel in enumerate(plan.channels):
        yield from _each(f"/channels/{i}/evidence", channel.evidence)
    for i, pillar in enumerate(plan.strategy.pillars):
        yield from _each(f"/strategy/pillars/{i}/proof", pillar.proof)
    for i, calculation in enumerate(plan.calculations):
        yield from _each(f"/calculations/{i}/evidence", calculation.evidence)


def _either_cited(plan: CampaignPlan) -> Iterator[tuple[str, str]]:
    for i, verdict in enumerate(plan.critique):
        yield from _each(f"/critique/{i}/evidence", verdict.evidence)
    for i, turn in enumerate(plan.debate.turns):
        yield from _each(f"/debate/turns/{i}/evidence", turn.evidence)


def _calculations_cited(plan: CampaignPlan) -> Iterator[tuple[str, str]]:
    for i, claim in enumerate(plan.claims):
        yield from _each(f"/claims/{i}/calculations", claim.calculations)
    for i, turn in enumerate(plan.debate.turns):
        yield from _each(f"/debate/turns/{i}/calculations", turn.calculations)


def _each(at: str, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for i, name in enumerate(names):
        yield f"{at}/{i}", name


def _altered(plan: CampaignPlan) -> Iterator[Failure]:
    for i, item in enumerate(plan.evidence):
        if not item.is_intact:
            yield Failure(
                where=f"/evidence/{i}/quote",
                problem=f"the quote of {item.id} is not the one that was found",
                expected=item.sha256,
                found=sha256_of(item.quote),
            )


def _uncited(plan: CampaignPlan) -> Iterator[Failure]:
    for i, claim in enumerate(plan.claims):
        if claim.status == "supported" and not claim.evidence:
            yield Failure(
                where=f"/claims/{i}",
                problem="said to be supported, but cites no evidence",
                expected="evidence, or status 'assumption'",
                found=shown(claim.text),
            )


def _repeated(plan: CampaignPlan) -> Iterator[Failure]:
    groups = {
        "evidence": [e.id for e in plan.evidence],
        "calculations": [c.id for c in plan.calculations],
        "claims": [c.id for c in plan.claims],
    }
    for name, ids in groups.items():
        for i, item in enumerate(ids):
            if item in ids[:i]:
                yield Failure(where=f"/{name}/{i}/id", problem="the id stands twice", found=item)
