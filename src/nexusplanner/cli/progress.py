"""Progress: a live board on a terminal, one plain line an event when piped. Always on standard error."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from nexusplanner.cli.board import Board, told_evidence
from nexusplanner.cli.screen import screen
from nexusplanner.observability.events import (
    ApprovalEvent,
    CostEvent,
    DoneEvent,
    Event,
    EvidenceEvent,
    HealthEvent,
    ProposalEvent,
    StageEvent,
    StartedEvent,
    TokenEvent,
    TurnEvent,
    VerdictEvent,
)
from nexusplanner.rendering.format import folded, number, sentence_case

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.spinner import Spinner

_WIDEST_TITLE = 24
_SIGNS = {"waiting": ("·", "dim"), "done": ("✓", "green"), "lost": ("✗", "red")}


def watch(events: Iterable[Event]) -> DoneEvent:
    """Show events as they come, and return the last one.

    Raises:
        NexusError: Whatever ends the run.
    """
    console = screen(is_error=True)
    return _watch_live(events, console) if console.is_interactive else _watch_lines(events, console)


def line_of(event: Event) -> str:
    """Tell an event in one line; empty for those that are not worth one."""
    if isinstance(event, StageEvent):
        return f"{event.stage} {event.detail}".strip() if event.phase == "start" else ""
    if isinstance(event, EvidenceEvent):
        return f"evidence {event.tool}: {told_evidence(event)}"
    if isinstance(event, ProposalEvent):
        kind = f"revision {event.revision}" if event.revision else "proposal"
        told = f"{kind} {sentence_case(event.lens)} by {event.rung}: {number(event.p50)} expected"
        return f"{told}; {folded(event.positioning)}"
    if isinstance(event, VerdictEvent):
        failed = f"; fails {', '.join(event.failed)}" if event.failed else ""
        return f"verdict {event.critic} on {event.proposal}: {event.score:.2f}{failed}"
    if isinstance(event, CostEvent):
        return f"cost {event.part} by {event.rung}: ${event.usd:.4f}, {event.tokens_in + event.tokens_out:,} tokens"
    if isinstance(event, HealthEvent):
        return _told_health(event)
    if isinstance(event, TurnEvent):
        return f"debate {event.round}{event.voice} {event.about} {event.stance}: {folded(event.argument)}"
    if isinstance(event, TokenEvent | StartedEvent):
        return ""  # words in pieces are for those who watch them come, and the run is named where it is needed
    if isinstance(event, ApprovalEvent):
        return f"approval asked of {', '.join(folded(name) for name in event.approvers)}"
    return f"done {event.status}"


def _told_health(event: HealthEvent) -> str:
    if event.state == "closed":
        return f"health {event.deployment}: answers again"
    return f"health {event.deployment}: left alone for a while; {folded(event.last_fault)}"


def _watch_lines(events: Iterable[Event], console: Console) -> DoneEvent:
    last: Event | None = None
    told = ""
    for last in events:
        line = line_of(last)
        if line and line != told:  # branches of one stage begin together: once is enough
            console.print(line)
            told = line
    return _ended(last)


def _watch_live(events: Iterable[Event], console: Console) -> DoneEvent:
    from rich.live import Live
    from rich.spinner import Spinner

    board, spinner, last = Board(), Spinner("dots", style="cyan"), None
    with Live(console=console, refresh_per_second=10, get_renderable=lambda: draw(board, spinner)):
        for last in events:
            board.take(last)
    return _ended(last)


def _ended(last: Event | None) -> DoneEvent:
    if not isinstance(last, DoneEvent):
        raise RuntimeError("the run ended without a word")
    return last


def draw(board: Board, spinner: Spinner) -> RenderableType:
    """Draw the board: a sign, the stage and what there is to tell of it, each on one line."""
    from rich.table import Table
    from rich.text import Text

    rows = board.rows()
    widest = min(_WIDEST_TITLE, max(len(row.title) + 2 * row.is_below for row in rows))
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    # Fixed widths: a long detail would else take the room of the signs and titles.
    table.add_column(width=1)
    table.add_column(width=widest, no_wrap=True, overflow="ellipsis")
    table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    for row in rows:
        sign = spinner if row.mark == "working" else Text(*_SIGNS[row.mark])
        title = Text(f"  {row.title}" if row.is_below else row.title, style="" if row.is_below else "bold")
        table.add_row("" if row.is_below and row.mark == "done" else sign, title, Text(row.detail, style="dim"))
    table.add_row("", Text("Cost", style="bold"), Text(board.cost, style="dim"))
    return table
