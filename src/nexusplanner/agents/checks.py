"""Checks: the deterministic faults of a proposal, found before any critic looks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from nexusplanner.agents.desk import Desk, Option
from nexusplanner.agents.facts import DESCRIBED
from nexusplanner.domain.critique import Fault
from nexusplanner.domain.proposal import Proposal, ProposalWords

if TYPE_CHECKING:
    from nexusplanner.calculators.verification import FigurePool


def check_proposal(desk: Desk, proposal: Proposal, option: Option, pool: FigurePool) -> tuple[Fault, ...]:
    """Find unknown ids, uncited claims, orphan numbers, channels without money and banned words."""
    words = proposal.words
    return (
        *_silences(words),
        *_citations(desk, words),
        *_references(words, option),
        *_orphans(words, pool),
        *_brand(desk, words),
    )


def prose_of(words: ProposalWords) -> Iterator[tuple[str, str]]:
    """Yield every piece of prose with its place."""
    yield "positioning", words.positioning
    yield "big_idea", words.big_idea
    for i, pillar in enumerate(words.pillars):
        yield f"pillars.{i}", pillar.text
    for i, angle in enumerate(words.angles):
        yield f"angles.{i}", angle.message
    for i, note in enumerate(words.channels):
        yield f"channels.{i}.why", note.why
    for i, claim in enumerate(words.claims):
        yield f"claims.{i}", claim.text


def labels_of(words: ProposalWords) -> Iterator[tuple[str, str]]:
    """Yield what is said in a word or two, with its place."""
    for i, note in enumerate(words.channels):
        yield f"channels.{i}.role", note.role
        yield from ((f"channels.{i}.formats.{j}", text) for j, text in enumerate(note.formats))


def _silences(words: ProposalWords) -> Iterator[Fault]:
    said = {
        "positioning": words.positioning.strip(),
        "big_idea": words.big_idea.strip(),
        "pillars": words.pillars,
        "claims": words.claims,
    }
    for where, what in said.items():
        if not what:
            yield Fault(where=where, problem=f"It has no {where.replace('_', ' ')}.", criterion="differentiation")


def _citations(desk: Desk, words: ProposalWords) -> Iterator[Fault]:
    for i, claim in enumerate(words.claims):
        if any(e not in desk.allowed_ids for e in (*claim.evidence, *claim.calculations)):
            yield Fault(
                where=f"claims.{i}",
                problem=f"The claim {claim.id} cites an id that does not exist.",
                criterion="evidence",
            )
        if claim.status == "supported" and not claim.evidence:
            yield Fault(where=f"claims.{i}", problem=f"Said to be supported, but cites nothing: {claim.text}",
                        criterion="evidence")  # fmt: skip
    for i, pillar in enumerate(words.pillars):
        if any(p not in desk.allowed_ids for p in pillar.proof):
            yield Fault(
                where=f"pillars.{i}",
                problem="Its proof does not exist.",
                criterion="evidence",
            )


def _references(words: ProposalWords, option: Option) -> Iterator[Fault]:
    funded, noted = (
        {c.channel for c in option.channels},
        {n.channel for n in words.channels},
    )
    for channel in sorted(funded ^ noted):
        problem = "has money but no note" if channel in funded else "has a note but no money"
        yield Fault(
            where="channels",
            problem=f"{channel} {problem}.",
            criterion="money",
            ids=(option.allocation.id,),
        )
    known = {s.id for s in option.segments} or {DESCRIBED}
    for i, angle in enumerate(words.angles):
        if angle.segment not in known:
            yield Fault(
                where=f"angles.{i}",
                problem=f"No segment it addresses is called {angle.segment!r}.",
                criterion="audience",
            )


def _orphans(words: ProposalWords, pool: FigurePool) -> Iterator[Fault]:
    from nexusplanner.calculators.verification import orphans

    for where, text in (*prose_of(words), *labels_of(words)):
        for _ in orphans(text, pool):
            yield Fault(  # what was made up is not repeated: faults are told to critics, and critics in the plan
                where=where,
                problem=f"A number in {where} is in no source.",
                criterion="evidence",
            )


def _brand(desk: Desk, words: ProposalWords) -> Iterator[Fault]:
    said = " ".join(text for _, text in (*prose_of(words), *labels_of(words))).casefold()
    for phrase in desk.brief.brand.never_say:
        if phrase.casefold() in said:
            yield Fault(
                where="words",
                problem=f"It says {phrase!r}, which the brand never says.",
                criterion="brand_voice",
            )
    for phrase in desk.brief.brand.must_say:
        if phrase.casefold() not in said:
            yield Fault(
                where="words",
                problem=f"It does not say {phrase!r}.",
                criterion="brand_voice",
            )
