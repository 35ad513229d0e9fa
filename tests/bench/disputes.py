"""What a debate is worth, without models: simulated critics, voices and judges over claims whose truth is known.

Run: ``python tests/bench/disputes.py [items]``; 10,000 claims a cell by default, some seconds.

A claim is a criterion that truly passes or truly fails. Every agent (critic, voice, judge) reads it right or wrong; in
a cell all err at one mean rate, and any two of them with one correlation: each claim has a difficulty of its own,
drawn from a Beta distribution, and given that, agents err apart. A voice that reads a claim its side's way cites a
find, be it right or wrong; one that reads it the other way concedes. What is made of that is the library's own code:
``tally`` and the gate, ``counted``, the stop rules, rulings, votes. It is asked once for every way in which the agents
can read a claim; sampled claims look their reading up, and expectations weigh all readings.

Over the same claims, by the same agents (whoever is asked third reads as the third agent):

- ``debate``: two critics; where they differ, two voices in at most two rounds; a judge where that is level.
- ``vote``: a majority of three critics; ``vote 5``: of five.
- ``always``: two critics, then both voices in both rounds whatever was said, and a judge.

A call is one agent reading one claim. A flip is a claim that the two critics' votes had right and that is wrong in the
end (``worse``), or the other way round (``better``); a claim that critics differ about counts as failed before.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cache
from itertools import product
from math import sqrt
from typing import Literal, cast

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln

from nexusplanner.agents.desk import Option
from nexusplanner.agents.protocols import Debating, Vote
from nexusplanner.agents.tasks import Dispute
from nexusplanner.agents.turns import counted
from nexusplanner.agents.verdicts import settled, tally
from nexusplanner.domain.critique import CRITERIA, Criterion, Critique, Verdict
from nexusplanner.domain.debate import Turn
from nexusplanner.domain.proposal import Proposal, ProposalWords

ERRORS = (0.1, 0.2, 0.3, 0.4)
CORRELATIONS = (0.0, 0.2, 0.4, 0.6, 0.8)
ITEMS = 10_000
AGENTS = 7
"""Readings of a claim: two critics, two voices in two rounds, a judge."""
JUDGE = AGENTS - 1
WAYS = ("debate", "vote", "vote 5", "always")
Way = Literal["debate", "vote", "vote 5", "always"]
Reading = tuple[bool, ...]
"""Whether each agent reads a claim as passing."""
Floats = NDArray[np.float64]
_DEBATE = Debating()
_CLAIM: Criterion = "money"
_WORDS = ProposalWords(positioning="", big_idea="", pillars=(), angles=(), channels=(), claims=())
_PROPOSAL = Proposal(id="p", lens="growth", words=_WORDS, segments=(), allocation="a", forecast="f")


@dataclass(frozen=True)
class Outcome:
    """What a way of deciding made of one claim."""

    passed: bool
    calls: int


@dataclass(frozen=True)
class Result:
    """What a way of deciding does in a cell, per claim."""

    accuracy: float
    calls: float
    worse: float
    """Flips from right to wrong."""
    better: float


@dataclass(frozen=True)
class Cell:
    """One error rate and one correlation: what was sampled, what is expected."""

    error: float
    correlation: float
    sampled: dict[Way, Result]
    expected: dict[Way, Result]
    noise: float
    """95 % of samples of this size differ by less, in the accuracy of debate beside the majority's."""
    agreed_wrong: float
    """Share of claims on which both critics are wrong alike: no gate sees them."""

    def share_of_calls(self, of: dict[Way, Result]) -> float:
        """Return the calls of the debate beside those of the always-on debate."""
        return of["debate"].calls / of["always"].calls

    @property
    def is_met(self) -> bool:
        """Whether debate is as right as the majority, at half the calls of always-on, with fewer flips to the worse."""
        return (
            all(
                self.share_of_calls(of) <= 0.5 and of["debate"].worse < of["always"].worse
                for of in (self.sampled, self.expected)
            )
            and self.ahead(self.expected) >= 0
            and self.ahead(self.sampled) >= -self.noise
        )

    def ahead(self, of: dict[Way, Result]) -> float:
        """Return how much more accurate debate is than the majority."""
        return of["debate"].accuracy - of["vote"].accuracy


