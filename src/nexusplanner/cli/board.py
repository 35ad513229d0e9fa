"""The board: what a run's events add up to, ready to be drawn. Knows nothing of terminals."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from nexusplanner.observability.events import (
    CostEvent,
    Event,
    EvidenceEvent,
    ProposalEvent,
    StageEvent,
    TokenEvent,
    VerdictEvent,
)
from nexusplanner.rendering.format import folded, number, sentence_case

Mark = Literal["waiting", "working", "done", "lost"]

STAGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "intake": ("Read the brief", ("intake",)),
    "research": ("Research", ("research",)),
    "size": ("Size", ("size",)),
    "propose": ("Propose", ("propose",)),
    "critique": ("Critique", ("check", "critique", "weigh")),
    "debate": ("Debate", ("argue", "decide", "compare")),
    "revise": ("Revise", ("revise",)),
    "assemble": ("Assemble", ("assemble",)),
    "save": ("Keep", ("submit", "approve", "save")),
}
"""Row -> its title, and the nodes of the graph that make it up. Nodes of no row are tools: research."""
_WRITERS = ("critique", "debate", "revise", "assemble")
"""Rows whose agents write."""
_TAIL = 90
_FORM = re.compile(r"[{}\[\]\"]+|\\n")
_ROW_OF = {node: row for row, (_, nodes) in STAGES.items() for node in nodes}
_AFTER = {row: tuple(STAGES)[i + 1 :] for i, row in enumerate(STAGES)}


@dataclass(frozen=True)
class Row:
    """One line of the board."""

    mark: Mark
    title: str
    detail: str
    is_below: bool = False
    """Whether it tells more of the row above it."""


@dataclass
class Board:
    """Takes events in, gives rows out."""

    _open: dict[str, int] = field(default_factory=dict)
    _begun: set[str] = field(default_factory=set)
    _rounds: int = 0
    _evidence: dict[str, EvidenceEvent] = field(default_factory=dict)
    _proposals: dict[str, ProposalEvent] = field(default_factory=dict)
    _verdicts: dict[tuple[str, str], VerdictEvent] = field(default_factory=dict)
    _revisions: int = 0
    _writing: dict[str, TokenEvent] = field(default_factory=dict)
    """The last words of each part that is being written, the latest part last."""
    calls: int = 0
    usd: Decimal = Decimal(0)

    def take(self, event: Event) -> None:
        """Note an event."""
        if isinstance(event, StageEvent):
            self._stage(event)
        elif isinstance(event, EvidenceEvent):
            self._evidence[event.tool] = event
        elif isinstance(event, ProposalEvent):
            self._proposals[event.proposal] = event
            self._revisions += event.revision > 0
        elif isinstance(event, VerdictEvent):
            self._verdicts[event.proposal, event.critic] = event
        elif isinstance(event, TokenEvent):
            self._hear(event)
        elif isinstance(event, CostEvent):
            self.calls += 1
            self.usd += event.usd

    def rows(self) -> tuple[Row, ...]:
        """Return what there is to see now, from top to bottom."""
        rows: list[Row] = []
        for key, (title, _) in STAGES.items():
            if key in ("debate", "revise") and key not in self._begun:
                continue
            rows.append(Row(self._mark(key), title, self._details().get(key, "")))
            rows += self._below(key)
        return tuple(rows)

    @property
    def cost(self) -> str:
        """What the models took so far."""
        return f"${self.usd:.4f} in {self.calls} calls" if self.calls else "no paid call"

    def _stage(self, event: StageEvent) -> None:
        row = _ROW_OF.get(event.stage, "research")
        self._begun.add(row)
        self._open[row] = self._open.get(row, 0) + (1 if event.phase == "start" else -1)
        self._rounds += event.stage == "argue" and event.phase == "start"

    def _mark(self, row: str) -> Mark:
        if row not in self._begun:
            return "waiting"
        # Between two nodes of one row none is open: the row is done once a later one has begun.
        is_passed = row == "save" or any(later in self._begun for later in _AFTER[row])
        return "done" if not self._open.get(row) and is_passed else "working"

    def _details(self) -> dict[str, str]:
        found = sum(e.count for e in self._evidence.values())
        judged = len(self._verdicts)
        told = {
            "research": f"{found} finds from {_count(len(self._evidence), 'source')}" if self._evidence else "",
            "propose": _count(len(self._proposals), "proposal") if self._proposals else "",
            "critique": _count(judged, "judgement") if judged else "",
            "debate": _count(self._rounds, "round") if self._rounds else "",
            "revise": _count(self._revisions, "revision") if self._revisions else "",
        }
        if self._writing and (writing := next((r for r in _WRITERS if self._open.get(r)), "")):
            told[writing] = f"{told.get(writing, '')} … {_words(list(self._writing.values())[-1])}".strip()
        return told

    def _hear(self, event: TokenEvent) -> None:
        before = self._writing.pop(event.part, None)
        text = event.text if before is None or event.is_start else before.text + event.text
        self._writing[event.part] = event.model_copy(update={"text": text[-_TAIL:]})

    def _below(self, row: str) -> list[Row]:
        if row == "research":
            return [
                Row("lost" if e.lost else "done", e.tool, told_evidence(e), is_below=True)
                for e in sorted(self._evidence.values(), key=lambda e: e.tool)
            ]
        if row == "propose":
            writing = {w.branch: w for w in self._writing.values() if w.agent == "strategist"}
            standing = {p.lens: self._standing(p) for p in self._proposals.values()}
            told = {lens: f"… {_words(words)}" for lens, words in writing.items()} | standing
            return [Row("done", sentence_case(lens), said, is_below=True) for lens, said in sorted(told.items())]
        return []

    def _standing(self, proposal: ProposalEvent) -> str:
        scores = [v.score for (of, _), v in self._verdicts.items() if of == proposal.proposal]
        score = f"; critics {sum(scores) / len(scores):.2f}" if scores else ""
        return f"{number(proposal.p50)} expected{score}: {folded(proposal.positioning)}"


def _words(event: TokenEvent) -> str:
    """Return the words among the marks of an answer's form."""
    return folded(_FORM.sub(" ", event.text))


def told_evidence(event: EvidenceEvent) -> str:
    """Say what a tool brought."""
    return f"lost: {folded(event.lost)}" if event.lost else _count(event.count, "find")


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
