"""What a run lets be seen: typed events, spans, metrics, logs and reports of errors; off unless asked for.

    from nexusplanner.observability import OpenTelemetrySpans, PrometheusMetrics

Each name is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nexusplanner.observability.json_formatter import JsonFormatter, json_logs
    from nexusplanner.observability.metrics import PrometheusMetrics
    from nexusplanner.observability.redaction import redacted
    from nexusplanner.observability.sentry import SentryErrors
    from nexusplanner.observability.several import NOBODY
    from nexusplanner.observability.spans import OpenTelemetrySpans
    from nexusplanner.ports.observer import Observer, Watch, Work

_HOMES = {
    "NOBODY": "observability.several",
    "JsonFormatter": "observability.json_formatter",
    "Observer": "ports.observer",
    "OpenTelemetrySpans": "observability.spans",
    "PrometheusMetrics": "observability.metrics",
    "SentryErrors": "observability.sentry",
    "Watch": "ports.observer",
    "Work": "ports.observer",
    "json_logs": "observability.json_formatter",
    "redacted": "observability.redaction",
}

__all__ = [
    "NOBODY",
    "JsonFormatter",
    "Observer",
    "OpenTelemetrySpans",
    "PrometheusMetrics",
    "SentryErrors",
    "Watch",
    "Work",
    "json_logs",
    "redacted",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'nexusplanner.observability' has no attribute {name!r}")
    return getattr(import_module(f"nexusplanner.{home}"), name)


def __dir__() -> list[str]:
    return list(__all__)
