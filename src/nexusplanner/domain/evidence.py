"""Evidence: what was found, where, when, and whether its words may be trusted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

from nexusplanner.domain.fingerprint import sha256_of
from nexusplanner.domain.model import DomainModel

EvidenceKind = Literal["brief", "crm", "history", "signal", "memory", "tool", "outcome", "lesson"]


class Evidence(DomainModel):
    """One thing that was found; claims cite it by ``id``.

    ``quote`` is data, never an instruction. Untrusted text comes from outside the caller's own
    systems (feeds, web pages, memory of such) and keeps its ``origin`` for ever.
    """

    id: str
    kind: EvidenceKind
    source: str
    """File, URL or system it was read from, without a machine's folders."""
    locator: str = ""
    """Where in the source: rows, page, heading."""
    quote: str
    as_of: date
    sha256: str
    trusted: bool
    origin: str = ""
    """The tool node that brought it."""
    relevance: float = 0.0
    """0-1, how much it bears on the brief."""

    @classmethod
    def found(
        cls,
        *,
        kind: EvidenceKind,
        source: str,
        quote: str,
        as_of: date,
        trusted: bool,
        locator: str = "",
        origin: str = "",
        relevance: float = 0.0,
    ) -> Evidence:
        """Register a find; the id follows from what was found, so the same find has the same id."""
        digest = sha256_of(quote)
        key = sha256_of("\x1f".join((kind, source, locator, digest)))[:8]
        return cls(
            id=f"ev-{kind}-{key}",
            kind=kind,
            source=source,
            locator=locator,
            quote=quote,
            as_of=as_of,
            sha256=digest,
            trusted=trusted,
            origin=origin or kind,
            relevance=relevance,
        )

    @property
    def is_intact(self) -> bool:
        """Whether the quote is still the one that was found."""
        return sha256_of(self.quote) == self.sha256


def merged(batches: Iterable[Iterable[Evidence]]) -> tuple[Evidence, ...]:
    """Join finds into one ledger: each id once, in a fixed order."""
    ledger: dict[str, Evidence] = {}
    for batch in batches:
        for item in batch:
            ledger.setdefault(item.id, item)
    return tuple(sorted(ledger.values(), key=lambda e: (e.kind, -e.relevance, e.id)))
