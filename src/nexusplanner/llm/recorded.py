"""A model that one agent speaks to, with each of its decisions noted for the decision log."""

from __future__ import annotations

from datetime import datetime

from nexusplanner.domain.fingerprint import sha256_of
from nexusplanner.domain.step import LONGEST_OUTPUT, Step
from nexusplanner.errors import NexusError
from nexusplanner.llm.request import Answer, Model, Request, T
from nexusplanner.llm.rules import RULES
from nexusplanner.observability.step_notes import StepNotes


class Recorded:
    """Notes what was asked, from what, and what was answered; also where nobody did.

    Args:
        model: The model.
        notes: Where it is noted.
        agent: The role that asks.
        branch: What tells its branch from others of the same role.
    """

    def __init__(self, model: Model, notes: StepNotes, *, agent: str, branch: str) -> None:
        self._model, self._notes = model, notes
        self._agent, self._branch = agent, branch

    @property
    def name(self) -> str:
        """The held model's name."""
        return self._model.name

    async def answer(self, request: Request[T]) -> Answer[T]:
        """Ask."""
        began = self._notes.now()
        try:
            answer = await self._model.answer(request)
        except NexusError as error:
            self._notes.note(self._step(request, began, request.prompt.sha256, fault=error.code))
            raise
        self._notes.note(self._answered(request, answer, began))
        return answer

    def _answered(self, request: Request[T], answer: Answer[T], began: datetime) -> Step:
        output, usage = answer.value.model_dump_json(), answer.usage
        step = self._step(request, began, answer.prompt_sha256, digest=sha256_of(output))
        return step.model_copy(
            update={
                "rung": answer.rung,
                "model": answer.model,
                "prompt_id": answer.prompt_id,
                "output": output[:LONGEST_OUTPUT],
                "score": answer.score,
                "usd": usage.usd,
                "tokens_in": usage.tokens_in,
                "tokens_out": usage.tokens_out,
                "calls": usage.calls,
                "cached_calls": usage.cached_calls,
                "attempts": 0 if answer.rung == RULES else answer.attempts,
                "lost": answer.lost,
            }
        )

    def _step(self, request: Request[T], began: datetime, prompt: str, *, digest: str = "", fault: str = "") -> Step:
        notes = self._notes
        return Step(
            id=notes.name(self._agent, self._branch, request.task, prompt, digest or fault),
            tenant=notes.tenant,
            run=notes.run,
            at=began,
            took_s=round((notes.now() - began).total_seconds(), 4),
            agent=self._agent,
            branch=self._branch,
            task=request.task,
            prompt_id=request.prompt.id,
            prompt_sha256=prompt,
            inputs=tuple(sorted(request.allowed_ids)),
            output_sha256=digest,
            fault=fault,
        )
