"""The decision log: the verbs that look into what agents were asked and answered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from nexusplanner.domain.step import Step, StepPage, StepQuery
from nexusplanner.errors import StorageError
from nexusplanner.planner.background import run_in_background
from nexusplanner.planner.core import PlannerCore
from nexusplanner.planner.entering import acts

_PAGE = 1000


class DecisionVerbs(PlannerCore):
    """Looks into the decision log."""

    @acts("usage")
    async def adecisions(
        self,
        *,
        run: str | None = None,
        agent: str | None = None,
        model: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        after: str = "",
        size: int = 100,
        tenant: str | None = None,
    ) -> StepPage:
        """Return a page of what agents decided, in the order it was decided.

        Args:
            run: Of this run alone.
            agent: By this role alone: ``critic``.
            model: Answered by it: ``rules``, ``openai:gpt-5-mini``.
            since: From this moment on.
            until: Before this moment.
            after: Where the page before ended: its ``following``.
            size: Steps of the page, 1 to 1000.
            tenant: Whose decisions.
        """
        query = StepQuery(run=run, agent=agent, rung=model, since=since, until=until, after=after, size=size)
        if (desk := self._parts.steps) is None:
            return StepPage()
        await desk.awritten()
        return await desk.store.page(query, tenant=self._tenant(tenant))

    def decisions(
        self,
        *,
        run: str | None = None,
        agent: str | None = None,
        model: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        after: str = "",
        size: int = 100,
        tenant: str | None = None,
    ) -> StepPage:
        """Return a page of what agents decided; the sync twin of :meth:`adecisions`."""
        return run_in_background(
            self.adecisions(
                run=run, agent=agent, model=model, since=since, until=until, after=after, size=size, tenant=tenant
            )
        )

    def export_decisions(self, file: str | Path, *, run: str | None = None, tenant: str | None = None) -> int:
        """Write the decision log as JSON lines, a decision a line, and return how many there are.

        Args:
            file: Where to; it appears when it is whole, and is readable by its owner alone.
            run: Of this run alone.
            tenant: Whose decisions.

        Raises:
            StorageError: It cannot be written.
        """
        target, count = Path(file), 0
        draft = target.with_name(f".{target.name}.part")
        try:
            draft.touch(mode=0o600)
            with draft.open("w", encoding="utf-8") as lines:
                for step in self._each(run, tenant):
                    lines.write(step.model_dump_json() + "\n")
                    count += 1
            draft.replace(target)
        except OSError as error:
            raise StorageError(f"{target} cannot be written: {error.strerror}.", fix="Name another file.") from error
        finally:
            with suppress(OSError):  # whatever broke off the writing leaves no half of a file
                draft.unlink(missing_ok=True)
        return count

    def _each(self, run: str | None, tenant: str | None) -> Iterator[Step]:
        after = ""
        while True:
            page = self.decisions(run=run, after=after, size=_PAGE, tenant=tenant)
            yield from page.steps
            if not (after := page.following):
                return
