"""What a vendor's exception means for the caller: try again, go elsewhere, or mend the words.

| what was seen | it is |
|---|---|
| no connection, a connection that broke, no reply in time, a reply that is no JSON | transient |
| 408, 409, 424, 425, 429, 5xx but 501 and 505 | transient |
| Bedrock's Throttling, ServiceUnavailable, InternalServer, ModelTimeout, ModelNotReady, ModelError, ModelStreamError | transient |
| 429 ``insufficient_quota`` | permanent |
| any other status, redirects among them, and any other exception | permanent |
"""  # noqa: E501 - a table's row is one line

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from copy import copy

from nexusplanner.errors import (
    ProviderError,
    ProviderPermanentError,
    ProviderTransientError,
)
from nexusplanner.llm.providers.retry_after import retry_after_s
from nexusplanner.observability.redaction import redacted
from nexusplanner.secrecy import masked

_TRANSIENT_STATUS = {408, 409, 424, 425, 429, *range(500, 600)} - {501, 505}
_TRANSIENT_CODES = {
    "throttlingexception",
    "toomanyrequestsexception",
    "serviceunavailableexception",
    "internalserverexception",
    "modeltimeoutexception",
    "modelnotreadyexception",
    "modelerrorexception",
    "modelstreamerrorexception",
}
_SPENT = "insufficient_quota"
_TRANSIENT_NAMES = (
    "timeout",
    "connection",
    "connect",
    "ratelimit",
    "overloaded",
    "protocol",
    "incompleteread",
    "jsondecode",
    "responseparser",
    "checksum",
    "streaming",
    "readerror",
    "parsererror",
    "payload",
)
_UNSENT_NAMES = {
    "ClientConnectorError",
    "ClientConnectorDNSError",
    "ConnectError",
    "ConnectTimeout",
    "ConnectTimeoutError",
    "ConnectionTimeoutError",
    "EndpointConnectionError",
}
_LOOKED_AT = 4_000
"""Characters of a vendor's text that are looked at."""


def provider_error(name: str, error: BaseException, *, now: Callable[[], float] = time.time) -> ProviderError:
    """Map any exception of a provider's client to one of ours; its text is kept short, and keys are cut.

    Args:
        name: Who failed.
        error: What its client raised.
        now: The wall clock, for a date to come back at.
    """
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ProviderError):
            return copy(cause)  # raised from its own cause, the same one would be its own cause without end
    text = redacted(str(error)[:_LOOKED_AT])[:160]
    for cause in causes:
        _scrub(cause)
    message = f"{name} failed: {type(error).__name__}: {text}"
    mapped: ProviderError
    if any(_is_transient(cause) for cause in causes) and not _is_settled(causes):
        mapped = ProviderTransientError(message)
        mapped.retry_after_s = next((s for c in causes if (s := retry_after_s(_headers(c), now=now)) is not None), None)
    else:
        mapped = ProviderPermanentError(message)
    mapped.is_unsent = any(type(cause).__name__ in _UNSENT_NAMES for cause in causes)
    return mapped


def _scrub(error: BaseException) -> None:
    """Cut known secrets out of what a vendor's exception says: it stays the cause of ours, and is printed with it."""
    error.args = tuple(masked(arg) if isinstance(arg, str) else arg for arg in error.args)


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    seen: set[int] = set()
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__


def _is_settled(causes: list[BaseException]) -> bool:
    """Whether a status or code says that it will not pass, whatever the names say."""
    for cause in causes:
        status, code = status_of(cause), _code(cause)
        if code == _SPENT:
            return True
        if code in _TRANSIENT_CODES:
            return False
        if status is not None:
            return status not in _TRANSIENT_STATUS
    return False


def _is_transient(error: BaseException) -> bool:
    status, code = status_of(error), _code(error)
    if code in _TRANSIENT_CODES:
        return True
    if status is not None:
        return status in _TRANSIENT_STATUS
    if code:
        return False
    kind = type(error).__name__
    # The OpenAI client raises its bare APIError for an error told in mid-stream.
    return isinstance(error, OSError) or kind == "APIError" or any(word in kind.lower() for word in _TRANSIENT_NAMES)


def status_of(error: BaseException) -> int | None:
    """Return the HTTP status a client's exception carries, on either wire."""
    status = getattr(error, "status_code", None)
    response = getattr(error, "response", None)
    if status is None and isinstance(response, dict):
        status = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    return status if isinstance(status, int) else None


def _code(error: BaseException) -> str:
    response = getattr(error, "response", None)
    code = response.get("Error", {}).get("Code") if isinstance(response, dict) else getattr(error, "code", None)
    return code.lower() if isinstance(code, str) else ""


def _headers(error: BaseException) -> Mapping[str, str]:
    response = getattr(error, "response", None)
    if isinstance(response, dict):
        found = response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    else:
        found = getattr(response, "headers", None) or getattr(error, "headers", None)
    return found if isinstance(found, Mapping) else {}
