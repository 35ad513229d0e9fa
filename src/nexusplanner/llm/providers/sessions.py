"""HTTP connections, pooled for the process and reused across runs: one pool an event loop."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from functools import lru_cache
from weakref import WeakKeyDictionary

import aiohttp
import httpx2

CONNECT_S = 5.0
_KEEP_ALIVE_S = 15.0
_HEADERS = {"Accept-Encoding": "gzip, deflate", "User-Agent": "nexusplanner"}


@dataclass(frozen=True)
class _Kept:
    session: aiohttp.ClientSession
    until_the_loop_ends: AsyncGenerator[None, None]


_pools: WeakKeyDictionary[asyncio.AbstractEventLoop, _Kept] = WeakKeyDictionary()


async def session() -> aiohttp.ClientSession:
    """Return this event loop's pool; it is closed with the loop.

    No proxy of the environment, no cookies, and bodies are handed on as they come, so that they can be capped.
    """
    loop = asyncio.get_running_loop()
    kept = _pools.get(loop)
    if kept is None or kept.session.closed:
        connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEEP_ALIVE_S, ssl=_trusted())
        made = aiohttp.ClientSession(
            connector=connector,
            headers=_HEADERS,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None),
        )
        closing = _closing(made)
        await anext(closing)
        kept = _pools[loop] = _Kept(made, closing)
    return kept.session


@lru_cache(maxsize=1)
def _trusted() -> ssl.SSLContext:
    """Return httpx's context: it trusts the same certificates on every system, aiohttp's own lacks them on some."""
    return httpx2.create_ssl_context(trust_env=False)


async def _closing(made: aiohttp.ClientSession) -> AsyncGenerator[None, None]:
    """Close a pool when its loop ends: loops finish their generators, and know nothing of pools."""
    try:
        yield
    finally:
        await made.close()
