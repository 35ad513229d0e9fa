"""The campaign plan: everything a marketing director signs, and everything needed to check it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from nexusplanner.domain.approval import Approval
from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.change import Refinement
from nexusplanner.domain.critique import Verdict
from nexusplanner.domain.debate import Debate
from nexusplanner.domain.difference import Apart
from nexusplanner.domain.evidence import Evidence
from nexusplanner.domain.model import DomainModel
from nexusplanner.domain.proposal import Claim
from nexusplanner.domain.repair import Repair
from nexusplanner.domain.sections import (
    Activity,
    Alternative,
    Cost,
    Degraded,
    Experiment,
    Measure,
    PlannedBudget,
    PlannedChannel,
    PlannedForecast,
    PlannedObjective,
    PlannedSegment,
    Provenance,
    Risk,
    RuleCheck,
    Strategy,
)

if TYPE_CHECKING:
    from nexusplanner.domain.explanation import Explanation
    from nexusplanner.rendering import Plot

PlanStatus = Literal["complete", "needs_approval", "degraded", "refused"]


class CampaignPlan(DomainModel):
    """A campaign plan. ``figures`` and ``seal`` are what ``verify`` checks it by.

    ``created_at`` is midnight UTC of the planning day: a plan depends on the date, not on the
    hour, so two runs with the same inputs and seed on one day are equal byte for byte.
    """

    id: str
    version: int
    tenant: str
    created_at: datetime
    status: PlanStatus
    seed: int
    brief: CampaignBrief
    summary: str
    objective: PlannedObjective
    segments: tuple[PlannedSegment, ...]
    strategy: Strategy
    channels: tuple[PlannedChannel, ...]
    budget: PlannedBudget
    calendar: tuple[Activity, ...]
    forecast: PlannedForecast
    experiments: tuple[Experiment, ...]
    measurement: tuple[Measure, ...]
    risks: tuple[Risk, ...]
    compliance: tuple[RuleCheck, ...]
    alternatives: tuple[Alternative, ...]
    dissent: tuple[str, ...]
    claims: tuple[Claim, ...]
    evidence: tuple[Evidence, ...]
    calculations: tuple[Calculation, ...]
    critique: tuple[Verdict, ...]
    debate: Debate
    provenance: tuple[Provenance, ...]
    cost: Cost
    degraded: tuple[Degraded, ...]
    repairs: tuple[Repair, ...] = ()
    """What models wrote that was mended or left out before it could be shipped, by part and kind."""
    differences: tuple[Apart, ...] = ()
    """How far the proposals lie apart, by pair."""
    notes: tuple[str, ...] = ()
    """What a reader should know of how the plan came about (which embedding answered, say)."""
    refinement: Refinement | None = None
    """Where this version comes from; None for a plan that was made from a brief."""
    approval: Approval | None = None
    """Who decided what about this content, and when; None where nobody was asked, or has answered."""
    figures: dict[str, str] = Field(default_factory=dict)
    """JSON pointer of a number in this plan -> ``<calculation id>#<pointer into its outputs>``."""
    seal: dict[str, str] = Field(default_factory=dict)
    """JSON pointer of a group of values -> fingerprints of each, so that a changed one is named."""

    def calculation(self, name: str) -> Calculation | None:
        """Return the first calculation of a calculator, or None."""
        return next((c for c in self.calculations if c.name == name), None)

    @property
    def root(self) -> str:
        """Id of version 1 of this plan."""
        return self.refinement.root if self.refinement else self.id

    def to_json(self) -> str:
        """Write plan.json."""
        return self.model_dump_json(indent=1) + "\n"

    def to_markdown(self) -> str:
        """Write the plan as Markdown, for reading."""
        from nexusplanner.rendering import to_markdown

        return to_markdown(self)

    def to_html(self) -> str:
        """Write the plan as one self-contained HTML page with charts."""
        from nexusplanner.rendering import to_html

        return to_html(self)

    def plot(self, calculation: str) -> Plot:
        """Draw the calculation of this name that the plan's own figures come from (``forecast``).

        Raises:
            InputError: The plan has no such calculation, or it has no picture.
        """
        from nexusplanner.rendering import to_plan_plot

        return to_plan_plot(self, calculation)

    def explain(self, what: str) -> Explanation:
        """Follow a line of the plan to what it rests on; print it, or see it in a notebook.

        Args:
            what: The id of a claim, evidence or calculation; a place such as ``budget.lines[0].amount``; the name
                of a channel, segment, criterion or calculator; ``choice`` for the choice of the proposal; or
                some words of a line.

        Raises:
            InputError: There is no such thing in the plan; names what is nearest.
        """
        from nexusplanner.domain.explaining import explain

        return explain(self, what)

    def save(self, folder: str | Path) -> tuple[Path, ...]:
        """Write plan.json, plan.md, plan.html, calendar.ics and budget.csv into a folder.

        Raises:
            StorageError: The folder cannot be written; nothing is left half-written.
        """
        from nexusplanner.rendering import save_plan

        return save_plan(self, Path(folder))

    @classmethod
    def load(cls, path: str | Path) -> CampaignPlan:
        """Read a plan.json.

        Raises:
            InputError: Not a plan; names the file and the field.
        """
        from nexusplanner.domain.plan_file import load_plan

        return load_plan(Path(path))

    def _repr_html_(self) -> str:
        from nexusplanner.rendering import to_notebook

        return to_notebook(self)

    def __repr__(self) -> str:
        p = self.forecast
        return (
            f"<CampaignPlan {self.id} v{self.version} {self.brief.name!r}: {self.budget.total} {self.budget.currency}"
            f" over {len(self.budget.lines)} channels, {p.metric} {p.p10:,.0f} to {p.p90:,.0f}, {self.status}>"
        )
