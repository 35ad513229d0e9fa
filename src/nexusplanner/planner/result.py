"""What a run gives back."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from nexusplanner.domain.change import Change, Refusal
from nexusplanner.domain.comparison import Comparison
from nexusplanner.domain.debate import Debate
from nexusplanner.domain.decision import Pending
from nexusplanner.domain.plan import CampaignPlan, PlanStatus
from nexusplanner.domain.sections import Cost, Degraded
from nexusplanner.domain.timeline import Timeline
from nexusplanner.observability.events import Event


@dataclass(frozen=True)
class PlanResult:
    """A plan, or why there is none yet, and how it came about."""

    run_id: str
    status: PlanStatus
    plan: CampaignPlan | None = None
    pending: tuple[Pending, ...] = ()
    """Questions that wait for a decision; answer them with ``Planner.resume``."""
    questions: tuple[str, ...] = ()
    """What the brief does not say, where the run was refused for that."""
    changes: tuple[Change, ...] = ()
    """What feedback changed; empty for a plan that was made from a brief."""
    refused: tuple[Refusal, ...] = ()
    """What feedback asked for and did not get, and why."""
    difference: Comparison | None = None
    """Everything in which a refined plan differs from the version it was made from."""
    events: tuple[Event, ...] = field(default=(), repr=False)
    timeline: Timeline = field(default_factory=Timeline, repr=False)
    """Who worked when, on which rung, for how long and for how much; no part of the plan."""

    def save(self, folder: str | Path) -> tuple[Path, ...]:
        """Write the plan's files into a folder, the timeline in plan.html and as timeline.json beside them.

        Returns:
            The paths, plan.json first; none where there is no plan.

        Raises:
            StorageError: The folder cannot be written; nothing is left half-written.
        """
        from nexusplanner.rendering import save_plan

        return save_plan(self.plan, Path(folder), timeline=self.timeline) if self.plan else ()

    @property
    def degraded(self) -> tuple[Degraded, ...]:
        """What could not be done as asked, and why."""
        return self.plan.degraded if self.plan else ()

    @property
    def cost(self) -> Cost:
        """What the run cost."""
        return self.plan.cost if self.plan else Cost()

    @property
    def debate(self) -> Debate | None:
        """The record of the debate, or of why none was needed."""
        return self.plan.debate if self.plan else None

    def __repr__(self) -> str:
        asked = f", asks {len(self.pending) + len(self.questions)}" if self.pending or self.questions else ""
        return f"<PlanResult {self.run_id} {self.status}{asked}: {self.plan!r}>"

    def _repr_html_(self) -> str:
        from html import escape

        if self.plan is not None:
            return self.plan._repr_html_() + (self.timeline._repr_html_() if self.timeline.shifts else "")
        items = "".join(f"<li>{escape(q)}</li>" for q in self.questions)
        return f"<p><strong>{escape(self.status)}</strong></p><ul>{items}</ul>"
