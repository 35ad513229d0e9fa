"""The HTTP side of the Bedrock wire: no proxy of the environment, capped replies, an end to every wait."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from typing import Protocol

from botocore.awsrequest import AWSResponse
from botocore.httpsession import URLLib3Session

from nexusplanner.errors import ProviderTransientError
from nexusplanner.llm.providers.capped import Cap, foreign

CONNECT_S = 5.0
POOL = 64
_BLOCK = 65_536


class _Raw(Protocol):
    def read1(self, amt: int) -> bytes: ...

    def close(self) -> None: ...


class BoundedSession:
    """Sends botocore's requests; register it for ``before-send``.

    Args:
        timeout_s: Seconds for one exchange, and for one silence in it.
        monotonic: The clock.
    """

    def __init__(self, timeout_s: float, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        bundle = os.environ.get("AWS_CA_BUNDLE") or os.environ.get("REQUESTS_CA_BUNDLE") or True
        self._timeout_s, self._monotonic = timeout_s, monotonic
        self._session = URLLib3Session(
            verify=bundle,
            proxies={},
            timeout=(min(CONNECT_S, timeout_s), timeout_s),
            max_pool_connections=POOL,
        )

    def __call__(self, request: object, **_event: object) -> object:
        """Send a request and bound what is read of its reply.

        Raises:
            ProviderPermanentError: What answered is no Bedrock.
        """
        until = self._monotonic() + self._timeout_s
        request.stream_output = True  # type: ignore[attr-defined]  # the session would read it all, uncapped
        reply: AWSResponse = self._session.send(request)
        kind = reply.headers.get("content-type", "").lower()
        if (fault := foreign(reply.status_code, kind)) is not None:
            reply.raw.close()
            raise fault
        cap = Cap(content_type=kind, encoding=reply.headers.get("content-encoding", "").lower())
        reply.raw = _Bounded(reply.raw, cap, lambda: until - self._monotonic())
        return reply


class _Bounded:
    """A reply's body that is capped and read in time."""

    def __init__(self, raw: _Raw, cap: Cap, left_s: Callable[[], float]) -> None:
        self._raw, self._cap, self._left_s = raw, cap, left_s

    def stream(self, amt: int = _BLOCK, decode_content: bool | None = None) -> Iterator[bytes]:
        """Give the pieces as they come."""
        del decode_content
        try:
            while piece := self._raw.read1(amt):
                yield self._cap.take(piece)
                if self._left_s() <= 0:
                    raise ProviderTransientError("The reply did not end in time.")
        except BaseException:
            self._raw.close()
            raise

    def close(self) -> None:
        """Hang up."""
        self._raw.close()
