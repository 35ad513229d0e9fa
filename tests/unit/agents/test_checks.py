"""Every fault of a proposal that code can see is found, named and put to its criterion."""

from __future__ import annotations

import pytest
from tests.unit.agents.grounds import Ground, pool_of, proposal, told, words

from nexusplanner.agents.checks import check_proposal
from nexusplanner.domain.critique import Criterion, Fault
from nexusplanner.domain.proposal import Angle, ChannelNote, Claim, Pillar

GROUND = Ground(must=("Drink responsibly",), never=("bargain",))


def faults(**changes: object) -> tuple[Fault, ...]:
    """Check the expert's proposal with some of its words changed."""
    laid, option = told("growth", GROUND)
    return check_proposal(laid, proposal("growth", GROUND, **changes), option, pool_of(laid))


def claims(**changes: object) -> tuple[Claim, ...]:
    """Change the first claim."""
    first, *rest = words("growth", GROUND).claims
    return (first.model_copy(update=changes), *rest)


def test_the_experts_own_words_have_no_fault() -> None:
    assert faults() == ()


@pytest.mark.parametrize(
    ("changes", "criterion", "where", "problem"),
    [
        ({"claims": claims(evidence=("ev-crm-00000000",))}, "evidence", "claims.0", "which does not exist"),
        ({"claims": claims(calculations=("calc-x-00000000",))}, "evidence", "claims.0", "which does not exist"),
        ({"claims": claims(evidence=(), status="supported")}, "evidence", "claims.0", "cites nothing"),
        ({"claims": claims(text="It brings 987,654 orders.")}, "evidence", "claims.0", "987,654"),
        ({"positioning": "Loved by 73.31% of all."}, "evidence", "positioning", "73.31%"),
        ({"big_idea": "A bargain."}, "brand_voice", "words", "'bargain'"),
        ({"pillars": ()}, "brand_voice", "words", "'Drink responsibly'"),
        ({"angles": (Angle(segment="seg-nobody", message="Hello."),)}, "audience", "angles.0", "seg-nobody"),
        ({"channels": ()}, "money", "channels", "has money but no note"),
    ],
)
def test_each_fault_is_found(changes: dict[str, object], criterion: Criterion, where: str, problem: str) -> None:
    found = [f for f in faults(**changes) if f.criterion == criterion and f.where == where]
    assert found
    assert problem in found[0].problem


def test_a_note_on_a_channel_without_money_is_a_fault() -> None:
    extra = ChannelNote(channel="billboards", role="build", why="Seen by many.")
    (fault,) = faults(channels=(*words("growth", GROUND).channels, extra))
    assert "billboards has a note but no money" in fault.problem
    assert fault.ids == (told("growth", GROUND)[1].allocation.id,)


def test_a_pillar_whose_proof_does_not_exist_is_a_fault() -> None:
    said = words("growth", GROUND).pillars
    broken = Pillar(text=said[0].text, proof=("ev-brief-00000000",))
    (fault,) = faults(pillars=(broken, *said[1:]))
    assert fault.where == "pillars.0"


def test_segments_are_free_where_no_customers_are_known() -> None:
    ground = Ground(customers=False)
    laid, option = told("growth", ground)
    changed = proposal("growth", ground, angles=(Angle(segment="anyone", message="Hello."),))
    assert check_proposal(laid, changed, option, pool_of(laid)) == ()
