"""A model that is watched: each question of an agent, or each request to a provider, is a piece of work."""

from __future__ import annotations

from nexusplanner.llm.request import Answer, Model, Request, T
from nexusplanner.ports.observer import Fact, Observer, Work, WorkKind


class Observed:
    """Lets an observer watch each question; no word of it is told.

    Args:
        model: The model.
        observer: Who looks.
        kind: ``agent`` around all that answers an agent, ``call`` around one request to a provider.
        agent: The role that asks; left out, the work is named as the model.
        branch: What tells its branch from others of the same role.
    """

    def __init__(self, model: Model, observer: Observer, *, kind: WorkKind, agent: str = "", branch: str = "") -> None:
        self._model, self._observer, self._kind = model, observer, kind
        self._agent, self._branch = agent, branch

    @property
    def name(self) -> str:
        """The held model's name."""
        return self._model.name

    async def answer(self, request: Request[T]) -> Answer[T]:
        """Ask."""
        with self._observer.begin(self._work(request)) as watch:
            answer = await self._model.answer(request)
            watch.note(_facts(answer))
            return answer

    def _work(self, request: Request[T]) -> Work:
        facts: dict[str, Fact] = {
            "task": request.task,
            "prompt_id": request.prompt.id,
            "prompt_sha256": request.prompt.sha256,
        }
        if self._branch:
            facts["branch"] = self._branch
        if request.repair is not None:
            facts["is_repair"] = True
        return Work(self._kind, self._agent or self.name, request.tenant, request.purse.run, facts)


def _facts(answer: Answer[T]) -> dict[str, Fact]:
    usage = answer.usage
    facts: dict[str, Fact] = {
        "rung": answer.rung,
        "tokens_in": usage.tokens_in,
        "tokens_out": usage.tokens_out,
        "usd": float(usage.usd),
        "calls": usage.calls,
        "cached_calls": usage.cached_calls,
        "attempts": answer.attempts,
        "lost": len(answer.lost),
    }
    if answer.model:
        facts["model"] = answer.model
    if answer.score is not None:
        facts["score"] = answer.score
    return facts
