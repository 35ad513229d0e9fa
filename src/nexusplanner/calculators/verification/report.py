"""Verification: a plan is checked as a whole, and the report names what fails."""

from __future__ import annotations

from pydantic import ValidationError

from nexusplanner.calculators.verification.arithmetic import check_arithmetic
from nexusplanner.calculators.verification.citations import check_citations
from nexusplanner.calculators.verification.failure import Failure
from nexusplanner.calculators.verification.figures import check_figures
from nexusplanner.calculators.verification.plan_prose import check_prose
from nexusplanner.calculators.verification.seal import check_id, check_seal
from nexusplanner.domain.model import DomainModel, JsonObject
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.domain.pointer import escaped

_SHOWN = 5


class VerificationReport(DomainModel):
    """What was checked, and what does not hold."""

    calculations_recomputed: int
    """Calculations that gave their stored outputs again."""
    figures_recomputed: int
    """Numbers of the plan that are what a recomputed calculation answers."""
    citations_resolved: int
    numbers_traced: int
    """Numbers in the plan's prose that were found in brief, evidence or calculations."""
    failures: tuple[Failure, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing failed."""
        return not self.failures

    def __repr__(self) -> str:
        counts = (
            f"{self.figures_recomputed} figures recomputed, {self.citations_resolved} citations resolved,"
            f" {self.numbers_traced} numbers traced, {len(self.failures)} failed"
        )
        first = "; ".join(str(failure) for failure in self.failures[:_SHOWN])
        more = f"; {len(self.failures) - _SHOWN} more" if len(self.failures) > _SHOWN else ""
        return f"<VerificationReport {counts}{': ' if first else ''}{first}{more}>"

    __str__ = __repr__


def verify_plan(plan: CampaignPlan | JsonObject) -> VerificationReport:
    """Recompute every figure, resolve every citation, trace every number in prose, check sums and seal.

    Args:
        plan: A plan, or a plan.json as plain data. Hand in the data where there is a file: values are
            then compared as they stand in it.

    Returns:
        The report; a plan.json that is no plan gives a report that names the fields at fault.
    """
    tree: JsonObject = plan.model_dump(mode="json") if isinstance(plan, CampaignPlan) else plan
    sealed = (*check_seal(tree), *check_id(tree))
    try:
        typed = plan if isinstance(plan, CampaignPlan) else CampaignPlan.model_validate(tree)
    except ValidationError as error:
        return VerificationReport(
            calculations_recomputed=0,
            figures_recomputed=0,
            citations_resolved=0,
            numbers_traced=0,
            failures=(*sealed, *_malformed(error)),
        )
    figures, citations, prose = check_figures(typed, tree), check_citations(typed), check_prose(typed)
    return VerificationReport(
        calculations_recomputed=figures.calculations,
        figures_recomputed=figures.figures,
        citations_resolved=citations.resolved,
        numbers_traced=prose.traced,
        failures=(
            *sealed,
            *figures.failures,
            *check_arithmetic(typed),
            *citations.failures,
            *prose.failures,
        ),
    )


def _malformed(error: ValidationError) -> tuple[Failure, ...]:
    return tuple(
        Failure(where="".join(f"/{escaped(part)}" for part in d["loc"]) or "/", problem=f"not a plan: {d['msg']}")
        for d in error.errors(include_url=False, include_input=False)
    )
