"""Learning: the verbs that are about what campaigns really brought."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from nexusplanner.domain.audit import AuditAction, AuditNote
from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.domain.history import ChannelHistory
from nexusplanner.domain.lesson import Lesson, LessonStatus
from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.outcome import Outcome, OutcomeRow
from nexusplanner.domain.outcome_report import OutcomeReport
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.domain.remembered import Remembered
from nexusplanner.errors import ConfigurationError
from nexusplanner.learning import Experience, learn
from nexusplanner.learning.experience import words_of
from nexusplanner.planner.auditing import AuditingCore
from nexusplanner.planner.entering import acts, acts_on_plan
from nexusplanner.ports.plans import PlanQuery

MOST_RECALLED = 200
"""Plans, the newest, among which is looked."""
Rows = str | Path | Sequence[OutcomeRow | Mapping[str, object]]
"""The path of a CSV or Parquet file, or rows."""


class LearningCore(AuditingCore):
    """Plans campaigns, refines plans, audits what was done, and learns from what came of it."""

    @acts_on_plan("record_outcome")
    async def arecord_outcome(
        self, plan_id: str | CampaignPlan, outcome: Rows, *, tenant: str | None = None
    ) -> OutcomeReport:
        """Report what a plan's campaign brought, and learn from it.

        Each channel's forecast is held against what came, for the money that was really spent. The curves move by
        Bayes, the widths of coming forecasts are set by how earlier ones did, and small lessons are written down;
        later plans of the tenant rest on them. Reporting the same rows again changes nothing; other rows of the same
        plan take the place of those before.

        Args:
            plan_id: The plan that was carried out, by its id; one that was handed in is kept, too.
            outcome: One row a date (or week) and channel: ``date, channel, spend`` and any of ``impressions, clicks,
                conversions, revenue``. A file, whose columns may go by the names that a history's go by, or rows.
            tenant: Whose plan it is.

        Raises:
            InputError: There is no such plan, it was changed by hand, or the rows cannot be used: a column is
                missing, too many are bad, or none lies in the plan's period.
        """
        owner, experience = self._tenant(tenant), self._experience
        plan = await self._handed_in(plan_id, tenant)
        rows = await asyncio.to_thread(self._read, outcome)
        known = await experience.learned(plan.objective.metric, tenant=owner, but=plan.id)
        record, report = await asyncio.to_thread(learn, plan, rows, known=known, today=self._parts.clock())
        before = [o for o in await experience.outcomes.list(tenant=owner) if o.id == record.outcome.id]
        if before:
            if not await self._is_noted("outcome.recorded", record.outcome.id, tenant=owner):  # killed in between
                await self._note("outcome.recorded", record.outcome.id, {"plan": plan.id}, tenant=owner)
            return report.model_copy(update={"outcome": before[0], "is_known": True})
        await experience.outcomes.record(record, tenant=owner)
        await self._note("outcome.recorded", record.outcome.id, {"plan": plan.id}, tenant=owner)
        return report

    @acts("list")
    async def aoutcomes(self, *, tenant: str | None = None) -> tuple[Outcome, ...]:
        """Return what was reported, the latest campaign first."""
        return await self._experience.outcomes.list(tenant=self._tenant(tenant))

    @acts("list")
    async def alessons(self, *, status: LessonStatus | None = None, tenant: str | None = None) -> tuple[Lesson, ...]:
        """Return what outcomes taught, each lesson with how often it helped and hurt, the newest first."""
        return await self._experience.lessons.list(tenant=self._tenant(tenant), status=status)

    @acts("record_outcome")
    async def awithdraw_lesson(self, lesson_id: str, *, tenant: str | None = None) -> Lesson:
        """Take a lesson out of use: no later plan is told of it.

        Raises:
            InputError: The tenant has no such lesson.
        """
        owner = self._tenant(tenant)
        lesson = await self._experience.lessons.withdraw(lesson_id, tenant=owner)
        await self._note("lesson.withdrawn", lesson.id, {"outcome": lesson.outcome}, tenant=owner)
        return lesson

    @acts("list")
    async def arecall(
        self, about: str | CampaignBrief, *, k: int = 8, tenant: str | None = None
    ) -> tuple[Remembered, ...]:
        """Return what earlier runs left that matters most: finished plans, outcomes and lessons, best first.

        A plan's run is told of outcomes and lessons by itself; plans of which nothing was reported say nothing of
        what works, and are found here alone.

        Args:
            about: Words, or a brief.
            k: How many.
            tenant: Whose.
        """
        owner, query = self._tenant(tenant), about if isinstance(about, str) else words_of(about)
        plans = await self._parts.plans.list(PlanQuery(limit=MOST_RECALLED), tenant=owner)
        return await self._experience.remember(query, plans=plans, tenant=owner, today=self._parts.clock(), k=k)

    async def _note(self, action: AuditAction, subject: str, details: JsonObject, *, tenant: str) -> None:
        if self._parts.audit is not None:
            note = AuditNote(action=action, subject=subject, details=details)
            await self._parts.audit.aappend(note, tenant=tenant)

    async def _is_noted(self, action: AuditAction, subject: str, *, tenant: str) -> bool:
        if (audit := self._parts.audit) is None:
            return True
        read = partial(audit.read, tenant=tenant, action=action, subject=subject, limit=1)
        return bool(await asyncio.to_thread(read))

    @property
    def _experience(self) -> Experience:
        if self._parts.experience is None:
            raise ConfigurationError("This planner keeps no outcomes.", fix="Wire it with an Experience.")
        return self._parts.experience

    def _read(self, outcome: Rows) -> ChannelHistory:
        if not isinstance(outcome, str | Path):
            from nexusplanner.adapters.history.objects import read_objects

            return read_objects(outcome)
        from nexusplanner.adapters.history.outcome_file import read_outcome

        return read_outcome(self._given.base / outcome, max_bad_share=self.settings.max_bad_share)
