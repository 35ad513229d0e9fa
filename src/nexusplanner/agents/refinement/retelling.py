"""Retelling: words that still hold stay word for word; the others are told anew from the new figures.

Where a text is what the expert wrote of the old figures, it becomes what the expert writes of the new ones. Any other
text (a model's, a mended one) stays, unless it counts what no source counts any more, names what is gone, or says
what must not be said: then the expert's takes its place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from nexusplanner.agents.desk import Desk, Option
from nexusplanner.agents.experts.propose import propose
from nexusplanner.agents.experts.summarise import summarise
from nexusplanner.agents.filing import filed
from nexusplanner.agents.refinement.figures import Refigured, remapped
from nexusplanner.agents.refinement.source import Source
from nexusplanner.agents.tasks import ProposeTask, SummariseTask, SummaryWords
from nexusplanner.domain.proposal import Angle, ChannelNote, Claim, Pillar, Proposal, ProposalWords
from nexusplanner.domain.sections import Risk
from nexusplanner.domain.spoken import spoken


@dataclass(frozen=True)
class Retelling:
    """The words of a plan, and what the expert says of its old and of its new figures."""

    source: Source
    new: Refigured

    @cached_property
    def words(self) -> ProposalWords:
        """The strategist's words as they should stand now."""
        old, mid, now = self._proposed
        words = self.source.words
        return ProposalWords(
            positioning=self.text(words.positioning, old.positioning, mid.positioning, now=now.positioning),
            big_idea=self.text(words.big_idea, old.big_idea, mid.big_idea, now=now.big_idea),
            pillars=self._pillars(),
            angles=self._angles(),
            channels=tuple(self._note(note) for note in now.channels),
            claims=self._claims(),
        )

    @cached_property
    def summary(self) -> SummaryWords:
        """The editor's words as they should stand now."""
        old, mid, now = self._summarised
        plan = self.source.plan
        risks = [r for r in plan.risks if r not in old.risks and not self.is_stale(_told(r))]
        theirs = now.risks if any(self.is_stale(_told(r)) for r in mid.risks) else mid.risks
        is_experts = any(r in old.risks for r in plan.risks) or not risks
        return SummaryWords(
            summary=self.text(plan.summary, old.summary, mid.summary, now=now.summary),
            risks=(*theirs, *risks) if is_experts else tuple(risks),
        )

    @property
    def is_summary_lost(self) -> bool:
        """Whether a model's summary does not hold any more and the expert's stands in for it."""
        old, _, now = self._summarised
        return self.source.plan.summary != old.summary and self.summary.summary == now.summary

    def text(self, said: str, old: str, mid: str, *, now: str) -> str:
        """Return a text as it should stand now.

        Args:
            said: As it stands in the plan.
            old: What the expert says of the old figures.
            mid: Of the new ones, with the phrases that the old brief asked for and banned.
            now: Of the new ones.
        """
        kept = mid if said == old else said
        return now if self.is_stale(kept) else kept

    def is_stale(self, text: str) -> bool:
        """Tell whether a text may not stand in the new plan."""
        from nexusplanner.calculators.verification import orphans

        folded = text.casefold()
        banned = any(phrase.casefold() in folded for phrase in self.new.desk.brief.brand.never_say)
        return banned or bool(self._gone.search(text)) or bool(orphans(text, self.new.desk.pool))

    @cached_property
    def _gone(self) -> re.Pattern[str]:
        """What is not in the plan any more, in words."""
        channels = {c.channel for c in self.source.option.channels} - {c.channel for c in self.new.option.channels}
        kept = {s.id for s in self.new.option.segments}
        people = {s.name for s in self.source.option.segments if s.id not in kept}
        names = [re.escape(name) for name in sorted({*map(spoken, channels), *people})]
        return re.compile(rf"\b(?:{'|'.join(names)})\b" if names else r"(?!)", re.IGNORECASE)

    @cached_property
    def _middle(self) -> Desk:
        brand, before = self.new.desk.brief.brand, self.source.plan.brief.brand
        phrases = {"must_say": before.must_say, "never_say": before.never_say}
        brief = self.new.desk.brief.model_copy(update={"brand": brand.model_copy(update=phrases)})
        return replace(self.new.desk, brief=brief)

    @cached_property
    def _proposed(self) -> tuple[ProposalWords, ProposalWords, ProposalWords]:
        option = self.new.option
        sides = ((self.source.desk, self.source.option), (self._middle, option), (self.new.desk, option))
        old, mid, now = (filed(propose(ProposeTask(desk, of)), desk.calculations) for desk, of in sides)
        return old, mid, now

    @cached_property
    def _summarised(self) -> tuple[SummaryWords, SummaryWords, SummaryWords]:
        option = self.new.option
        sides = ((self.source.desk, self.source.option), (self._middle, option), (self.new.desk, option))
        old, mid, now = (summarise(SummariseTask(desk, proposal_of(self.source, of), of)) for desk, of in sides)
        return old, mid, now

    def _pillars(self) -> tuple[Pillar, ...]:
        old, mid, now = (words.pillars for words in self._proposed)
        kept = []
        for i, pillar in enumerate(self.source.words.pillars):
            texts = [side[i].text if i < len(side) else "" for side in (old, mid, now)]
            text = self.text(pillar.text, texts[0], texts[1], now=texts[2])
            proof = remapped(now[i].proof if text == texts[2] and i < len(now) else pillar.proof, self.new.moved)
            if text:
                kept.append(pillar.model_copy(update={"text": text, "proof": proof}))
        return tuple(kept)

    def _angles(self) -> tuple[Angle, ...]:
        mine = {angle.segment: angle for angle in self.source.words.angles}
        theirs = {angle.segment: angle for angle in self._proposed[2].angles}
        if not self.new.option.segments:
            return tuple(a for a in mine.values() if not self.is_stale(a.message))
        found = ((s.id, mine.get(s.id)) for s in self.new.option.segments)
        return tuple(a if a and not self.is_stale(a.message) else theirs[name] for name, a in found)

    def _note(self, now: ChannelNote) -> ChannelNote:
        mine, old, mid = (
            next((n for n in notes if n.channel == now.channel), None)
            for notes in (self.source.words.channels, *(words.channels for words in self._proposed[:2]))
        )
        if mine is None or old is None or mid is None:
            return now
        return mine.model_copy(
            update={
                "role": self.text(mine.role, old.role, mid.role, now=now.role),
                "why": self.text(mine.why, old.why, mid.why, now=now.why),
                "evidence": remapped(mine.evidence, self.new.moved),
            }
        )

    def _claims(self) -> tuple[Claim, ...]:
        old, mid, now = (words.claims for words in self._proposed)
        experts, mine = {c.text for c in old}, self.source.words.claims
        others = [c for c in mine if c.text not in experts]
        kept = [self._followed(c) for c in others if not self.is_stale(c.text)]
        theirs = [m if not self.is_stale(m.text) else None for m in mid]
        fresh = [c for c in theirs if c] or [*now]
        if len(others) == len(mine):  # a model's: the expert's only where figures moved under them
            lost = sum(self.is_stale(c.text) for c in mine)
            fresh = [c for c in fresh if any(i.startswith("calc-") for i in c.calculations)][:lost]
        return numbered([*fresh, *kept] if len(others) < len(mine) else [*kept, *fresh], mine)

    def _followed(self, claim: Claim) -> Claim:
        evidence = remapped(claim.evidence, self.new.moved)
        return claim.model_copy(
            update={"evidence": evidence, "calculations": remapped(claim.calculations, self.new.moved)}
        )


