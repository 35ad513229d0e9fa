"""Several observers as one, or none at all; one that fails is left out, and fails no run."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from nexusplanner.ports.observer import Fact, Observer, Watch, Work

_LOG = logging.getLogger("nexusplanner.observability")
P = ParamSpec("P")
R = TypeVar("R")


class Unwatched:
    """Nobody looks: nothing is kept, and nothing is paid."""

    def begin(self, work: Work, *, within: Watch | None = None) -> Unwatched:  # noqa: ARG002 - the port's
        """Watch nothing."""
        return self

    def told(self, name: str, facts: Mapping[str, Fact]) -> None:
        """Hear nothing."""

    def note(self, facts: Mapping[str, Fact]) -> None:
        """Take nothing down."""

    def end(self, error: BaseException | None = None) -> None:
        """Close nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        return None


NOBODY = Unwatched()


class Observers:
    """Several observers; each sees its own watches alone.

    Args:
        observers: Who looks.
    """

    def __init__(self, observers: Sequence[Observer]) -> None:
        self._observers = tuple(observers)

    def begin(self, work: Work, *, within: Watch | None = None) -> Watch:
        """Have each of them watch."""
        above = within.held if isinstance(within, _Watches) else (None,) * len(self._observers)
        begun = (_quietly(o.begin, work, within=w) for o, w in zip(self._observers, above, strict=True))
        return _Watches(tuple(watch or NOBODY for watch in begun))

    def told(self, name: str, facts: Mapping[str, Fact]) -> None:
        """Tell each of them."""
        for observer in self._observers:
            _quietly(observer.told, name, facts)


class _Watches:
    """What each of several observers watches with; in the order of the observers."""

    def __init__(self, held: tuple[Watch, ...]) -> None:
        self.held = held

    def note(self, facts: Mapping[str, Fact]) -> None:
        for watch in self.held:
            _quietly(watch.note, facts)

    def end(self, error: BaseException | None = None) -> None:
        for watch in reversed(self.held):
            _quietly(watch.end, error)

    def __enter__(self) -> Self:
        for watch in self.held:
            _quietly(watch.__enter__)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for watch in reversed(self.held):
            _quietly(watch.__exit__, kind, error, at)


def observed_by(observers: Sequence[Observer]) -> Observer:
    """Return one observer for any number of them."""
    return Observers(observers) if observers else NOBODY


def _quietly(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R | None:
    try:
        return work(*args, **kwargs)
    except Exception:  # noqa: BLE001 - who looks on must not fail the run
        _LOG.warning("An observer failed.", exc_info=True)
        return None
