"""A timeline: who worked when on a plan, on which rung, for how long and for how much.

It tells of one run and is no part of the plan: the same brief gives the same plan, never the same times.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from nexusplanner.domain.model import DomainModel
from nexusplanner.domain.sections import Exact

if TYPE_CHECKING:
    from nexusplanner.rendering import Plot

ShiftKind = Literal["stage", "agent"]
CODE = "code"


class Shift(DomainModel):
    """One stretch of work."""

    kind: ShiftKind
    """``stage`` is a node of the graph, with all that was done in it; ``agent`` one answer."""
    who: str
    """The node or tool (``size``, ``crm``), or the agent's role (``strategist``)."""
    branch: str = ""
    """Which of those that work side by side: ``growth``."""
    task: str = ""
    """What an agent was asked (``strategist.propose``)."""
    rung: str = CODE
    """``code``, ``rules``, or the provider and model that answered; empty where none did."""
    began_s: float
    """Seconds since the run began."""
    ended_s: float
    calls: int = 0
    cached_calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    usd: Exact = Decimal(0)
    attempts: int = 0
    """Requests it took of the model that answered; 0 where none was asked."""
    score: float | None = None
    """How good the answer is, 0-1; None where nobody looked."""
    lost: int = 0
    """Rungs above that did not answer."""

    @property
    def took_s(self) -> float:
        """How long it took, in seconds."""
        return self.ended_s - self.began_s


class Timeline(DomainModel):
    """The work of one run, in the order it began."""

    shifts: tuple[Shift, ...] = ()

    @property
    def total_s(self) -> float:
        """Seconds from the run's begin to the end of its last work."""
        return max((s.ended_s for s in self.shifts), default=0.0)

    @property
    def answers(self) -> tuple[Shift, ...]:
        """What agents did."""
        return tuple(s for s in self.shifts if s.kind == "agent")

    def followed_by(self, later: Timeline) -> Timeline:
        """Join the work after a decision; the time it was waited for is left out."""
        start = self.total_s
        moved = [
            s.model_copy(update={"began_s": round(s.began_s + start, 4), "ended_s": round(s.ended_s + start, 4)})
            for s in later.shifts
        ]
        return Timeline(shifts=(*self.shifts, *moved))

    def to_json(self) -> str:
        """Write timeline.json."""
        return self.model_dump_json(indent=1) + "\n"

    def plot(self) -> Plot:
        """Draw the timeline; a notebook shows the result, and it can be saved.

        Raises:
            InputError: Nothing was done.
        """
        from nexusplanner.rendering import to_timeline_plot

        return to_timeline_plot(self)

    def _repr_html_(self) -> str:
        return self.plot()._repr_html_() if self.shifts else "<p>No work was recorded.</p>"

    def __repr__(self) -> str:
        return f"<Timeline of {self.total_s:.2f} s: {len(self.shifts)} shifts, {len(self.answers)} answers>"