@cache
def decided(reading: Reading) -> dict[Way, Outcome]:
    """Have the library decide a claim that the agents read so, in every way."""
    critiques = [_critique(f"critic-{k}", passes) for k, passes in enumerate(reading)]
    about = Dispute(_PROPOSAL, cast(Option, None), tuple(_verdict(c) for c in critiques[:2]))
    is_disputed = bool(_DEBATE.disputed(tally(critiques[:2], {})))
    debated = _argued(about, reading) if is_disputed else Outcome(first_votes(reading), 0)
    always = _in_any_case(about, reading)
    return {
        "debate": Outcome(debated.passed, 2 + debated.calls),
        "vote": Outcome(_voted(critiques[:3]), 3),
        "vote 5": Outcome(_voted(critiques[:5]), 5),
        "always": Outcome(always.passed, 2 + always.calls),
    }


def first_votes(reading: Reading) -> bool:
    """Return what two critics' votes alone make of a claim."""
    verdicts = settled([_critique(f"critic-{k}", passes) for k, passes in enumerate(reading[:2])], {})
    return next(v.passed for v in verdicts if v.criterion == _CLAIM)


def _argued(about: Dispute, reading: Reading) -> Outcome:
    """Argue a claim until the protocol stops it; then what was shown settles it, else the judge."""
    turns: list[Turn] = []
    stop, round_ = None, 0
    while stop is None:
        round_ += 1
        turns = _round(about, reading, round_, turns)
        stop = _DEBATE.stop([about.about], turns, round_=round_, budget_used=0.0)
    ruling = _DEBATE.ruling(about, turns)
    return Outcome(reading[JUDGE], len(turns) + 1) if ruling is None else Outcome(ruling.passed, len(turns))


def _in_any_case(about: Dispute, reading: Reading) -> Outcome:
    """Let both voices speak in both rounds and call the judge, who goes by what was shown."""
    turns = _round(about, reading, 2, _round(about, reading, 1, []))
    ruling = _DEBATE.ruling(about, turns)
    return Outcome(reading[JUDGE] if ruling is None else ruling.passed, len(turns) + 1)


def _round(about: Dispute, reading: Reading, round_: int, turns: list[Turn]) -> list[Turn]:
    opening = counted(_turn(about, "A", round_, reading[2 * round_]), turns)
    return [*turns, opening, counted(_turn(about, "B", round_, reading[2 * round_ + 1]), [*turns, opening])]


def _turn(about: Dispute, voice: Literal["A", "B"], round_: int, passes: bool) -> Turn:
    """Take a voice's turn: it cites a find for its side, or concedes."""
    is_convinced = passes == (voice == "B")
    stance: Literal["pass", "fail", "concede"] = ("pass" if voice == "B" else "fail") if is_convinced else "concede"
    found = (f"ev-{voice}{round_}",) if is_convinced else ()
    said = f"{voice} in round {round_}"
    return Turn(round=round_, voice=voice, about=about.about, stance=stance, argument=said, evidence=found)


def _voted(critiques: Sequence[Critique]) -> bool:
    votes = Vote(critics=len(critiques)).by_votes(critiques)
    return votes.get(f"p/{_CLAIM}", _verdict(critiques[0]).passed)


def _critique(critic: str, passes: bool) -> Critique:
    verdicts = (Verdict(criterion=c, passed=passes or c != _CLAIM, score=0.5) for c in CRITERIA)
    return Critique(proposal="p", critic=critic, verdicts=tuple(verdicts))


def _verdict(critique: Critique) -> Verdict:
    return next(v for v in critique.verdicts if v.criterion == _CLAIM)


def difficulty(error: float, correlation: float) -> tuple[float, float]:
    """Return the Beta distribution whose mean is the error rate and whose agents err with a correlation above 0."""
    spread = (1 - correlation) / correlation
    return error * spread, (1 - error) * spread


def sampled(error: float, correlation: float, items: int) -> Iterator[tuple[bool, Reading, float]]:
    """Draw claims: their truth, how each agent reads them, and the weight of each."""
    rng = np.random.default_rng([round(error * 1000), round(correlation * 1000)])
    truth = rng.random(items) < 0.5
    rate = rng.beta(*difficulty(error, correlation), items) if correlation else np.full(items, error)
    said = truth[:, None] ^ (rng.random((items, AGENTS)) < rate[:, None])
    for true, reading in zip(truth.tolist(), said.tolist(), strict=True):
        yield true, tuple(reading), 1 / items


def expected(error: float, correlation: float) -> Iterator[tuple[bool, Reading, float]]:
    """List every reading of a claim that passes and of one that fails, with its probability."""
    for truth in (True, False):
        for reading in product((True, False), repeat=AGENTS):
            wrong = sum(r != truth for r in reading)
            yield truth, reading, 0.5 * _probability(wrong, error, correlation)


