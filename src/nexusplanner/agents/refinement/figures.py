"""The figures of a refined plan: only what a change bears on is computed anew, from what the plan carries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from nexusplanner.agents.assembly import closing_calculations
from nexusplanner.agents.assembly.numbers import excluded_curves
from nexusplanner.agents.desk import Desk, Option
from nexusplanner.agents.lenses import POLICIES
from nexusplanner.agents.options import option_around
from nexusplanner.agents.refinement.draft import Draft
from nexusplanner.agents.refinement.source import Source, unpinned
from nexusplanner.agents.refinement.splitting import share_held, split_of
from nexusplanner.agents.researchers import brief_evidence
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.evidence import Evidence, merged
from nexusplanner.errors import InfeasibleBudget

_OPTIONS = frozenset({"allocation", "flights", "forecast"})


@dataclass(frozen=True)
class Refigured:
    """The new desk and option, and where the old evidence and calculations went."""

    desk: Desk
    """With the closing calculations, and none of the old plan's but those that still hold."""
    option: Option
    moved: Mapping[str, str]
    """Ids of the old version -> ids of what stands in their place."""
    record: tuple[Calculation, ...]
    """Calculations that only the record of how the plan came about is about."""


def refigure(source: Source, draft: Draft, *, today: date, seed: int) -> Refigured:
    """Compute the draft's numbers.

    Raises:
        InfeasibleBudget: The money cannot be split within the bounds.
    """
    evidence, moved = _evidence(source, draft, today)
    shared = _shared(source, draft, moved)
    desk = replace(source.desk, brief=draft.brief, evidence=evidence, calculations=shared, today=today, seed=seed)
    by_id = {s.id: s for s in desk.segments}
    segments = tuple(by_id[i] for i in draft.segments if i in by_id)
    lens = source.option.lens
    option = option_around(desk, lens, allocation=_allocation(source, draft, shared), segments=segments)
    option = unpinned(option, draft.brief, before=source.option)
    desk = replace(desk, calculations=(*shared, *option.calculations))
    closing = closing_calculations(
        desk, option, has_consent=_has_consent(source), history=None, earlier=source.calculation("kpi_tree")
    )
    desk = replace(desk, calculations=(*desk.calculations, *closing))
    moved = {**moved, **_moved_calculations(source, desk, option)}
    return Refigured(desk, option, moved, _record(source, desk, moved))


def remapped(ids: Iterable[str], moved: Mapping[str, str]) -> tuple[str, ...]:
    """Follow ids to what stands in their place, each once."""
    return tuple(dict.fromkeys(moved.get(name, name) for name in ids))


def _evidence(source: Source, draft: Draft, today: date) -> tuple[tuple[Evidence, ...], dict[str, str]]:
    """Replace what the brief states no more; everything else was found, and stays as it was found."""
    old = {e.locator: e for e in source.plan.evidence if e.kind == "brief" and e.source == "brief"}
    new = {e.locator: e for e in brief_evidence(draft.brief, today)}
    moved = {e.id: new[at].id for at, e in old.items() if at in new and new[at].id != e.id}
    kept = [e for e in source.plan.evidence if e.id not in moved]
    stated = [e for at, e in new.items() if at not in old or old[at].id in moved]
    return merged((kept, stated)), moved


def _shared(source: Source, draft: Draft, moved: Mapping[str, str]) -> tuple[Calculation, ...]:
    from nexusplanner.calculators.response_curves import with_channels

    curves = source.calculation("response_curves")
    assert curves is not None  # a source has them
    curves = _cited_anew(curves, moved)
    unknown = [name for name in draft.lines if name not in draft.known]
    curves = with_channels(curves, unknown) if unknown else curves
    sized = source.calculation("customer_segments")
    past = _past(source, draft, curves)
    return tuple(c for c in (sized and _cited_anew(sized, moved), curves, past) if c is not None)


def _past(source: Source, draft: Draft, curves: Calculation) -> Calculation | None:
    from nexusplanner.calculators import allocate_by_past

    if source.calculation("allocation_past_split") is None:
        return None
    brief = draft.brief
    try:
        return allocate_by_past(
            curves,
            total=brief.budget.amount,
            currency=brief.budget.currency,
            weeks=brief.period.weeks,
            minimum=brief.channels.minimum,
            maximum=brief.channels.maximum,
            excluded=excluded_curves(brief, curves),
            evidence=curves.evidence,
        )
    except InfeasibleBudget:  # its own contingency is not the plan's
        return None


def _allocation(source: Source, draft: Draft, shared: tuple[Calculation, ...]) -> Calculation:
    from nexusplanner.calculators import allocate

    policy, curves = POLICIES[source.option.lens], next(c for c in shared if c.name == "response_curves")
    if _is_same_money(source, draft):
        return source.option.allocation.model_copy(update={"evidence": curves.evidence})
    split, brief = split_of(draft, policy, curves), draft.brief
    return allocate(
        curves,
        total=brief.budget.amount,
        currency=brief.budget.currency,
        weeks=brief.period.weeks,
        contingency_share=share_held(draft),
        minimum=split.low,
        maximum=split.high,
        excluded=split.excluded,
        quantile=policy.quantile,
        evidence=curves.evidence,
    )


def _is_same_money(source: Source, draft: Draft) -> bool:
    budget, brief = source.plan.budget, source.plan.brief
    lines = {line.channel: line.amount for line in budget.lines}
    is_same = lines == dict(draft.lines) and budget.contingency == draft.contingency and not draft.is_split_anew
    return is_same and budget.total == draft.brief.budget.amount and brief.period.weeks == draft.brief.period.weeks


def _has_consent(source: Source) -> bool:
    checked = source.calculation("compliance")
    return bool(checked and checked.inputs.get("has_consent"))


def _moved_calculations(source: Source, desk: Desk, option: Option) -> dict[str, str]:
    old, new = source.option, option
    pairs = [(old.allocation, new.allocation), (old.flights, new.flights), (old.forecast, new.forecast)]
    known = {c.name: c for c in desk.calculations if c.name not in _OPTIONS}
    pairs += [(c, known[c.name]) for c in source.plan.calculations if c.name in known]
    return {before.id: after.id for before, after in reversed(pairs) if before.id != after.id}


def _record(source: Source, desk: Desk, moved: Mapping[str, str]) -> tuple[Calculation, ...]:
    """Keep the other lenses' numbers, and what verdicts and turns cite, as they were judged."""
    plan, known = source.plan, {c.id for c in desk.calculations}
    cited = {i for v in plan.critique for i in v.evidence}
    cited |= {i for t in plan.debate.turns for i in (*t.evidence, *t.calculations)}
    chosen = set(source.option.calculation_ids)
    kept = (
        c
        for c in plan.calculations
        if c.id not in known and (c.id in cited or (c.name in _OPTIONS and c.id not in chosen))
    )
    return tuple(_cited_anew(c, moved) for c in kept)


def _cited_anew(calculation: Calculation, moved: Mapping[str, str]) -> Calculation:
    evidence = remapped(calculation.evidence, moved)
    return calculation if evidence == calculation.evidence else calculation.model_copy(update={"evidence": evidence})
