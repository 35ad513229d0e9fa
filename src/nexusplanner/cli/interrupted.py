"""An interrupt: whoever stops a run is told how it goes on."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from nexusplanner.observability.events import Event, StartedEvent

if TYPE_CHECKING:
    from nexusplanner.settings import Settings


class Following:
    """Passes events on, and remembers which run they are of."""

    def __init__(self, events: Iterable[Event]) -> None:
        self._events, self.run_id = events, ""

    def __iter__(self) -> Iterator[Event]:
        for event in self._events:
            if isinstance(event, StartedEvent):
                self.run_id = event.run_id
            yield event


@contextmanager
def telling_how_to_resume(following: Following, settings: Settings) -> Iterator[None]:
    """Say in the interrupt how the run goes on, where it is kept.

    Raises:
        KeyboardInterrupt: The user's, with a sentence.
    """
    try:
        yield
    except KeyboardInterrupt as interrupt:
        if not following.run_id or settings.workspace is None:
            raise
        where = shlex.quote(str(settings.workspace))
        raise KeyboardInterrupt(
            f"Go on with: nexusplanner resume {following.run_id} --workspace {where}"
        ) from interrupt
