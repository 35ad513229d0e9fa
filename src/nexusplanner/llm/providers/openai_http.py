"""The HTTP client of the OpenAI wire: no redirects, no proxy of the environment, and capped replies."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx2

from nexusplanner.llm.providers.capped import Cap, foreign

CONNECT_S = 5.0


def http_client(timeout_s: float) -> httpx2.AsyncClient:
    """Build the client.

    Args:
        timeout_s: Longest silence; the wall clock is the caller's.
    """
    return httpx2.AsyncClient(
        transport=_Transport(limits=httpx2.Limits(max_connections=1000, max_keepalive_connections=100)),
        timeout=httpx2.Timeout(timeout_s, connect=min(CONNECT_S, timeout_s)),
        follow_redirects=False,
        trust_env=False,
        headers={"Accept-Encoding": "gzip, deflate"},
    )


class _Transport(httpx2.AsyncHTTPTransport):
    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        response = await super().handle_async_request(request)
        kind = response.headers.get("content-type", "").lower()
        try:
            if (fault := foreign(response.status_code, kind)) is not None:
                raise fault
            cap = Cap(content_type=kind, encoding=response.headers.get("content-encoding", "").lower())
        except BaseException:
            await response.aclose()
            raise
        stream = response.stream
        assert isinstance(stream, httpx2.AsyncByteStream)
        headers = [(k, v) for k, v in response.headers.multi_items() if k.lower() != "content-encoding"]
        return httpx2.Response(
            response.status_code, headers=headers, stream=_Capped(stream, cap), extensions=response.extensions
        )


class _Capped(httpx2.AsyncByteStream):
    def __init__(self, inner: httpx2.AsyncByteStream, cap: Cap) -> None:
        self._inner, self._cap = inner, cap

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._inner:
            yield self._cap.take(piece)

    async def aclose(self) -> None:
        await self._inner.aclose()
