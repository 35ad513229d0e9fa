"""Steps in memory as a share of a tenant's data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.person import Person
from nexusplanner.domain.step import Step
from nexusplanner.persistence.steps_memory import InMemorySteps
from nexusplanner.ports.personal_data import Amount, Kept


class InMemoryStepData:
    """What the decision log of one process tells of a tenant.

    Args:
        steps: The log.
    """

    def __init__(self, steps: InMemorySteps) -> None:
        self._steps = steps

    def amounts(self, *, tenant: str) -> tuple[Amount, ...]:
        """Tell how many decisions there are, and how long they are as JSON."""
        sizes = [len(step.model_dump_json()) for step in self._steps.told(tenant)]
        return (Amount("decisions", len(sizes), sum(sizes)),) if sizes else ()

    def export(self, *, tenant: str) -> Iterator[Kept]:
        """Yield the decisions, in the order they were taken."""
        for step in self._steps.told(tenant):
            yield Kept("decisions", step.id, _json(step))

    def erase(self, person: Person, *, tenant: str) -> int:
        """Take a person out of the decisions."""
        known = self._steps.told(tenant)
        left = [Step.model_validate(person.taken_out_of(_json(s))) if person.is_in(_json(s)) else s for s in known]
        changed = sum(now is not before for now, before in zip(left, known, strict=True))
        if changed:
            self._steps.replace(left, tenant=tenant)
        return changed

    def forget(self, *, tenant: str) -> int:
        """Let go of the decisions."""
        known = len(self._steps.told(tenant))
        self._steps.replace((), tenant=tenant)
        return known


def _json(step: Step) -> JsonObject:
    return cast(JsonObject, step.model_dump(mode="json"))
