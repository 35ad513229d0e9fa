"""Writes one answer in sections: each is asked with all that was written before it."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from typing import Generic

from pydantic import BaseModel, TypeAdapter, ValidationError

from nexusplanner.domain.calculation import canonical
from nexusplanner.errors import ProviderContentError
from nexusplanner.llm.content import ContentRefusedError, ReplyCutError
from nexusplanner.llm.request import Answer, Model, Request, T, Usage
from nexusplanner.llm.sections import Page, Section, joined, schema_of, smaller, values_of
from nexusplanner.prompts import Prompt, find

_JSON = TypeAdapter(dict[str, object])


class SectionWriter(Generic[T]):
    """Writes one answer.

    Args:
        model: Who is asked.
        request: For the whole answer.
        most_calls: The most replies it may take.
    """

    def __init__(self, model: Model, request: Request[T], *, most_calls: int) -> None:
        self._model, self._request, self._most_calls = model, request, most_calls
        self._written: dict[str, object] = {}
        self._fitted: list[Section] = []
        self._usage, self._calls = Usage(), 0

    @property
    def fitted(self) -> tuple[Section, ...]:
        """The sections whose replies were whole, in order."""
        return tuple(self._fitted)

    def count(self, usage: Usage) -> None:
        """Count a reply that was cut."""
        self._usage += usage
        self._calls += 1

    async def write(self, sections: Sequence[Section]) -> Answer[T]:
        """Ask for each section, in smaller ones where a reply is cut, and join what came.

        Raises:
            ReplyCutError: A section that cannot be cut smaller did not fit.
            ProviderContentError: There were too many replies, or a list came again from its beginning.
            ContentRefusedError: The parts do not make a whole.
        """
        waiting = deque(sections)
        while waiting:
            section = waiting.popleft()
            try:
                is_done = await self._ask(section)
            except ReplyCutError as cut:
                self.count(cut.usage)
                parts = smaller(section, self._request.schema)
                if not parts:
                    raise ReplyCutError(f"{_told(section)} did not fit into a reply.", usage=self._usage) from cut
                waiting.extendleft(reversed(parts))
            else:
                if is_done:
                    self._fitted.append(section)
                else:
                    waiting.appendleft(section)
        return self._whole()

    async def _ask(self, section: Section) -> bool:
        """Ask for a section; return whether it is complete."""
        if self._calls >= self._most_calls:
            raise ProviderContentError(f"The answer was not complete after {self._calls} replies.")
        answer = await self._model.answer(self._part(section))
        self.count(answer.usage)
        if isinstance(answer.value, Page):
            return self._add(section.fields[0], answer.value)
        self._written |= values_of(answer.value)
        return True

    def _add(self, field: str, page: Page) -> bool:
        before = self._items(field)
        if not page.is_last and all(item in before for item in page.items):
            raise ProviderContentError(f"The items of {field!r} came again, and no new ones.")
        self._written[field] = (*before, *page.items)
        return page.is_last

    def _items(self, field: str) -> tuple[object, ...]:
        items = self._written.get(field, ())
        return items if isinstance(items, tuple) else ()

    def _part(self, section: Section) -> Request[BaseModel]:
        request = self._request
        return replace(  # type: ignore[return-value]  # a request for a part is one for another schema
            request,
            prompt=_with(request.prompt, self._words(section)),
            data=lambda: f"{request.data()}\n{self._quoted()}",
            schema=schema_of(section, request.schema),  # type: ignore[arg-type]
            repair=None,
        )

    def _words(self, section: Section) -> str:
        if not section.most_items:
            return find("writer/section").fill({"fields": ", ".join(section.fields)})
        (field,) = section.fields
        first = str(len(self._items(field)) + 1)
        return find("writer/page").fill({"field": field, "first": first, "most": str(section.most_items)})

    def _quoted(self) -> str:
        """Quote what was written, and what was refused: data, like all that models say."""
        told: dict[str, object] = {"written_so_far": _JSON.dump_python(self._written, mode="json")}
        if self._request.repair is not None:
            reply, why = self._request.repair
            told["refused"] = {"reply": reply, "why": why}
        return canonical(told)

    def _whole(self) -> Answer[T]:
        request = self._request
        try:
            value = joined(self._written, request.schema)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(map(str, first["loc"])) or "value"
            raise ContentRefusedError(
                f"The parts do not make a whole: {where}: {first['msg']}.",
                reply=canonical(_JSON.dump_python(self._written, mode="json"))[:20_000],
                usage=self._usage,
            ) from error
        answer = Answer(value, self._model.name, request.prompt.id, request.prompt.sha256, self._usage)
        return replace(answer, attempts=self._calls)


def _with(prompt: Prompt, words: str) -> Prompt:
    """Add words to a prompt; it stays known by its file."""
    return replace(prompt, text=f"{prompt.text}\n{words.replace('$', '$$')}")


def _told(section: Section) -> str:
    what = "One item of" if section.most_items else "The text of"
    return f"{what} {section.fields[0]!r}"