def proposal_of(source: Source, option: Option, *, words: ProposalWords | None = None) -> Proposal:
    """Return the plan's proposal, around an option."""
    wrote = next((p for p in source.plan.provenance if p.section.startswith("strategy")), None)
    return Proposal(
        id=f"prop-{option.lens.replace('_', '-')}",
        lens=option.lens,
        words=words or source.words,
        segments=tuple(s.id for s in option.segments),
        allocation=option.allocation.id,
        forecast=option.forecast.id,
        rung=wrote.model if wrote and wrote.model else "rules",
    )


def _told(risk: Risk) -> str:
    return " ".join((risk.risk, risk.sign, risk.answer))


def numbered(claims: Sequence[Claim], before: Sequence[Claim]) -> tuple[Claim, ...]:
    """Give claims their ids: the old one to what says the same or rests on the same, a new one to the rest."""
    free = {claim.id: claim for claim in before}
    ids: dict[int, str] = {}
    for same in (_text, _ground):
        for i, claim in enumerate(claims):
            if i in ids:
                continue
            found = next((old.id for old in free.values() if same(claim) == same(old)), None)
            if found is not None:
                ids[i] = found
                del free[found]
    last = max((int(n) for claim in before if (n := claim.id.rpartition("-")[2]).isdigit()), default=0)
    new = iter(range(last + 1, last + 1 + len(claims)))
    return tuple(claim.model_copy(update={"id": ids.get(i) or f"cl-{next(new):02d}"}) for i, claim in enumerate(claims))


def _text(claim: Claim) -> object:
    return claim.text


def _ground(claim: Claim) -> object:
    return claim.evidence, tuple(name.rpartition("-")[0] for name in claim.calculations)
