"""An outcome report: forecast against actual, what moved, how wide forecasts are from now on, what was learnt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nexusplanner.domain.lesson import Lesson
from nexusplanner.domain.model import DomainModel
from nexusplanner.domain.outcome import ForecastCheck, Outcome
from nexusplanner.domain.quality import DataQuality

if TYPE_CHECKING:
    from nexusplanner.rendering import Plot


class Move(DomainModel):
    """How far an outcome moved one channel's curve, at the money a week that was spent."""

    channel: str
    weekly_spend: float
    before: float | None
    """Metric a week that was expected before; None where the channel was not known."""
    after: float


class OutcomeReport(DomainModel):
    """What came of reporting an outcome. It shows itself in a notebook, and can be drawn."""

    outcome: Outcome
    moves: tuple[Move, ...] = ()
    factor_before: float = 1.0
    """What widths were multiplied by before this outcome."""
    factor: float = 1.0
    """What widths of the tenant's forecasts of this metric are multiplied by from now on."""
    lessons: tuple[Lesson, ...] = ()
    helped: tuple[str, ...] = ()
    """Ids of earlier lessons that this outcome counts as helpful."""
    hurt: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    is_known: bool = False
    """Whether the same rows were reported before, so that nothing was changed."""

    @property
    def total(self) -> ForecastCheck:
        """All channels together."""
        return self.outcome.total

    @property
    def channels(self) -> tuple[ForecastCheck, ...]:
        """Each channel."""
        return self.outcome.channels

    @property
    def quality(self) -> tuple[DataQuality, ...]:
        """How many reported rows could be read, and which were left out."""
        return self.outcome.rows.quality

    def to_text(self) -> str:
        """Write the report as plain lines."""
        from nexusplanner.rendering import to_outcome_text

        return to_outcome_text(self)

    def plot(self) -> Plot:
        """Draw each channel's forecast interval and what came; a notebook shows the result, and it can be saved."""
        from nexusplanner.rendering import to_outcome_plot

        return to_outcome_plot(self)

    def _repr_html_(self) -> str:
        from nexusplanner.rendering import to_outcome_card

        return to_outcome_card(self)

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        t = self.total
        return (
            f"<OutcomeReport {self.outcome.id} of {self.outcome.name!r}: {t.actual:,.0f} {self.outcome.metric}, "
            f"{t.expected.p10:,.0f} to {t.expected.p90:,.0f} expected, {len(self.lessons)} lessons>"
        )
