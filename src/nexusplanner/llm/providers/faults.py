"""What a vendor's exception means for the caller: try again, go elsewhere, or mend the words."""

from __future__ import annotations

from nexusplanner.errors import (
    ProviderError,
    ProviderPermanentError,
    ProviderTransientError,
)

_TRANSIENT_STATUS = {408, 409, 425, 429, 500, 502, 503, 504, 529}
_TRANSIENT_CODES = {
    "ThrottlingException",
    "ServiceUnavailableException",
    "InternalServerException",
    "ModelTimeoutException",
    "ModelNotReadyException",
}
_TRANSIENT_NAMES = ("timeout", "connection", "ratelimit", "overloaded")


def provider_error(name: str, error: Exception) -> ProviderError:
    """Map any exception of a provider's client to one of ours; its text is kept short."""
    if isinstance(error, ProviderError):
        return error
    message = f"{name} failed: {type(error).__name__}: {str(error)[:160]}"
    return (ProviderTransientError if _is_transient(error) else ProviderPermanentError)(message)


def _is_transient(error: Exception) -> bool:
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        return status in _TRANSIENT_STATUS
    response = getattr(error, "response", None)
    if isinstance(response, dict):
        return response.get("Error", {}).get("Code") in _TRANSIENT_CODES
    kind = type(error).__name__.lower()
    return isinstance(error, OSError) or any(word in kind for word in _TRANSIENT_NAMES)
