"""Alerts: half, four fifths or all of a ceiling is spent, and somebody should know."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Literal

from pydantic import SecretStr

from nexusplanner.domain.model import DomainModel

_LOG = logging.getLogger("nexusplanner.budget")
TIMEOUT_S = 3.0


class Alert(DomainModel):
    """A share of a ceiling that was reached; told once for the ceiling and its period."""

    ceiling: Literal["run", "tenant_day", "tenant_month", "day", "month"]
    period: str
    """The run, the day or the month."""
    tenant: str
    """Whose call reached it."""
    percent: int
    """50, 80, or 100: all is spent, or a call no longer fitted under it."""
    spent_usd: Decimal
    limit_usd: Decimal

    def __str__(self) -> str:
        return (
            f"{self.percent} % of the ceiling {self.ceiling} {self.period} is spent: "
            f"{self.spent_usd} of {self.limit_usd} USD (tenant {self.tenant})."
        )


OnAlert = Callable[[Alert], object]


class AlertDesk:
    """Tells alerts to the log, to a function and to a URL; none of them can fail or slow a run.

    Args:
        on_alert: Called with each alert, in the thread that settled the call.
        webhook: URL that each alert is posted to as JSON, by a thread of its own: no redirects, no
            proxies of the environment, three seconds.
    """

    def __init__(self, on_alert: OnAlert | None = None, *, webhook: SecretStr | None = None) -> None:
        self._on_alert, self._webhook = on_alert, webhook
        self._posting: list[threading.Thread] = []

    def tell(self, alert: Alert) -> None:
        """Tell everybody."""
        _LOG.warning("%s", alert)
        if self._on_alert is not None:
            try:
                self._on_alert(alert)
            except Exception:  # noqa: BLE001 - a listener's fault must not fail the run
                _LOG.warning("The function told of an alert failed.", exc_info=True)
        if self._webhook is not None:
            thread = threading.Thread(target=_post, args=(self._webhook, alert), daemon=True)
            self._posting = [t for t in self._posting if t.is_alive()] + [thread]
            thread.start()

    def close(self) -> None:
        """Wait for what is being posted, no longer than a post may take."""
        for thread in self._posting:
            thread.join(TIMEOUT_S + 1)


def _post(webhook: SecretStr, alert: Alert) -> None:
    import httpx

    try:
        # A client would log the URL, which is the secret; its transport does not, and follows no redirect.
        waits = {"timeout": httpx.Timeout(TIMEOUT_S).as_dict()}
        asked = httpx.Request("POST", webhook.get_secret_value(), json=alert.model_dump(mode="json"), extensions=waits)
        with httpx.HTTPTransport(trust_env=False) as transport:
            reply = transport.handle_request(asked)
    except Exception as error:  # noqa: BLE001 - whatever it is, the run goes on
        _LOG.warning("The alert could not be posted: %s.", type(error).__name__)  # its text may hold the URL
    else:
        if not reply.is_success:
            _LOG.warning("The alert was posted, but the answer was %s.", reply.status_code)
