"""The record of a debate: what started it, what moved, and why it stopped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from nexusplanner.agents.desk import Desk
from nexusplanner.agents.tasks import Dispute, Ruling
from nexusplanner.domain.debate import Debate, StopReason, Turn
from nexusplanner.domain.model import JsonObject


def debate_record(
    protocol: str,
    desk: Desk,
    disputes: Sequence[Dispute],
    rulings: Mapping[str, Ruling],
    turns: tuple[Turn, ...],
    *,
    rounds: int,
    stop: StopReason,
) -> Debate:
    """Write a debate down, the first votes beside the rulings."""
    initial = {d.about: tuple(v.passed for v in d.votes) for d in disputes}
    name = desk.brief.offering.name
    said = [
        f"{_told(d)} for {name} {'passes' if rulings[d.about].passed else 'fails'}: {rulings[d.about].reason}"
        for d in disputes
    ]
    return Debate(
        triggered=True,
        protocol=protocol,
        reason=f"The critics differ on {', '.join(_told(d) for d in disputes)} for {name}.",
        rounds=rounds,
        turns=turns,
        verdict=" ".join(text[:1].upper() + text[1:] for text in said),
        flips=tuple(about for about, r in rulings.items() if r.passed != all(initial[about])),
        initial_votes=initial,
        final_votes={about: (r.passed,) for about, r in rulings.items()},
        stop_reason=stop,
    )


def ruled_cost(spent: Iterable[JsonObject]) -> Decimal:
    """Add up what the answers of a debate cost."""
    return sum((Decimal(str(entry["usd"])) for entry in spent), Decimal(0))


def _told(dispute: Dispute) -> str:
    criterion = dispute.votes[0].criterion.replace("_", " ")
    return f"the {criterion} of the {dispute.proposal.lens.replace('_', ' ')} proposal"
