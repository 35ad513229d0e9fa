"""Models whose calls are journaled: what was told before the process died is told again, and nothing is asked.

``Journaled`` stands around the tries of one question; the reply itself is written where it is settled, before it is
read. ``Foregone`` stands around a rung of the ladder: why it was given up depends on clocks, breakers and money, so
that is kept, too, and the resumed run falls to the same rung.
"""

from __future__ import annotations

import json
from typing import Protocol

from nexusplanner.domain.fingerprint import sha256_of
from nexusplanner.errors import (
    BudgetExceeded,
    NexusError,
    ProviderContentError,
    ProviderError,
    ProviderPermanentError,
    ProviderTransientError,
)
from nexusplanner.llm.content import ContentRefusedError
from nexusplanner.llm.messages import request_text
from nexusplanner.llm.reply import Reply
from nexusplanner.llm.request import Answer, Model, Request, T, Usage
from nexusplanner.llm.tape import Pen

FORMAT = 1
"""Of what is kept; another number is another question."""
_KINDS: dict[str, type[NexusError]] = {
    kind.__name__: kind
    for kind in (
        BudgetExceeded,
        ProviderContentError,
        ProviderError,
        ProviderPermanentError,
        ProviderTransientError,
    )
}


def digest(request: Request[T], rung: str, parameters: str = "") -> str:
    """Return what tells a question apart: model, parameters, prompt, schema, and all that is sent."""
    parts = (
        str(FORMAT),
        rung,
        parameters,
        request.task,
        request.prompt.sha256,
        " ".join(sorted(request.allowed_ids)),
        request_text(request),
    )
    return sha256_of("\0".join(parts))


class Reads(Protocol):
    """Reads replies as the model does that gave them."""

    def __call__(self, reply: Reply, request: Request[T], /) -> Answer[T]:
        """Read a reply, or raise a ProviderContentError."""
        ...


class Journaled:
    """Tells a reply again that was paid for before.

    Args:
        model: The model, with its tries.
        read: Reads a reply as the model does.
        parameters: Whatever else shapes a reply.
    """

    def __init__(self, model: Model, *, read: Reads, parameters: str = "") -> None:
        self._model, self._read, self._parameters = model, read, parameters

    @property
    def name(self) -> str:
        """The held model's name."""
        return self._model.name

    async def answer(self, request: Request[T]) -> Answer[T]:
        """Tell it again, or ask.

        Raises:
            ProviderContentError: The reply does not fit; it did not then, either.
        """
        if (tape := request.tape) is None:
            return await self._model.answer(request)
        sha = digest(request, self.name, self._parameters)
        pen = Pen(tape, sha, self.name, tries=tape.faults(sha, self.name))
        if (kept := tape.again("reply", sha, self.name)) is not None:
            answer = self._read(Reply.loads(kept.text), request)
            return answer.having(attempts=pen.tries + 1)
        answer = await self._model.answer(request.having(pen=pen))
        return answer.having(attempts=max(pen.tries, answer.attempts))


class Foregone:
    """A rung of the ladder that is given up again where it was before.

    Args:
        model: The rung, with all its policies.
    """

    def __init__(self, model: Model) -> None:
        self._model = model

    @property
    def name(self) -> str:
        """The held model's name."""
        return self._model.name

    async def answer(self, request: Request[T]) -> Answer[T]:
        """Ask; where it was given up before, say so at once.

        Raises:
            ProviderError: As the rung does, or did.
            BudgetExceeded: As the rung does, or did.
        """
        if (tape := request.tape) is None:
            return await self._model.answer(request)
        if tape.is_replaying and (kept := tape.again("loss", digest(request, self.name), self.name)) is not None:
            raise _revived(kept.text)
        try:
            return await self._model.answer(request)
        except (ProviderError, BudgetExceeded) as error:
            tape.keep("loss", digest(request, self.name), self.name, told(error))
            raise


def told(error: NexusError) -> str:
    """Write why a model gave no answer."""
    times = error.times if isinstance(error, ContentRefusedError) else 0
    kind = next((k.__name__ for k in type(error).__mro__ if k.__name__ in _KINDS), "ProviderError")
    return json.dumps({"kind": kind, "message": error.message, "fix": error.fix, "times": times})


def _revived(text: str) -> NexusError:
    kept = json.loads(text)
    if kept["times"]:
        refused = ContentRefusedError(kept["message"], reply="", usage=Usage())
        refused.times = int(kept["times"])
        return refused
    return _KINDS.get(kept["kind"], ProviderError)(kept["message"], fix=kept["fix"])
