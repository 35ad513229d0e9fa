"""Logs as JSON: one object a line, with what the run is, and without keys and personal data."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import TextIO

from nexusplanner.observability.redaction import redacted, redacted_value

LOGGER = "nexusplanner"
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    """Writes a record as one line of JSON, redacted; what was passed as ``extra`` stands beside the message.

    Where OpenTelemetry is in use the line names trace and span, so that a log leads to its trace.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Write a record."""
        told: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": redacted(record.getMessage()),
        }
        beside = redacted_value({key: value for key, value in vars(record).items() if key not in _STANDARD})
        told |= beside if isinstance(beside, dict) else {}
        if record.exc_info and record.exc_info[1] is not None:
            told["error"] = type(record.exc_info[1]).__name__
            told["traceback"] = redacted("".join(traceback.format_exception(record.exc_info[1])))
        return json.dumps(told | _span(), ensure_ascii=False, default=str)


def json_logs(stream: TextIO | None = None, *, level: int = logging.INFO) -> logging.Handler:
    """Write the planner's log as JSON lines.

    Args:
        stream: Where to; by default standard error.
        level: The least that is written.

    Returns:
        The handler; ``logging.getLogger("nexusplanner").removeHandler`` ends it.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter())
    handler.setLevel(level)
    logger = logging.getLogger(LOGGER)
    logger.addHandler(handler)
    if logger.getEffectiveLevel() > level:
        logger.setLevel(level)
    return handler


def _span() -> dict[str, str]:
    """Name the current span, where somebody loaded OpenTelemetry; nobody is made to."""
    trace = sys.modules.get("opentelemetry.trace")
    if trace is None:
        return {}
    at = trace.get_current_span().get_span_context()
    return {"trace_id": f"{at.trace_id:032x}", "span_id": f"{at.span_id:016x}"} if at.is_valid else {}
