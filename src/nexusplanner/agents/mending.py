"""Mending: what a model wrote that may not be shipped is left out or replaced, sentence by sentence, and counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from nexusplanner.agents.desk import Desk, Option
from nexusplanner.agents.experts.propose import propose
from nexusplanner.agents.experts.summarise import summarise
from nexusplanner.agents.facts import DESCRIBED
from nexusplanner.agents.outside import Censor, censor
from nexusplanner.agents.tasks import ProposeTask, SummariseTask, SummaryWords
from nexusplanner.domain.proposal import Angle, ChannelNote, Claim, Pillar, Proposal, ProposalWords
from nexusplanner.domain.repair import Repair, RepairKind, counted
from nexusplanner.domain.sections import Risk
from nexusplanner.llm.request import Answer
from nexusplanner.llm.rules import RULES

I = TypeVar("I")  # noqa: E741 - an item, of whichever kind


def mended_words(
    desk: Desk, option: Option, answer: Answer[ProposalWords], *, part: str
) -> tuple[ProposalWords, tuple[Repair, ...]]:
    """Return a proposal's words without what may not be shipped, and what was repaired.

    Where nothing is left of a part that every proposal has, the expert's stands in for it. The rules' own words are
    theirs to answer for, and come back as they are.
    """
    if answer.rung == RULES:
        return answer.value, ()
    mender = _Mender(desk, option)
    mended = mender.words(answer.value)
    return (mended, counted(part, mender.wrong)) if mender.wrong else (answer.value, ())


def mended_summary(
    desk: Desk, proposal: Proposal, option: Option, answer: Answer[SummaryWords]
) -> tuple[SummaryWords, tuple[Repair, ...]]:
    """Return the editor's words without what may not be shipped, and what was repaired."""
    reader, wrong, words = censor(desk), list[RepairKind](), answer.value
    if answer.rung == RULES:
        return words, ()

    def is_sound(risk: Risk) -> bool:
        found = [kind for text in (risk.risk, risk.sign, risk.answer) for kind in reader.faults(text)]
        wrong.extend(found)
        return not found

    summary, lost = reader.kept(words.summary)
    wrong.extend(lost)
    risks = tuple(risk for risk in words.risks if is_sound(risk))
    if not wrong:
        return words, ()
    risks = risks or summarise(SummariseTask(desk, proposal, option)).risks
    return SummaryWords(summary=summary, risks=risks), counted("summary", wrong)


@dataclass
class _Mender:
    """Mends one proposal, and keeps what was wrong with it."""

    desk: Desk
    option: Option
    wrong: list[RepairKind] = field(default_factory=list)

    def words(self, said: ProposalWords) -> ProposalWords:
        return ProposalWords(
            positioning=self._text(said.positioning, lambda: self._expert.positioning),
            big_idea=self._text(said.big_idea, lambda: self._expert.big_idea),
            pillars=self._some(said.pillars, self._pillar, lambda: self._expert.pillars),
            angles=self._some(said.angles, self._angle, lambda: self._expert.angles),
            channels=self._notes(said.channels),
            claims=self._some(said.claims, self._claim, lambda: self._expert.claims),
        )

    @property
    def _expert(self) -> ProposalWords:
        return self.desk.memo.of(_expert_words, self.desk, self.option)

    @cached_property
    def _censor(self) -> Censor:
        return censor(self.desk)

    def _left(self, text: str) -> str:
        left, wrong = self._censor.kept(text)
        self.wrong += wrong
        return left

    def _text(self, text: str, otherwise: Callable[[], str]) -> str:
        left = self._left(text)
        return left or (otherwise() if text.strip() else text)

    def _some(
        self, items: Sequence[I], mend: Callable[[I], I | None], otherwise: Callable[[], tuple[I, ...]]
    ) -> tuple[I, ...]:
        left = tuple(mended for item in items if (mended := mend(item)) is not None)
        return left or (otherwise() if items else ())

    def _pillar(self, pillar: Pillar) -> Pillar | None:
        text = self._left(pillar.text)
        return pillar.having(text=text) if text else None

    def _angle(self, angle: Angle) -> Angle | None:
        known = {s.id for s in self.option.segments} or {DESCRIBED}
        if angle.segment not in known:
            self.wrong.append("unknown_segment")
            return None
        text = self._left(angle.message)
        return angle.having(message=text) if text else None

    def _claim(self, claim: Claim) -> Claim | None:
        text = self._left(claim.text)
        if text and claim.status == "supported" and not claim.evidence:
            self.wrong.append("unfounded_claim")
            claim = claim.having(status="assumption")
        return claim.having(text=text) if text else None

    def _notes(self, notes: Sequence[ChannelNote]) -> tuple[ChannelNote, ...]:
        funded = {c.channel for c in self.option.channels}
        self.wrong += ["unknown_channel" for note in notes if note.channel not in funded]
        return tuple(self._note(note) for note in notes if note.channel in funded)

    def _note(self, note: ChannelNote) -> ChannelNote:
        def expert() -> ChannelNote:
            return next(n for n in self._expert.channels if n.channel == note.channel)

        why, role = self._left(note.why), self._left(note.role)
        formats = tuple(left for text in note.formats if (left := self._left(text)))
        return note.having(
            why=why or (expert().why if note.why.strip() else note.why),
            role=role or expert().role,
            formats=formats or (expert().formats if note.formats else ()),
        )


def _expert_words(desk: Desk, option: Option) -> ProposalWords:
    return propose(ProposeTask(desk, option))
