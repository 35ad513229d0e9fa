"""How long a provider asks to be left alone."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime


def retry_after_s(headers: Mapping[str, str], *, now: Callable[[], float] = time.time) -> float | None:
    """Read ``retry-after-ms`` or ``Retry-After``, in seconds or as an HTTP date (RFC 9110, 10.2.3).

    Args:
        headers: A reply's headers, by any case.
        now: The wall clock, seconds since 1970; a date is read against it.

    Returns:
        Seconds, never negative; None where nothing was asked, or nothing that can be read.
    """
    by_name = {name.lower(): value.strip() for name, value in headers.items()}
    if (exact := _number(by_name.get("retry-after-ms", ""))) is not None:
        return exact / 1000
    asked = by_name.get("retry-after", "")
    if not asked or (seconds := _number(asked)) is not None:
        return seconds if asked else None
    try:
        return max(parsedate_to_datetime(asked).timestamp() - now(), 0.0)
    except (ValueError, OverflowError):
        return None


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return max(number, 0.0) if math.isfinite(number) else None
