"""What a model cites is filed where it belongs; what it counts without a source is left out."""

from __future__ import annotations

import pytest
from tests.unit.agents.grounds import Ground, told, words

from nexusplanner.agents.filing import UNTRACED, cited, filed, traced
from nexusplanner.domain.proposal import Claim, ProposalWords

DESK, OPTION = told("growth", Ground())
COMPUTED = next(c for c in DESK.calculations if c.name == "response_curves" and c.evidence)
ROW = next(e.id for e in DESK.evidence if e.id not in COMPUTED.evidence)


def claim(**changes: object) -> Claim:
    """File one claim."""
    given = Claim.model_validate({"id": "x", "text": "It sells.", "status": "supported", **changes})
    said = words("growth", Ground()).model_copy(update={"claims": (given,)})
    (found,) = filed(said, DESK.calculations).claims
    return found


def test_the_experts_words_are_filed_already() -> None:
    said = words("growth", Ground())
    assert filed(said, DESK.calculations) == said


def test_ids_are_told_apart_and_kept_once() -> None:
    found = cited((ROW, COMPUTED.id, ROW, "unknown"), DESK.calculations)
    assert found.evidence == (ROW, "unknown"), "what leads nowhere is for the checks to find"
    assert found.calculations == (COMPUTED.id,)


def test_a_calculation_cited_as_evidence_moves_and_brings_its_own_evidence() -> None:
    found = claim(evidence=(COMPUTED.id,))
    assert (found.evidence, found.calculations) == (COMPUTED.evidence, (COMPUTED.id,))


def test_evidence_cited_as_a_calculation_moves() -> None:
    found = claim(calculations=(ROW,))
    assert (found.evidence, found.calculations) == ((ROW,), ())


def test_an_assumption_with_a_calculation_stays_without_evidence() -> None:
    """Nobody's rows stand behind an assumption only because something was computed for it."""
    found = claim(status="assumption", calculations=(COMPUTED.id,))
    assert (found.status, found.evidence, found.calculations) == ("assumption", (), (COMPUTED.id,))


def test_pillars_and_notes_cite_evidence_alone() -> None:
    said = words("growth", Ground())
    mixed = said.model_copy(
        update={
            "pillars": tuple(p.model_copy(update={"proof": (COMPUTED.id,)}) for p in said.pillars),
            "channels": tuple(n.model_copy(update={"evidence": (ROW, COMPUTED.id)}) for n in said.channels),
        }
    )
    found = filed(mixed, DESK.calculations)
    assert {p.proof for p in found.pillars} == {COMPUTED.evidence}
    assert {n.evidence for n in found.channels} == {(ROW,)}


def test_claims_are_numbered_by_code() -> None:
    said = words("growth", Ground())
    same: ProposalWords = said.model_copy(
        update={"claims": tuple(c.model_copy(update={"id": "same"}) for c in said.claims)}
    )
    assert [c.id for c in filed(same, DESK.calculations).claims] == [c.id for c in said.claims]


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Search carries it.", "Search carries it."),
        ("Search carries it. It brings 987,654 people! Social helps.", "Search carries it. Social helps."),
        ("Only 987,654 people care.", UNTRACED),
        ("", ""),
    ],
)
def test_sentences_that_count_what_no_source_counts_are_left_out(said: str, left: str) -> None:
    assert traced(said, DESK.pool) == left
