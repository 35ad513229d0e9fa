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
        ({"claims": claims(evidence=("ev-crm-00000000",))}, "evidence", "claims.0", "that does not exist"),
        ({"claims": claims(calculations=("calc-x-00000000",))}, "evidence", "claims.0", "that does not exist"),
        ({"claims": claims(evidence=(), status="supported")}, "evidence", "claims.0", "cites nothing"),
        ({"claims": claims(text="It brings 987,654 orders.")}, "evidence", "claims.0", "A number in claims.0"),
        ({"positioning": "Loved by 73.31% of all."}, "evidence", "positioning", "A number in positioning"),
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


@pytest.mark.parametrize(("segment", "known"), [("seg-audience", True), ("anyone", False)])
def test_without_customers_only_the_described_audience_is_a_segment(segment: str, known: bool) -> None:
    ground = Ground(customers=False)
    laid, option = told("growth", ground)
    changed = proposal("growth", ground, angles=(Angle(segment=segment, message="Hello."),))
    assert (check_proposal(laid, changed, option, pool_of(laid)) == ()) == known


def test_a_segment_that_another_lens_addresses_is_a_fault() -> None:
    laid, option = told("efficiency", GROUND)
    others = {s.id for s in laid.segments} - {s.id for s in option.segments}
    changed = proposal("efficiency", GROUND, angles=(Angle(segment=min(others), message="Hello."),))
    assert [f.criterion for f in check_proposal(laid, changed, option, pool_of(laid))] == ["audience"]


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"positioning": " "}, "positioning"),
        ({"big_idea": ""}, "big_idea"),
        ({"claims": ()}, "claims"),
        ({"pillars": ()}, "pillars"),
    ],
)
def test_silence_is_a_fault(changes: dict[str, object], where: str) -> None:
    assert (where, "differentiation") in [(f.where, f.criterion) for f in faults(**changes)]


@pytest.mark.parametrize(("field", "value"), [("role", "reaches 987,654"), ("formats", ("an 87-second film",))])
def test_a_number_in_a_channels_label_needs_a_source_too(field: str, value: object) -> None:
    first, *rest = words("growth", GROUND).channels
    (fault,) = faults(channels=(first.model_copy(update={field: value}), *rest))
    assert fault.where.startswith(f"channels.0.{field}")
