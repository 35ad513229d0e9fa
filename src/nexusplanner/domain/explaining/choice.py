"""The choice of the proposal: what was proposed, how it was judged, what was disputed, and how that was settled."""

from __future__ import annotations

from nexusplanner.domain.critique import Verdict
from nexusplanner.domain.explaining.grounds import cited, figure
from nexusplanner.domain.explaining.weave import Weave

_DECISION, _PROPOSAL, _DEBATE = "choice", "proposal:chosen", "debate"


def choice(weave: Weave) -> str:
    """Weave the whole choice: decision, debate, verdicts, the chosen proposal with its numbers, and the others."""
    node = decided(weave)
    _debated(weave, node)
    _judged(weave, node)
    weave.edge(node, proposal(weave), "chose")
    _beaten(weave, node)
    _dissent(weave, node)
    return node


def decided(weave: Weave) -> str:
    """Weave the decision alone."""
    plan = weave.index.plan
    passed = sum(v.passed for v in plan.critique)
    lines = [f"{passed} of {len(plan.critique)} criteria passed", _debate_in_short(weave)]
    if plan.status == "needs_approval":
        lines.append(f"waits for approval by {', '.join(plan.brief.approvers) or 'an approver'}")
    title = f"The {_lens(weave)} proposal was chosen" if _lens(weave) else "The proposal was chosen"
    return weave.node(_DECISION, "decision", title=title, lines=lines)


def proposal(weave: Weave) -> str:
    """Weave the chosen proposal and the calculations that carry its numbers."""
    node = _named(weave)
    for pointer in ("/budget/lines/0/amount", "/forecast/p50"):
        if pointer in weave.index.plan.figures:
            figure(weave, node, pointer)
    return node


def written_in(weave: Weave, start: str) -> None:
    """Weave where words of the strategy come from: the chosen proposal, and why it was chosen."""
    node = _named(weave)
    weave.edge(start, node, "written in")
    weave.edge(node, decided(weave), "chosen by")


def _named(weave: Weave) -> str:
    title = f"The {_lens(weave) or 'chosen'} proposal"
    lines = (weave.index.plan.strategy.positioning, *_revised(weave))
    return weave.node(_PROPOSAL, "proposal", title=title, lines=lines)


def criterion(weave: Weave, verdict: Verdict) -> str:
    """Weave one verdict: what shows it, and the dispute about it."""
    plan = weave.index.plan
    name = verdict.criterion.replace("_", " ")
    said = "passed" if verdict.passed else "failed"
    node = weave.node(
        f"critique:{verdict.criterion}",
        "critique",
        label=f"{name}: {said}",
        title=f"{name}: {said}, {verdict.score:.0%}",
        lines=(verdict.gap,),
    )
    cited(weave, node, verdict.evidence, "shown by")
    if any(_criterion_of(t.about) == verdict.criterion for t in plan.debate.turns):
        _turns(weave, node, verdict.criterion)
    weave.edge(node, proposal(weave), "judges")
    return node


def _judged(weave: Weave, node: str) -> None:
    disputed = {_criterion_of(about) for about in weave.index.plan.debate.final_votes}
    failed = [v for v in weave.index.plan.critique if not v.passed or v.criterion in disputed]
    for verdict in failed:
        weave.edge(node, criterion(weave, verdict), "judged on")
    fine = [v for v in weave.index.plan.critique if v not in failed]
    if fine:
        names = ", ".join(f"{v.criterion.replace('_', ' ')} {v.score:.0%}" for v in fine)
        passed = weave.node(
            "critique:passed", "critique", title=f"{len(fine)} criteria passed undisputed", lines=(names,)
        )
        weave.edge(node, passed, "judged on")
        weave.edge(passed, proposal(weave), "judges")


def _debated(weave: Weave, node: str) -> None:
    debate = weave.index.plan.debate
    title, lines = "No debate was needed", [debate.reason]
    if debate.triggered:
        title = f"Debate, {_rounds(weave)}"
        lines += [f"stopped: {debate.stop_reason.replace('_', ' ')}", debate.verdict]
    weave.edge(node, weave.node(_DEBATE, "debate", title=title, lines=lines), "after")
    disputed = {_criterion_of(about) for about in debate.final_votes}
    for verdict in (v for v in weave.index.plan.critique if v.criterion in disputed):
        weave.edge(_DEBATE, criterion(weave, verdict), "about")


def _turns(weave: Weave, node: str, about: str) -> None:
    debate = weave.index.plan.debate
    for i, turn in enumerate(debate.turns):
        if _criterion_of(turn.about) != about:
            continue
        title = f"Round {turn.round}, voice {turn.voice}: {turn.stance}"
        said = weave.node(f"turn:{i}", "debate", title=title, lines=(turn.argument,))
        weave.edge(node, said, "disputed in")
        cited(weave, said, (*turn.evidence, *turn.calculations), "shows")


def _beaten(weave: Weave, node: str) -> None:
    for i, other in enumerate(weave.index.plan.alternatives):
        lens, _, words = other.proposal.partition(":")
        title = f"The {lens.strip()} proposal was not chosen" if words else "A proposal that was not chosen"
        lines = (words or other.proposal, other.why_not)
        beaten = weave.node(f"proposal:{i}", "proposal", label=f"Not chosen: {lens}", title=title, lines=lines)
        weave.edge(node, beaten, "instead of")


def _dissent(weave: Weave, node: str) -> None:
    for i, words in enumerate(weave.index.plan.dissent):
        stays = weave.node(f"dissent:{i}", "critique", label=f"Dissent: {words}", title="Dissent", lines=(words,))
        weave.edge(node, stays, "against")


def _debate_in_short(weave: Weave) -> str:
    debate = weave.index.plan.debate
    if not debate.triggered:
        return "no debate was needed"
    changed = f"{len(debate.flips) or 'no'} verdict{'s' if len(debate.flips) > 1 else ''}"
    return f"debated in {_rounds(weave)}, which changed {changed}"


def _rounds(weave: Weave) -> str:
    rounds = weave.index.plan.debate.rounds
    return f"{rounds} round{'' if rounds == 1 else 's'}"


def _revised(weave: Weave) -> tuple[str, ...]:
    revised = [p for p in weave.index.plan.provenance if "revised" in p.section]
    return tuple(f"revised by {p.model or p.rung}" for p in revised)


def _lens(weave: Weave) -> str:
    return weave.index.chosen_lens.replace("_", " ")


def _criterion_of(about: str) -> str:
    return about.rpartition("/")[2]
