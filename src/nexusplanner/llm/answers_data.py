"""Answers as a share of a tenant's data: those that name a person go as a whole, for they can be asked for again."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import cast

from pydantic import JsonValue

from nexusplanner.domain.person import Person
from nexusplanner.domain.tenant import storage_key
from nexusplanner.ports.personal_data import Amount, Kept


class AnswerData(ABC):
    """A store of answers whose keys begin with the opaque name of their tenant."""

    @abstractmethod
    def of(self, owner: str) -> Iterator[tuple[str, str]]:
        """Yield the keys that begin with an owner, in order, and their texts."""

    @abstractmethod
    def drop(self, keys: Sequence[str]) -> None:
        """Forget answers by their keys."""

    def amounts(self, *, tenant: str) -> tuple[Amount, ...]:
        """Tell how many answers there are, and how long."""
        sizes = [len(text) for _, text in self._mine(tenant)]
        return (Amount("answers", len(sizes), sum(sizes)),) if sizes else ()

    def export(self, *, tenant: str) -> Iterator[Kept]:
        """Yield the answers; a key tells of nothing but that the request was the same."""
        for key, text in self._mine(tenant):
            yield Kept("answers", key.rpartition(SEPARATOR)[2], {"answer": _read(text)})

    def erase(self, person: Person, *, tenant: str) -> int:
        """Forget the answers that name a person."""
        named = [key for key, text in self._mine(tenant) if person.is_in(text)]
        self.drop(named)
        return len(named)

    def forget(self, *, tenant: str) -> int:
        """Forget all answers of a tenant."""
        keys = [key for key, _ in self._mine(tenant)]
        self.drop(keys)
        return len(keys)

    def _mine(self, tenant: str) -> list[tuple[str, str]]:
        return list(self.of(owner_of_answers(tenant)))


SEPARATOR = "-"
"""What stands between an owner and what is their own; no owner's name holds it."""


def owner_of_answers(tenant: str) -> str:
    """Return what the keys of a tenant's answers begin with."""
    return f"{storage_key(tenant)}{SEPARATOR}"


def _read(text: str) -> JsonValue:
    """Read an answer, whose value is JSON within JSON."""
    try:
        found = cast(JsonValue, json.loads(text))
    except ValueError:
        return text
    if isinstance(found, dict) and isinstance(value := found.get("value"), str):
        return {**found, "value": _read(value)}
    return found
