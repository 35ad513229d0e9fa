"""Sentry hears of what is broken, and of nothing else: no variables, no keys, no persons."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from pydantic import SecretStr
from sentry_sdk.client import Client
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from nexusplanner.errors import InputError, MissingExtraError, StorageError
from nexusplanner.observability.sentry import SentryErrors
from nexusplanner.ports.observer import Work, WorkKind

DSN = "http://public@127.0.0.1:1/1"


class Kept(Transport):
    """Keeps envelopes instead of sending them."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[str] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        self.sent += [json.dumps(item.payload.json, default=str) for item in envelope.items]


@pytest.fixture
def kept() -> Kept:
    """Return what was sent."""
    return Kept()


@pytest.fixture
def sentry(kept: Kept) -> SentryErrors:
    """Return an observer with a client of the application's own."""
    return SentryErrors(Client(dsn=DSN, transport=kept, default_integrations=False, server_name="here"))


def fail(sentry: SentryErrors, error: BaseException, kind: WorkKind = "run") -> None:
    """End a piece of work by an error, with a secret in a variable beside it."""

    def deep(raise_it: Callable[[], None]) -> None:
        api_key = "canary-in-a-variable"  # noqa: F841 - it must not be sent
        raise_it()

    def raise_it() -> None:
        raise error

    with pytest.raises(type(error)), sentry.begin(Work(kind, "plan", "acme", "run-1")):
        deep(raise_it)


def test_what_is_broken_is_reported_scrubbed(sentry: SentryErrors, kept: Kept) -> None:
    fail(sentry, StorageError("No room for mara@kiln.example, Bearer abcdef.123."))
    (sent,) = kept.sent
    assert "StorageError" in sent
    assert "No room for [email], [key]" in sent
    for secret in ("canary", "mara", "abcdef", "api_key"):
        assert secret not in sent
    assert json.loads(sent)["tags"] == {"code": "storage", "run": "run-1"}


def test_a_fault_of_the_program_is_reported_by_its_type(sentry: SentryErrors, kept: Kept) -> None:
    fail(sentry, ZeroDivisionError("division by zero"))
    assert json.loads(kept.sent[0])["tags"]["code"] == "ZeroDivisionError"


@pytest.mark.parametrize("error", [InputError("wrong"), KeyboardInterrupt()])
def test_what_is_the_callers_to_mend_or_nobodys_is_not(sentry: SentryErrors, kept: Kept, error: BaseException) -> None:
    fail(sentry, error)
    assert kept.sent == []


def test_only_runs_are_looked_at(sentry: SentryErrors, kept: Kept) -> None:
    fail(sentry, StorageError("x"), kind="node")
    with sentry.begin(Work("run", "plan")) as watch:
        watch.note({"status": "complete"})
    sentry.told("health", {})
    assert kept.sent == []


def test_a_client_of_our_own_adds_nothing_by_itself() -> None:
    options = SentryErrors.at(SecretStr(DSN))._client.options
    assert options["default_integrations"] is False
    assert options["include_local_variables"] is False
    assert not options["send_default_pii"]


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "sentry_sdk.client", None)
    with pytest.raises(MissingExtraError, match=r"nexusplanner\[sentry\]"):
        SentryErrors.at(SecretStr(DSN))
