"""A model that is asked once more, with the reason, when its content was refused."""

from __future__ import annotations

from nexusplanner.llm.content import ContentRefusedError, ReplyUnusableError
from nexusplanner.llm.request import Answer, Model, Request, T


class Repaired:
    """Gives a model one chance to mend a reply that broke its schema or cited unknown ids."""

    def __init__(self, model: Model) -> None:
        self._model = model

    @property
    def name(self) -> str:
        """The held model's name."""
        return self._model.name

    async def answer(self, request: Request[T]) -> Answer[T]:
        """Ask; where the content is refused, ask again with the reason."""
        try:
            return await self._model.answer(request)
        except ContentRefusedError as refused:
            try:
                answer = await self._model.answer(request.with_repair(refused.reply, refused.detail))
            except ReplyUnusableError as unusable:
                unusable.usage += refused.usage
                raise
            except ContentRefusedError as again:
                again.times += refused.times
                raise
            times, usage = answer.refused + refused.times, answer.usage + refused.usage
            return answer.having(usage=usage, attempts=answer.attempts + 1, refused=times)
