"""How typed replies are asked of a deployment: the surest form it knows, found out once and remembered."""

from __future__ import annotations

import re
import threading

from nexusplanner.errors import ProviderError, ProviderPermanentError
from nexusplanner.llm.wire import FORMS, Form

_NAMED = re.compile(
    r"response_?format|json_?schema|json_?object|output_?config|tool_?(?:choice|config|s\b)|\btools?\b|function|"
    r"structured|grammar|additionalproperties|\bschema\b",
    re.IGNORECASE,
)
"""What a server names that refuses a request for its form."""


class Forms:
    """The forms that one deployment has not refused."""

    def __init__(self) -> None:
        self._lock, self._refused = threading.Lock(), set[Form]()

    def best(self, able: tuple[Form, ...]) -> Form:
        """Return the surest form that a line can carry and the server did not refuse."""
        with self._lock:
            return next((form for form in able if form not in self._refused), FORMS[-1])

    def note_refusal(self, form: Form, error: ProviderError) -> bool:
        """Note that a request was refused; tell whether it was for its form, so that another may do."""
        if form == FORMS[-1] or not isinstance(error, ProviderPermanentError) or not _NAMED.search(error.message):
            return False
        with self._lock:
            self._refused.add(form)
        return True


class KnownForms:
    """What is known of every deployment of this process."""

    def __init__(self) -> None:
        self._lock, self._known = threading.Lock(), dict[object, Forms]()

    def of(self, deployment: object) -> Forms:
        """Return what is known of a deployment."""
        with self._lock:
            return self._known.setdefault(deployment, Forms())


SHARED = KnownForms()
