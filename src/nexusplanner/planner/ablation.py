"""An ablation: the same briefs by several protocols, over several seeds, side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from statistics import fmean, stdev
from typing import Self

from nexusplanner.agents.protocols import DecisionProtocol
from nexusplanner.domain.critique import CRITERIA, Criterion
from nexusplanner.domain.model import DomainModel
from nexusplanner.errors import ConfigurationError
from nexusplanner.planner.trial import Trial

Try = Callable[[DecisionProtocol, int, int | None], Awaitable[Trial]]
"""Runs a protocol with a seed, with so many calls of models at most."""


class Standing(DomainModel):
    """How one protocol fared, over all briefs and seeds; figures are means of its trials."""

    protocol: str
    trials: int
    score: float
    """By the measures of code, 0-1."""
    spread: float
    """Standard deviation of the score over the seeds of one brief, the mean over the briefs."""
    scores: dict[Criterion, float]
    accuracy: float | None
    """Share of the claims that code can judge which were judged right; None where there are none."""
    worse: int
    """Flips from right to wrong, after the first critic's look, in all trials."""
    better: int
    """Flips from wrong to right."""
    answers: float
    calls: float
    usd: float
    latency_s: float


class Ablation(DomainModel):
    """All trials, and the standing of each protocol."""

    equal_spend: bool
    trials: tuple[Trial, ...]
    standings: tuple[Standing, ...]

    @classmethod
    def of(cls, trials: Iterable[Trial], *, equal_spend: bool) -> Self:
        """Sum up trials, the protocols in the order in which they first appear."""
        by_protocol: defaultdict[str, list[Trial]] = defaultdict(list)
        for trial in (kept := tuple(trials)):
            by_protocol[trial.protocol].append(trial)
        return cls(
            equal_spend=equal_spend,
            trials=kept,
            standings=tuple(_standing(name, mine) for name, mine in by_protocol.items()),
        )


async def ablation(
    attempt: Try, protocols: Sequence[DecisionProtocol], seeds: Sequence[int], *, equal_spend: bool
) -> Ablation:
    """Try every protocol with every seed, one after the other, so that each has the machine to itself.

    Args:
        attempt: Runs one.
        protocols: What to compare; the first sets what the others may spend.
        seeds: The seeds of each.
        equal_spend: Whether the others get as many answers and calls as the first one took with the same seed.

    Raises:
        ConfigurationError: There is nothing to compare.
    """
    if not protocols or not seeds:
        raise ConfigurationError("There is no protocol or no seed to compare.", fix="Name at least one of each.")
    trials: list[Trial] = []
    for seed in seeds:
        first, *others = protocols
        trials.append(spent := await attempt(first, seed, None))
        for other in others:
            scaled = other.for_calls(spent.answers) if equal_spend else other
            trials.append(await attempt(scaled, seed, spent.calls or None if equal_spend else None))
    return Ablation.of(trials, equal_spend=equal_spend)


def dearest_first(protocols: Sequence[DecisionProtocol]) -> list[DecisionProtocol]:
    """Put first what debates: what it spends is known only afterwards, and others can be given as much."""
    return sorted(protocols, key=lambda p: (-p.rounds, -len(p.drafts) * (1 + len(p.critics))))


def _standing(protocol: str, trials: list[Trial]) -> Standing:
    claims = sum(t.claims for t in trials)
    return Standing(
        protocol=protocol,
        trials=len(trials),
        score=round(fmean(t.score for t in trials), 4),
        spread=round(_spread(trials), 4),
        scores={c: round(fmean(t.scores[c] for t in trials), 4) for c in CRITERIA},
        accuracy=round(sum(t.right for t in trials) / claims, 4) if claims else None,
        worse=sum(t.worse for t in trials),
        better=sum(t.better for t in trials),
        answers=round(fmean(t.answers for t in trials), 2),
        calls=round(fmean(t.calls for t in trials), 2),
        usd=round(fmean(float(t.usd) for t in trials), 6),
        latency_s=round(fmean(t.latency_s for t in trials), 3),
    )


def _spread(trials: list[Trial]) -> float:
    by_brief: defaultdict[str, list[float]] = defaultdict(list)
    for trial in trials:
        by_brief[trial.brief].append(trial.score)
    return fmean(stdev(scores) if len(scores) > 1 else 0.0 for scores in by_brief.values())
