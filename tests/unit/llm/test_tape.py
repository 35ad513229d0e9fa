"""Tapes: what a call was told is found by what is asked, and the purse stands where it stood."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from nexusplanner.errors import BudgetExceeded
from nexusplanner.llm.purse import Purse
from nexusplanner.llm.tape import Tapes
from nexusplanner.ports.journal import Entry, EntryKind
from nexusplanner.ports.ledger import Paid

MODEL = "openai:gpt-5-mini"


def purse(*, max_calls: int = 9) -> Purse:
    """Open a purse."""
    return Purse(usd=Decimal(1), max_calls=max_calls, run="run-1")


def entry(
    index: int, kind: EntryKind = "reply", *, sha: str = "a", scope: str = "propose 3 0", call: str = "strategist"
) -> Entry:
    """Return an entry that took 100 micro-dollars."""
    paid = Paid() if kind in {"loss", "note", "cached"} else Paid(100, 10, 5)
    return Entry("default", "run-1", scope, call, index, kind, sha, MODEL, f"{kind} {index}", paid)


def test_what_completed_nodes_took_counts_at_once_and_the_rest_as_it_is_told_again() -> None:
    """A node that is walked again finds the purse as it found it the first time."""
    held = purse()
    tapes = Tapes(held, [entry(0), entry(0, scope="critique 5 1"), entry(0, scope="critique 5 2")])
    assert (held.calls, held.tokens_in) == (3, 30)
    scene = tapes.enter("critique 5 1")
    assert held.calls == 2
    scene.tape("strategist")
    assert (held.calls, held.spent_usd) == (3, Decimal("0.0003"))
    assert tapes.enter("critique 5 1").tape("strategist").is_replaying is False, "it is told once"
    assert held.calls == 3


@pytest.mark.parametrize(
    ("kinds", "calls"),
    [
        (("reply",), 1),
        (("fault", "reply"), 2),
        (("cut",), 0),
        (("cut", "reply"), 1),
        (("cut", "loss"), 1),
        (("fault", "fault", "loss"), 2),
        (("cached",), 0),
    ],
)
def test_a_call_that_was_cut_off_counts_where_its_model_was_given_up_for_it(
    kinds: tuple[EntryKind, ...], calls: int
) -> None:
    """Else the process was stopped meanwhile: it is in the books, and had no part in the plan."""
    held = purse()
    Tapes(held, [entry(at, kind) for at, kind in enumerate(kinds)])
    assert held.calls == calls


def test_a_loss_stands_for_all_that_was_told_before_it() -> None:
    tape = (
        Tapes(purse(), [entry(0, "fault"), entry(1, sha="b"), entry(2, "loss", sha="c"), entry(3, sha="d")])
        .enter("propose 3 0")
        .tape("strategist")
    )
    assert tape.again("loss", "c", MODEL) is not None
    assert tape.again("reply", "b", MODEL) is None
    assert tape.again("reply", "d", MODEL) is not None
    assert tape.replayed == 1


def test_what_is_not_asked_again_keeps_nothing_from_being_found() -> None:
    """Settings changed and changed back: each question finds its own answer, once."""
    tape = Tapes(purse(), [entry(0), entry(1, sha="b")]).enter("propose 3 0").tape("strategist")
    assert tape.again("reply", "other", MODEL) is None
    assert tape.again("reply", "b", MODEL) == entry(1, sha="b")
    assert tape.again("reply", "b", MODEL) is None
    assert tape.again("reply", "a", "openai:gpt-5") is None
    assert tape.is_replaying


def test_new_entries_stand_after_the_old_ones_and_calls_of_one_name_apart() -> None:
    scene = Tapes(purse(), [entry(4)]).enter("propose 3 0")
    first, second = scene.tape("strategist"), scene.tape("strategist")
    assert first.entry("reply", "b", MODEL, "").index == 5
    assert (second.call, second.entry("reply", "b", MODEL, "").index) == ("strategist #2", 0)
    assert second.entry("reply", "b", MODEL, "") == replace(
        entry(1, sha="b", call="strategist #2"), text="", paid=Paid()
    )


def test_calls_whose_fate_nobody_knows_count_against_the_runs_calls() -> None:
    held = purse(max_calls=2)
    Tapes(held, [entry(0)])
    held.lost_calls = 1
    with pytest.raises(BudgetExceeded, match="2 model calls"):
        held.reserve(Decimal("0.01"))
    assert held.calls == 1, "the plan does not count what gave it nothing"
