"""Secrets of this process: texts that are cut out of whatever is told, wherever it is told.

A provider may echo a key in the error it answers with; from there it would go into a log, a plan, a checkpoint. So
each secret that is opened is kept here, and every error of ours is told without it.
"""

from __future__ import annotations

import threading
from urllib.parse import parse_qsl, unquote, urlsplit

KEY = "[key]"
"""What stands where a secret stood."""
_SHORTEST = 8
"""Characters below which a text is no secret: it would be cut out of innocent words."""
_MOST = 512

_lock = threading.Lock()
_kept: dict[str, None] = {}


def keep_secret(value: str) -> None:
    """Cut a text out of all that is told from now on; of a URL, its password and its parameters, too."""
    with _lock:
        for text in (value, *_within(value)):
            if len(text) >= _SHORTEST:
                _kept[text] = None
        while len(_kept) > _MOST:
            del _kept[next(iter(_kept))]


def keep_secrets_within(url: str) -> None:
    """Cut out what of a URL is secret, and leave the rest readable."""
    for text in _within(url):
        keep_secret(text)


def masked(text: str) -> str:
    """Return a text without the secrets that are known."""
    for secret in tuple(_kept):
        if secret in text:
            text = text.replace(secret, KEY)
    return text


def forget_secrets() -> None:
    """Know no secret any more, as in a new process."""
    with _lock:
        _kept.clear()


def _within(value: str) -> tuple[str, ...]:
    if "://" not in value:
        return ()
    try:
        parts = urlsplit(value)
        password = parts.password or ""
    except ValueError:
        return ()
    path = parts.path if len(parts.path) >= 4 * _SHORTEST else ""  # a webhook's path is its key
    values = (value for _, value in parse_qsl(parts.query))
    return password, unquote(password), path.rpartition("/")[2], *values
