"""Dates as sources write them."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def read_moment(text: str) -> datetime:
    """Read a date or time in ISO 8601 (``2026-03-01``, ``2026-03-01T09:00:00Z``) or as in mail (RFC 5322).

    Returns:
        The moment in UTC; one without a zone is taken as UTC.

    Raises:
        ValueError: The text is no such date.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        moment = _mail_date(text.strip())
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{text!r} is out of range") from error


def _mail_date(text: str) -> datetime:
    try:
        return parsedate_to_datetime(text)
    except (TypeError, IndexError, OverflowError) as error:  # what the standard library lets through
        raise ValueError(f"{text!r} is no date") from error
