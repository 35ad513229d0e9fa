"""What every store of a tenant's data can be asked for: how much it is, a copy of it, and that it be forgotten.

A store that keeps anything for a tenant answers this port, beside its own. Calls may block: whoever asks does so off
the event loop. Erasing and forgetting are two steps. First :meth:`TenantData.erase` or :meth:`TenantData.forget` takes
the rows away; then, once for all stores of a file, :meth:`Scrubbed.scrub` sees to it that nothing of them is left in
free pages, logs and indexes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.person import Person


@dataclass(frozen=True)
class Kept:
    """One thing that is kept for a tenant, as it is exported."""

    kind: str
    """What it is, in plural, as the file it is exported to is called: ``plans``, ``evidence``, ``audit``."""
    key: str
    """Its id within its kind."""
    content: JsonObject = field(repr=False)


@dataclass(frozen=True)
class Amount:
    """How many things of a kind are kept for a tenant, and how many bytes of text they are."""

    kind: str
    items: int
    bytes: int


@runtime_checkable
class TenantData(Protocol):
    """A store's share of a tenant's data. ``tenant`` is a checked name; no call reaches another tenant's."""

    def amounts(self, *, tenant: str) -> tuple[Amount, ...]:
        """Tell how much is kept for a tenant, by kind; kinds of which there is nothing may be left out."""
        ...

    def export(self, *, tenant: str) -> Iterator[Kept]:
        """Yield everything that is kept for a tenant, in a fixed order.

        Raises:
            StorageError: The store cannot be read.
        """
        ...

    def erase(self, person: Person, *, tenant: str) -> int:
        """Take a person out of everything that is kept for a tenant; the rest of it stays.

        Texts keep ``[erased]`` in the person's place (:meth:`Person.taken_out`); what is worthless without them, or
        can be had again, may go as a whole. Afterwards ``person.is_in`` holds for nothing that is exported, and a
        second call changes nothing.

        Returns:
            How many things were changed or deleted.

        Raises:
            StorageError: The store cannot be written; then nothing of it is changed.
        """
        ...

    def forget(self, *, tenant: str) -> int:
        """Delete everything that is kept for a tenant, and all that it could be told from.

        Returns:
            How many things were deleted.

        Raises:
            StorageError: The store cannot be written; then nothing of it is deleted.
        """
        ...


@runtime_checkable
class Scrubbed(Protocol):
    """A file, or what else deleted rows leave traces in."""

    def scrub(self) -> None:
        """Make deleted data unreadable: nothing of it is left in free pages, write-ahead logs or indexes.

        Raises:
            StorageError: Somebody reads or writes for too long; call it again.
        """
        ...
