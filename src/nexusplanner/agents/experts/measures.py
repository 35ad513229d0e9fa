"""Measures: how far a proposal meets each criterion, 0 to 1, from its own figures."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from nexusplanner.agents.difference import difference, shares_of
from nexusplanner.agents.experts.amounts import percent, result
from nexusplanner.agents.experts.craft import craft_of
from nexusplanner.agents.experts.story import speaker
from nexusplanner.agents.facts import expected_total
from nexusplanner.agents.tasks import CritiqueTask
from nexusplanner.domain.critique import Criterion
from nexusplanner.domain.evidence import Evidence
from nexusplanner.domain.spoken import spoken

NEEDED_LEAD_DAYS = 14
"""Days between planning and start below which a calendar is rushed."""
BEARS_ON_IT = 0.4
"""Relevance from which evidence should not be left unused."""


class Measured(NamedTuple):
    """A score, what is missing, and the ids that show it."""

    score: float
    gap: str
    ids: tuple[str, ...] = ()


def _objective_fit(t: CritiqueTask) -> Measured:
    chance, brief = t.option.figure("probability_of_target"), t.desk.brief
    target = result(brief.objective.target, brief.objective.metric, brief.budget.currency)
    return Measured(chance, f"The target of {target} is reached with a probability of {percent(chance)}.",
                    (t.option.forecast.id,))  # fmt: skip


def _evidence(t: CritiqueTask) -> Measured:
    claims = t.proposal.words.claims
    loose = [c for c in claims if c.status == "assumption"]
    score = 1 - len(loose) / len(claims) if claims else 0.0
    gap = f"{len(loose)} of {len(claims)} claims rest on nothing, first: {loose[0].text}" if loose else "No claims."
    return Measured(score, gap)


def _audience(t: CritiqueTask) -> Measured:
    whole = sum(s.value for s in t.desk.segments if s.source == "rfm")
    sized = t.desk.calculation("customer_segments")
    if not whole or sized is None:
        described = bool(t.desk.brief.audience.description or t.desk.brief.audience.segments)
        return Measured(
            0.5 if described else 0.2,
            "No customer data was there to size the audience.",
        )
    covered = min(1.0, sum(s.value for s in t.option.segments) / whole)
    names = ", ".join(s.name for s in t.option.segments)
    return Measured(covered, f"{names} brought {percent(covered)} of the last year's revenue; the rest is not addressed.",
                    (sized.id,))  # fmt: skip


def _money(t: CritiqueTask) -> Measured:
    past = t.desk.calculation("allocation_past_split")
    ours, theirs = (
        expected_total(t.option.allocation),
        expected_total(past) if past else 0.0,
    )
    gain = min(1.0, ours / theirs) if theirs > 0 else 1.0
    top = t.option.channels[0]
    score = gain * (1 - max(0.0, top.share - 0.4))
    gap = (
        f"{spoken(top.channel)} alone carries {percent(top.share)} of the money."
        if gain >= 1
        else f"The past split would bring more: {percent(gain)} of it is expected here."
    )
    return Measured(score, gap, (t.option.allocation.id, *((past.id,) if past else ())))


def _calendar(t: CritiqueTask) -> Measured:
    brief = t.desk.brief
    lead = (brief.period.start - t.desk.today).days
    score = min(1.0, max(0.0, lead / NEEDED_LEAD_DAYS)) * min(1.0, brief.period.days / 14)
    return Measured(score, f"{brief.name} starts on {brief.period.start}, {max(lead, 0)} days after planning.",
                    t.desk.about("objective"))  # fmt: skip


def _measurability(t: CritiqueTask) -> Measured:
    blind = [c for c in t.option.channels if c.status != "measured"]
    share = sum(c.share for c in blind)
    curves = t.desk.calculation("response_curves")
    names = ", ".join(spoken(c.channel) for c in blind)
    return Measured(1 - share, f"{percent(share)} of the money goes to channels with no rows of their own: {names}.",
                    (curves.id,) if curves else ())  # fmt: skip


def _differentiation(t: CritiqueTask) -> Measured:
    ours = shares_of(t.option.allocation)
    closest, least = "", 1.0
    for sibling in t.siblings:
        theirs = shares_of(t.desk.by_id(sibling.allocation))
        apart = difference(t.proposal.words, sibling.words, our_shares=ours, their_shares=theirs).overall
        if apart < least:
            closest, least = sibling.id, apart
    return Measured(
        least,
        f"It lies only {least:.2f} from {closest}: much the same plan twice.",
        (t.option.allocation.id,),
    )


def _compliance(t: CritiqueTask) -> Measured:
    direct = [c for c in t.option.channels if craft_of(c.channel).is_direct]
    reachable = sum(s.contactable for s in t.option.segments)
    if direct and t.desk.segments and not reachable:
        return Measured(0.0, f"{spoken(direct[0].channel)} has money but no addressed customer has consented.",
                        t.desk.about("consent"))  # fmt: skip
    return Measured(1.0, "")


def _brand_voice(t: CritiqueTask) -> Measured:
    said, brand = t.proposal.words.model_dump_json().casefold(), t.desk.brief.brand
    missing = [p for p in brand.must_say if p.casefold() not in said]
    banned = [p for p in brand.never_say if p.casefold() in said]
    gap = f"It says {banned[0]!r}." if banned else f"It does not say {missing[0]!r}." if missing else ""
    return Measured(0.0 if gap else 1.0, gap)


def _unused_evidence(t: CritiqueTask) -> Measured:
    bearing = [e for e in t.desk.of_kind("signal", "memory", "tool") if e.relevance >= BEARS_ON_IT][:8]
    used = {i for c in t.proposal.words.claims for i in c.evidence} | {
        i for p in t.proposal.words.pillars for i in p.proof
    }
    unused = [e for e in bearing if e.id not in used]
    score = 1 - len(unused) / len(bearing) if bearing else 1.0
    return Measured(score, _unused_gap(unused), tuple(e.id for e in unused[:4]))


def _unused_gap(unused: list[Evidence]) -> str:
    if not unused:
        return ""
    return f"{len(unused)} finds that bear on it were not used, first from {speaker(unused[0])}."


MEASURES: dict[Criterion, Callable[[CritiqueTask], Measured]] = {
    "objective_fit": _objective_fit,
    "evidence": _evidence,
    "audience": _audience,
    "money": _money,
    "calendar": _calendar,
    "measurability": _measurability,
    "differentiation": _differentiation,
    "compliance": _compliance,
    "brand_voice": _brand_voice,
    "unused_evidence": _unused_evidence,
}
