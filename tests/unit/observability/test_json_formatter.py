"""Logs are one object a line, and hold no secret and no person."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import TracerProvider

from nexusplanner.observability.json_formatter import LOGGER, json_logs

LOG = logging.getLogger("nexusplanner.llm")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Return what the log writes to."""
    stream = io.StringIO()
    handler = json_logs(stream)
    yield stream
    logging.getLogger(LOGGER).removeHandler(handler)


def last(stream: io.StringIO) -> dict[str, object]:
    read: dict[str, object] = json.loads(stream.getvalue().splitlines()[-1])
    return read


def test_a_record_is_one_line_with_what_was_passed_beside_it(lines: io.StringIO) -> None:
    LOG.info("%s answered by\n%s", "critic.critique", "rules", extra={"run": "run-1", "usd": "0.01", "tokens_in": 7})
    told = last(lines)
    assert lines.getvalue().count("\n") == 1
    assert told["message"] == "critic.critique answered by\nrules"
    assert (told["level"], told["logger"], told["run"], told["tokens_in"]) == ("INFO", "nexusplanner.llm", "run-1", 7)
    assert str(told["time"]).endswith("+00:00")


def test_keys_and_persons_are_cut_out_wherever_they_stand(lines: io.StringIO) -> None:
    try:
        raise ValueError("refused sk-live-abcdef for mara@kiln.example")
    except ValueError:
        LOG.exception("told mara@kiln.example", extra={"who": {"mail": "mara@kiln.example"}, "api_key": "abc"})
    told = last(lines)
    assert "mara" not in lines.getvalue()
    assert "abcdef" not in lines.getvalue()
    assert (told["error"], told["api_key"]) == ("ValueError", "[key]")
    assert "refused [key] for [email]" in str(told["traceback"])


def test_what_is_below_the_level_is_not_written(lines: io.StringIO) -> None:
    LOG.debug("small talk")
    assert lines.getvalue() == ""


def test_within_a_span_a_line_names_it(lines: io.StringIO) -> None:
    with TracerProvider().get_tracer("t").start_as_current_span("work") as span:
        LOG.info("within")
    LOG.info("outside")
    within, outside = (json.loads(line) for line in lines.getvalue().splitlines())
    assert within["trace_id"] == f"{span.get_span_context().trace_id:032x}"
    assert "trace_id" not in outside
