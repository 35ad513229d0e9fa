"""Erasing: a person is taken out of a plan, and the plan is sealed again, so that it still verifies.

Quotes are fingerprinted anew. A calculation whose inputs named the person gets the id of what its inputs are now, and
whatever cites it follows. The plan keeps its own id, for runs, approvals and outcomes know it by that, and its notes
say what was done.
"""

from __future__ import annotations

import json
from typing import cast

from pydantic import JsonValue

from nexusplanner.calculators.verification.seal import ERASED, plan_id, seal
from nexusplanner.domain.calculation import calculation_id, canonical
from nexusplanner.domain.fingerprint import sha256_of
from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.person import Person
from nexusplanner.domain.plan import CampaignPlan

NOTE = "What named a person was erased on request; the plan was sealed again."


def without_person(plan: CampaignPlan, person: Person) -> CampaignPlan | None:
    """Return a plan with ``[erased]`` in a person's place; None where it does not name them."""
    written = cast(JsonObject, plan.model_dump(mode="json"))
    content = {key: value for key, value in written.items() if key not in ("id", "seal", "tenant")}
    if not person.is_in(content):
        return None
    left = cast(JsonObject, person.taken_out_of(content))
    for item in _objects(left["evidence"]):
        item["sha256"] = sha256_of(str(item["quote"]))
    left = _renamed(left)
    notes = [note for note in cast(list[JsonValue], left["notes"]) if note != NOTE]
    left |= {"notes": [*notes, NOTE], "tenant": plan.tenant}
    sealed: JsonObject = {**seal(left), ERASED: plan_id(left)}
    return CampaignPlan.model_validate({**left, "id": plan.id, "seal": sealed})


def _renamed(plan: JsonObject) -> JsonObject:
    """Give calculations the ids that follow from their inputs, wherever they are cited."""
    text = json.dumps(plan, ensure_ascii=False)
    for made in _objects(plan["calculations"]):
        now = calculation_id(str(made["name"]), str(made["version"]), canonical(made["inputs"]))
        text = text.replace(str(made["id"]), now)
    return cast(JsonObject, json.loads(text))


def _objects(items: JsonValue) -> list[JsonObject]:
    return cast(list[JsonObject], items)
