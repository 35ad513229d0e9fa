"""Mending leaves out what may not be shipped, puts the expert's words where none are left, and counts."""

from __future__ import annotations

import pytest
from tests.unit.agents.grounds import proposal, told, words

from nexusplanner.agents.experts.summarise import summarise
from nexusplanner.agents.mending import mended_summary, mended_words
from nexusplanner.agents.tasks import SummariseTask, SummaryWords
from nexusplanner.domain.proposal import Angle, ChannelNote, Claim, Pillar, ProposalWords
from nexusplanner.domain.repair import Repair, added_up, counted
from nexusplanner.llm.request import Answer

DESK, OPTION = told("growth")
SAID = words("growth")
LIE = "It brings 987,654 people."


def mended(**changes: object) -> tuple[ProposalWords, tuple[Repair, ...]]:
    """Mend the expert's words, as a model might have changed them."""
    return mended_words(DESK, OPTION, Answer(SAID.model_copy(update=changes), "m", "", ""), part="propose growth")


def test_words_without_a_fault_come_back_as_they_were() -> None:
    assert mended() == (SAID, ())
    by_rules = Answer(SAID.model_copy(update={"positioning": LIE}), "rules", "", "")
    assert mended_words(DESK, OPTION, by_rules, part="p") == (by_rules.value, ())


def test_a_sentence_goes_and_the_rest_stays() -> None:
    told_, repairs = mended(positioning=f"Coffee for mornings. {LIE}")
    assert told_.positioning == "Coffee for mornings."
    assert repairs == (Repair(part="propose growth", kind="untraced_number", count=1),)
    assert told_.model_copy(update={"positioning": SAID.positioning}) == SAID


@pytest.mark.parametrize(
    "changes",
    [
        {"positioning": LIE},
        {"big_idea": LIE},
        {"pillars": (Pillar(text=LIE),)},
        {"angles": (Angle(segment="seg-nobody", message="Buy."),)},
        {"claims": (Claim(id="cl-01", text=LIE, status="assumption"),)},
        {"channels": tuple(n.model_copy(update={"why": LIE, "role": LIE, "formats": (LIE,)}) for n in SAID.channels)},
    ],
)
def test_where_nothing_is_left_the_experts_words_stand(changes: dict[str, object]) -> None:
    found, repairs = mended(**changes)
    assert found == SAID
    assert repairs


def test_what_a_model_left_empty_is_not_filled() -> None:
    """Silence is a gap for critics to see."""
    assert mended(positioning="", claims=(), pillars=())[0].positioning == ""
    assert mended(claims=(), pillars=())[0].claims == ()


def test_channels_without_money_and_segments_that_are_none_go() -> None:
    note = ChannelNote(channel="doorstep", role="sells", why="It sells.")
    angle = Angle(segment="seg-purchased", message="Buy.")
    found, repairs = mended(channels=(*SAID.channels, note), angles=(*SAID.angles, angle))
    assert found == SAID
    assert {r.kind: r.count for r in repairs} == {"unknown_channel": 1, "unknown_segment": 1}


def test_a_claim_that_cites_nothing_becomes_an_assumption() -> None:
    loose = Claim(id="cl-01", text="Mornings are long.", status="supported")
    found, repairs = mended(claims=(loose,))
    assert found.claims[0].status == "assumption"
    assert repairs[0].kind == "unfounded_claim"


def test_a_summary_keeps_its_honest_sentences_and_risks() -> None:
    good = summarise(SummariseTask(DESK, proposal("growth"), OPTION))
    bad = SummaryWords(
        summary=f"{good.summary} {LIE}", risks=(*good.risks, good.risks[0].model_copy(update={"sign": LIE}))
    )
    assert mended_summary(DESK, proposal("growth"), OPTION, Answer(bad, "m", "", "")) == (
        good,
        (Repair(part="summary", kind="untraced_number", count=2),),
    )
    only_bad = SummaryWords(summary=good.summary, risks=bad.risks[-1:])
    assert mended_summary(DESK, proposal("growth"), OPTION, Answer(only_bad, "m", "", ""))[0].risks


def test_repairs_add_up_by_part_and_kind() -> None:
    one, two = counted("a", ["untraced_number"]), counted("a", ["untraced_number", "outside_words"])
    assert {(r.kind, r.count) for r in added_up((*one, *two))} == {("untraced_number", 2), ("outside_words", 1)}
