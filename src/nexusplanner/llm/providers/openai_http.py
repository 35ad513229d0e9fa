"""The HTTP clients of conversations on the OpenAI wire: no redirects, no proxy of the environment, capped replies."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import httpx2

from nexusplanner.llm.providers.capped import Cap, foreign

CONNECT_S = 5.0
_HEADERS = {"Accept-Encoding": "gzip, deflate"}
_LIMITS = httpx2.Limits(max_connections=1000, max_keepalive_connections=100)


def http_client(timeout_s: float) -> httpx2.AsyncClient:
    """Build the client.

    Args:
        timeout_s: Longest silence; the wall clock is the caller's.
    """
    return httpx2.AsyncClient(
        transport=_Transport(limits=_LIMITS),
        timeout=_timeout(timeout_s),
        follow_redirects=False,
        trust_env=False,
        headers=_HEADERS,
    )


def blocking_http_client(timeout_s: float) -> httpx2.Client:
    """Build its blocking twin, for callers without an event loop.

    Args:
        timeout_s: Longest silence; the wall clock is the caller's.
    """
    return httpx2.Client(
        transport=_BlockingTransport(limits=_LIMITS),
        timeout=_timeout(timeout_s),
        follow_redirects=False,
        trust_env=False,
        headers=_HEADERS,
    )


def _timeout(timeout_s: float) -> httpx2.Timeout:
    return httpx2.Timeout(timeout_s, connect=min(CONNECT_S, timeout_s))


class _Transport(httpx2.AsyncHTTPTransport):
    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        response = await super().handle_async_request(request)
        try:
            cap = _cap(response)
        except BaseException:
            await response.aclose()
            raise
        stream = response.stream
        assert isinstance(stream, httpx2.AsyncByteStream)
        return _told(response, _Capped(stream, cap))


class _BlockingTransport(httpx2.HTTPTransport):
    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        response = super().handle_request(request)
        try:
            cap = _cap(response)
        except BaseException:
            response.close()
            raise
        stream = response.stream
        assert isinstance(stream, httpx2.SyncByteStream)
        return _told(response, _BlockingCapped(stream, cap))


def _cap(response: httpx2.Response) -> Cap:
    kind = response.headers.get("content-type", "").lower()
    if (fault := foreign(response.status_code, kind)) is not None:
        raise fault
    return Cap(content_type=kind, encoding=response.headers.get("content-encoding", "").lower())


def _told(response: httpx2.Response, stream: httpx2.AsyncByteStream | httpx2.SyncByteStream) -> httpx2.Response:
    headers = [(k, v) for k, v in response.headers.multi_items() if k.lower() != "content-encoding"]
    return httpx2.Response(response.status_code, headers=headers, stream=stream, extensions=response.extensions)


class _Capped(httpx2.AsyncByteStream):
    def __init__(self, inner: httpx2.AsyncByteStream, cap: Cap) -> None:
        self._inner, self._cap = inner, cap

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._inner:
            yield self._cap.take(piece)

    async def aclose(self) -> None:
        await self._inner.aclose()


class _BlockingCapped(httpx2.SyncByteStream):
    def __init__(self, inner: httpx2.SyncByteStream, cap: Cap) -> None:
        self._inner, self._cap = inner, cap

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._inner:
            yield self._cap.take(piece)

    def close(self) -> None:
        self._inner.close()
