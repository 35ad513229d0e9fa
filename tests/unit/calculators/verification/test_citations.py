"""Every id leads to evidence that is still what was found."""

from __future__ import annotations

import pytest
from tests.unit.calculators.verification.test_report import put

from nexusplanner.calculators.verification import check_citations
from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.plan import CampaignPlan


def test_all_citations_of_a_sound_plan_resolve(sealed_plan: CampaignPlan) -> None:
    check = check_citations(sealed_plan)
    assert check.failures == ()
    assert check.resolved >= len(sealed_plan.segments) + len(sealed_plan.channels)


_TURN = {"round": 1, "voice": "A", "about": "p/money", "stance": "fail", "argument": "No."}
_VERDICT = {"criterion": "money", "passed": True, "score": 1.0}


@pytest.mark.parametrize(
    ("pointer", "value", "where"),
    [
        ("/claims/0/evidence/0", "ev-none", "/claims/0/evidence/0"),
        ("/claims/0/calculations/0", "calc-none", "/claims/0/calculations/0"),
        ("/segments/0/evidence/0", "ev-none", "/segments/0/evidence/0"),
        ("/channels/0/evidence/0", "ev-none", "/channels/0/evidence/0"),
        ("/strategy/pillars/0/proof/0", "ev-none", "/strategy/pillars/0/proof/0"),
        ("/calculations/0/evidence/0", "ev-none", "/calculations/0/evidence/0"),
        ("/critique", [{**_VERDICT, "evidence": ["ev-none"]}], "/critique/0/evidence/0"),
        ("/debate/turns", [{**_TURN, "evidence": ["ev-none"]}], "/debate/turns/0/evidence/0"),
        ("/debate/turns", [{**_TURN, "calculations": ["calc-none"]}], "/debate/turns/0/calculations/0"),
        ("/evidence/0/quote", "something else", "/evidence/0/quote"),
        ("/evidence/0/sha256", "0" * 64, "/evidence/0/quote"),
        ("/claims/0/evidence", [], "/claims/0"),
        ("/claims/1/id", "c-1", "/claims/1/id"),
    ],
)
def test_what_leads_nowhere_is_named(tree: JsonObject, pointer: str, value: object, where: str) -> None:
    plan = CampaignPlan.model_validate(put(tree, pointer, value))
    assert where in {failure.where for failure in check_citations(plan).failures}


def test_a_verdict_may_cite_a_calculation(tree: JsonObject, sealed_plan: CampaignPlan) -> None:
    verdict = {**_VERDICT, "evidence": [sealed_plan.calculations[0].id]}
    assert check_citations(CampaignPlan.model_validate(put(tree, "/critique", [verdict]))).failures == ()


def test_an_assumption_needs_no_evidence(sealed_plan: CampaignPlan) -> None:
    assert any(c.status == "assumption" and not c.evidence for c in sealed_plan.claims)
    assert check_citations(sealed_plan).failures == ()
