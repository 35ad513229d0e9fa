"""Sentry: runs that ended by an error, scrubbed; only where the application hands in its client."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Self

from nexusplanner.errors import ApprovalError, BudgetExceeded, InputError, MissingExtraError, NexusError, TenantError
from nexusplanner.observability.redaction import redacted_value
from nexusplanner.observability.several import NOBODY
from nexusplanner.ports.observer import Fact, Watch, Work

if TYPE_CHECKING:
    from pydantic import SecretStr
    from sentry_sdk.client import BaseClient

_CALLERS = (InputError, BudgetExceeded, TenantError, ApprovalError)
"""Errors that tell the caller what to do; nothing is broken."""


class SentryErrors:
    """Reports errors that ended a run, without the variables of its frames, keys or personal data.

    Args:
        client: The application's own client: ``sentry_sdk.get_client()``.
    """

    def __init__(self, client: BaseClient) -> None:
        self._client = client

    @classmethod
    def at(cls, dsn: SecretStr) -> Self:
        """Report to an address, through a client of its own that adds nothing by itself.

        Raises:
            MissingExtraError: ``sentry-sdk`` is not installed.
        """
        try:
            from sentry_sdk.client import Client
        except ImportError as error:
            raise MissingExtraError("Reporting to Sentry", extra="sentry") from error
        return cls(
            Client(
                dsn=dsn.get_secret_value(),
                default_integrations=False,
                include_local_variables=False,
                server_name="",
            )
        )

    def begin(self, work: Work, *, within: Watch | None = None) -> Watch:  # noqa: ARG002 - the port's
        """Look at runs alone."""
        return _ErrorWatch(self, work) if work.kind == "run" else NOBODY

    def told(self, name: str, facts: Mapping[str, Fact]) -> None:
        """Report nothing: it is no error."""

    def report(self, work: Work, error: BaseException) -> None:
        """Send what ended a run, unless it is the caller's to mend, or nobody's."""
        if isinstance(error, _CALLERS) or not isinstance(error, Exception):
            return
        from sentry_sdk.utils import event_from_exception

        event, _ = event_from_exception(error, client_options=self._client.options)
        scrubbed = redacted_value(_without_variables(event))
        assert isinstance(scrubbed, dict)
        code = error.code if isinstance(error, NexusError) else type(error).__name__
        scrubbed |= {"tags": {"code": code, "run": work.run}, "transaction": work.name}
        self._client.capture_event(scrubbed)


class _ErrorWatch:
    """A run that may end by an error."""

    def __init__(self, errors: SentryErrors, work: Work) -> None:
        self._errors, self._work = errors, work

    def note(self, facts: Mapping[str, Fact]) -> None:
        """Nothing of it is sent."""

    def end(self, error: BaseException | None = None) -> None:
        if error is not None:
            self._errors.report(self._work, error)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.end(error)


def _without_variables(value: object) -> object:
    """Leave out what stood in the frames: values of variables, and lines of source around them."""
    left_out = {"vars", "pre_context", "post_context", "context_line"}
    if isinstance(value, Mapping):
        return {key: _without_variables(part) for key, part in value.items() if key not in left_out}
    return [_without_variables(part) for part in value] if isinstance(value, list | tuple) else value
