"""A model whose answers may be longer than one reply: written section by section, joined by code."""

from __future__ import annotations

import threading
from collections import OrderedDict

from pydantic import TypeAdapter

from nexusplanner.llm.content import ReplyCutError
from nexusplanner.llm.request import Answer, Model, Request, T
from nexusplanner.llm.section_writer import SectionWriter
from nexusplanner.llm.sections import Section, smaller
from nexusplanner.prompts import PromptBook

MOST_CALLS = 24
_MOST_TASKS = 256
_Key = tuple[str, tuple[str, ...]]
_SECTIONS = TypeAdapter(tuple[Section, ...])


class Sectioned:
    """Asks again in sections where a reply was cut at the most tokens.

    The fields of the schema are asked for in halves, and those in halves, until each reply is whole; a list
    that is too long alone comes in pages. A single text that does not fit is given up: the next rung may
    write it. What was cut is never read. A task whose answer did not fit is asked in the sections that did
    the next time.

    It should hold the policies of a single call, so that no part is paid for twice:
    ``sectioned(timed(retried(guarded(repaired(budgeted(model))))))``.

    Args:
        model: The model.
        most_calls: The most replies an answer may take, those that were cut counted.
        prompts: The words that ask for parts; by default ours.
    """

    def __init__(self, model: Model, *, most_calls: int = MOST_CALLS, prompts: PromptBook | None = None) -> None:
        self._model, self._most_calls, self._prompts = model, most_calls, prompts or PromptBook()
        self._lock, self._known = threading.Lock(), OrderedDict[_Key, tuple[Section, ...]]()

    @property
    def name(self) -> str:
        """The held model's name."""
        return self._model.name

    async def answer(self, request: Request[T]) -> Answer[T]:
        """Ask for the whole; where that did not fit, now or before, for its sections.

        Raises:
            ReplyCutError: A part that cannot be cut smaller did not fit.
            ProviderContentError: There were too many replies, or a list came again from its beginning.
            ContentRefusedError: A part does not fit its schema, or the parts do not make a whole.
        """
        writer = SectionWriter(self._model, request, most_calls=self._most_calls, prompts=self._prompts)
        sections = self._known_then(request)
        if not sections:
            try:
                return await self._model.answer(request)
            except ReplyCutError as cut:
                sections = smaller(Section(tuple(request.schema.model_fields)), request.schema)
                if not sections:
                    raise
                writer.count(cut.usage)
        answer = await writer.write(sections)
        self._remember(request, writer.fitted)
        return answer

    def _known_then(self, request: Request[T]) -> tuple[Section, ...]:
        """Return what is known of a task; where it was asked before the process died, what was known then."""
        if (tape := request.tape) is None:
            return self._recall(request)
        if tape.is_replaying:
            kept = tape.again("note", request.task, self.name)
            return _SECTIONS.validate_json(kept.text) if kept else ()
        if known := self._recall(request):
            tape.keep("note", request.task, self.name, _SECTIONS.dump_json(known).decode())
        return known

    def _recall(self, request: Request[T]) -> tuple[Section, ...]:
        with self._lock:
            return self._known.get(_key(request), ())

    def _remember(self, request: Request[T], fitted: tuple[Section, ...]) -> None:
        with self._lock:
            self._known[_key(request)] = fitted
            self._known.move_to_end(_key(request))
            while len(self._known) > _MOST_TASKS:
                self._known.popitem(last=False)


def _key(request: Request[T]) -> _Key:
    return request.task, tuple(request.schema.model_fields)
