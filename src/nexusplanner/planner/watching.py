"""Who looks on: the observers that were handed in, and those that the settings ask for."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from nexusplanner.observability.several import observed_by
from nexusplanner.ports.observer import Observer

if TYPE_CHECKING:
    from nexusplanner.settings import Settings


def observer_of(given: Sequence[Observer], settings: Settings) -> Observer:
    """Return one observer for all of them; where there is none, nothing is watched.

    Raises:
        MissingExtraError: The settings ask for what is not installed.
    """
    if settings.observability.log == "json":
        _log_json()
    return observed_by((*given, *_set(settings)))


def _set(settings: Settings) -> Iterator[Observer]:
    asked = settings.observability
    if asked.spans:
        from nexusplanner.observability.spans import OpenTelemetrySpans

        yield OpenTelemetrySpans()
    if asked.sentry_dsn is not None:
        from nexusplanner.observability.sentry import SentryErrors

        yield SentryErrors.at(asked.sentry_dsn)


def _log_json() -> None:
    """Write the log as JSON; once a process, however many planners ask for it."""
    from nexusplanner.observability.json_formatter import LOGGER, JsonFormatter, json_logs

    if not any(isinstance(handler.formatter, JsonFormatter) for handler in logging.getLogger(LOGGER).handlers):
        json_logs()
