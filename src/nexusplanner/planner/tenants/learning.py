"""A tenant's handle: the verbs that are about what campaigns really brought, async and sync."""

from __future__ import annotations

from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.domain.lesson import Lesson, LessonStatus
from nexusplanner.domain.outcome import Outcome
from nexusplanner.domain.outcome_report import OutcomeReport
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.domain.remembered import Remembered
from nexusplanner.planner.background import run_in_background
from nexusplanner.planner.learning import Rows
from nexusplanner.planner.tenants.records import TenantRecords
from nexusplanner.tenancy import acting_as


class TenantLearning(TenantRecords):
    """Learns from what came of one tenant's campaigns."""

    async def arecord_outcome(self, plan_id: str | CampaignPlan, outcome: Rows) -> OutcomeReport:
        """Report what a plan's campaign brought; see :meth:`Planner.arecord_outcome`."""
        with acting_as(self._user):
            return await self._planner.arecord_outcome(plan_id, outcome, tenant=self._name)

    async def aoutcomes(self) -> tuple[Outcome, ...]:
        """Return what was reported; see :meth:`Planner.aoutcomes`."""
        with acting_as(self._user):
            return await self._planner.aoutcomes(tenant=self._name)

    async def alessons(self, *, status: LessonStatus | None = None) -> tuple[Lesson, ...]:
        """Return what outcomes taught; see :meth:`Planner.alessons`."""
        with acting_as(self._user):
            return await self._planner.alessons(status=status, tenant=self._name)

    async def awithdraw_lesson(self, lesson_id: str) -> Lesson:
        """Take a lesson out of use; see :meth:`Planner.awithdraw_lesson`."""
        with acting_as(self._user):
            return await self._planner.awithdraw_lesson(lesson_id, tenant=self._name)

    async def arecall(self, about: str | CampaignBrief, *, k: int = 8) -> tuple[Remembered, ...]:
        """Return what earlier runs left that matters most; see :meth:`Planner.arecall`."""
        with acting_as(self._user):
            return await self._planner.arecall(about, k=k, tenant=self._name)

    def record_outcome(self, plan_id: str | CampaignPlan, outcome: Rows) -> OutcomeReport:
        """Report what a plan's campaign brought; the sync twin of :meth:`arecord_outcome`."""
        return run_in_background(self.arecord_outcome(plan_id, outcome))

    def outcomes(self) -> tuple[Outcome, ...]:
        """Return what was reported; the sync twin of :meth:`aoutcomes`."""
        return run_in_background(self.aoutcomes())

    def lessons(self, *, status: LessonStatus | None = None) -> tuple[Lesson, ...]:
        """Return what outcomes taught; the sync twin of :meth:`alessons`."""
        return run_in_background(self.alessons(status=status))

    def withdraw_lesson(self, lesson_id: str) -> Lesson:
        """Take a lesson out of use; the sync twin of :meth:`awithdraw_lesson`."""
        return run_in_background(self.awithdraw_lesson(lesson_id))

    def recall(self, about: str | CampaignBrief, *, k: int = 8) -> tuple[Remembered, ...]:
        """Return what earlier runs left that matters most; the sync twin of :meth:`arecall`."""
        return run_in_background(self.arecall(about, k=k))