def _probability(wrong: int, error: float, correlation: float) -> float:
    """Return how likely it is that these agents err and those do not."""
    if not correlation:
        return float(error**wrong * (1 - error) ** (AGENTS - wrong))
    a, b = difficulty(error, correlation)
    return float(np.exp(betaln(a + wrong, b + AGENTS - wrong) - betaln(a, b)))


def stubborn(claims: Iterator[tuple[bool, Reading, float]]) -> Iterator[tuple[bool, Reading, float]]:
    """Let voices see their own side alone: none ever concedes."""
    for truth, reading, weight in claims:
        yield truth, (*reading[:2], False, True, False, True, reading[JUDGE]), weight


def measured(claims: Iterator[tuple[bool, Reading, float]]) -> dict[Way, Result]:
    """Decide claims in every way and add up."""
    sums: dict[Way, Floats] = {way: np.zeros(len(fields(Result))) for way in cast("tuple[Way, ...]", WAYS)}
    for truth, reading, weight in claims:
        was = _FIRST[reading[:2]]
        for way, outcome in decided(reading).items():
            now, flipped = outcome.passed, outcome.passed != was
            sums[way] += weight * np.array(
                [now == truth, outcome.calls, flipped and now != truth, flipped and now == truth], dtype=float
            )
    return {way: Result(*(float(x) for x in found)) for way, found in sums.items()}


_FIRST = {pair: first_votes(pair) for pair in product((True, False), repeat=2)}


def simulated(error: float, correlation: float, items: int = ITEMS) -> Cell:
    """Simulate one cell."""
    alike = sum(w for truth, reading, w in expected(error, correlation) if reading[0] == reading[1] != truth)
    return Cell(
        error,
        correlation,
        sampled=measured(sampled(error, correlation, items)),
        expected=measured(expected(error, correlation)),
        noise=_noise(error, correlation, items),
        agreed_wrong=alike,
    )


def _noise(error: float, correlation: float, items: int) -> float:
    differ = sum(
        weight
        for _, reading, weight in expected(error, correlation)
        if decided(reading)["debate"].passed != decided(reading)["vote"].passed
    )
    return 1.96 * sqrt(differ / items)


def every_cell(items: int = ITEMS) -> Iterator[Cell]:
    """Simulate each error rate with each correlation."""
    for error, correlation in product(ERRORS, CORRELATIONS):
        yield simulated(error, correlation, items)


def _print_cell(cell: Cell) -> None:
    for name, of in (("sampled", cell.sampled), ("expected", cell.expected)):
        accuracy = " ".join(f"{of[way].accuracy:7.4f}" for way in ("debate", "vote", "always"))
        calls = " ".join(f"{of[way].calls:5.2f}" for way in ("debate", "vote", "always"))
        flips = f"{of['debate'].worse:7.4f} {of['always'].worse:7.4f}   {of['debate'].better:7.4f}"
        sign = "ok  " if cell.is_met else "FAIL"
        print(f"{sign} {cell.error:4.0%} {cell.correlation:5.1f}  {name:<8}  {accuracy}   {calls} "
              f"{cell.share_of_calls(of):5.0%}   {flips}   {cell.ahead(of):+7.4f}"
              + (f" (noise {cell.noise:.4f})" if name == "sampled" else ""))  # fmt: skip


def _print_limits(cells: Sequence[Cell]) -> None:
    print("\nWhere gate and stop rules do not pay (expected accuracy, calls):")
    print(
        "(a critic judges ten claims of a proposal in one call, a voice argues one: calls a proposal, vote of three: 3)"
    )
    print("error  corr   debate       always       vote 5       voices that never concede   both critics wrong alike"
          "   calls a proposal: debate always")  # fmt: skip
    for cell in cells:
        hard = measured(stubborn(expected(cell.error, cell.correlation)))["debate"]
        ways = [cell.expected["debate"], cell.expected["always"], cell.expected["vote 5"], hard]
        told = "  ".join(f"{r.accuracy:.4f} {r.calls:4.2f}" for r in ways)
        built = (f"{2 + len(CRITERIA) * (r.calls - 2):5.1f}" for r in ways[:2])
        print(f"{cell.error:5.0%} {cell.correlation:5.1f}   {told:<68}{cell.agreed_wrong:8.4f}   {' '.join(built):>30}")


def main(items: int) -> int:
    """Print every cell; return 1 where one falls short."""
    print("     err   corr            accuracy                 calls                     flips")
    print(
        "                          debate    vote  always   debate vote always share    worse  (always)  better  ahead"
    )
    cells = []
    for cell in every_cell(items):
        _print_cell(cell)
        cells.append(cell)
    _print_limits(cells)
    return 0 if all(cell.is_met for cell in cells) else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ITEMS))
