"""The strategist's expert when critics found gaps: mends what was named, keeps the rest word for word."""

from __future__ import annotations

from typing import cast

from nexusplanner.agents.experts.propose import propose
from nexusplanner.agents.experts.story import Story, speaker
from nexusplanner.agents.experts.voice import excerpt, sentence
from nexusplanner.agents.tasks import ProposeTask
from nexusplanner.domain.critique import Verdict
from nexusplanner.domain.proposal import Claim, Pillar, ProposalWords


def revise(inputs: object) -> ProposalWords:
    """Mend each gap that words can mend: uncited claims, unused evidence, sameness, brand voice."""
    task = cast(ProposeTask, inputs)
    words = task.previous or propose(task)
    for gap in task.gaps:
        if gap.criterion == "unused_evidence":
            words = _use(task, words, gap)
        elif gap.criterion == "evidence":
            words = _weaken(words, task)
        elif gap.criterion == "differentiation":
            words = _tell_anew(task, words)
        elif gap.criterion in ("brand_voice", "compliance"):
            words = _say(task, words)
    return words


def _use(task: ProposeTask, words: ProposalWords, gap: Verdict) -> ProposalWords:
    story, used = (
        Story(task.desk, task.option, task.draw),
        {i for c in words.claims for i in c.evidence},
    )
    fresh = [e for e in task.desk.evidence if e.id in gap.evidence and e.id not in used and e.kind != "brief"]
    added = tuple(
        Claim(
            id=f"cl-{len(words.claims) + n:02d}",
            text=sentence(f"{speaker(item)} adds ({item.as_of}): “{excerpt(item.quote)}”, which bears on {story.name}"),
            status="supported",
            evidence=(item.id,),
        )
        for n, item in enumerate(fresh, 1)
        if story.voice("revise").allows(item.quote)
    )
    return words.model_copy(update={"claims": words.claims + added})


def _weaken(words: ProposalWords, task: ProposeTask) -> ProposalWords:
    known = task.desk.allowed_ids
    kept = []
    for claim in words.claims:
        evidence = tuple(i for i in claim.evidence if i in known)
        status = "supported" if evidence else "assumption"
        kept.append(claim.model_copy(update={"evidence": evidence, "status": status}))
    return words.model_copy(update={"claims": tuple(kept)})


def _tell_anew(task: ProposeTask, words: ProposalWords) -> ProposalWords:
    again = propose(ProposeTask(task.desk, task.option, task.draw + 1))
    return words.model_copy(update={"positioning": again.positioning, "big_idea": again.big_idea})


def _say(task: ProposeTask, words: ProposalWords) -> ProposalWords:
    brief, said = task.desk.brief, words.model_dump_json().casefold()
    missing = [phrase for phrase in brief.brand.must_say if phrase.casefold() not in said]
    pillars = tuple(
        Pillar(
            text=sentence(f"{brief.offering.name} says in every piece: {phrase}"),
            proof=task.desk.about("objective"),
        )
        for phrase in missing
    )
    return words.model_copy(update={"pillars": words.pillars + pillars})
