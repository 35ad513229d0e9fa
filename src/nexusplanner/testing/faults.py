"""The ways a provider fails, by name, and what each of them is to the caller.

for fault in faults("openai"):
    with OpenAIServer([fault.completion]) as server: ...
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import formatdate
from typing import Literal

from nexusplanner.testing.completion import Break, Completion

Wire = Literal["openai", "bedrock"]
Kind = Literal["transient", "permanent", "content", "harmless"]
"""``harmless``: the reply is odd, and good."""
_TRANSIENT = (408, 425, 429, 500, 502, 503, 504, 529)
_PERMANENT = (400, 401, 403, 404, 405, 413, 422, 501)
_REDIRECTS = (301, 302, 307, 308)
_ELSEWHERE = (("Location", "http://127.0.0.1:9/v1/chat/completions"),)
_FAR = formatdate(4_102_444_800, usegmt=True)
_PAST = formatdate(0, usegmt=True)
_LONG = 20_000_000


@dataclass(frozen=True)
class Fault:
    """One way to fail."""

    name: str
    kind: Kind
    completion: Completion


def faults(wire: Wire, *, good: str = "{}") -> tuple[Fault, ...]:
    """List how a whole reply fails on a wire.

    Args:
        wire: The wire.
        good: The text of a reply that fits, for faults around it.
    """
    return (
        *_statuses(),
        *_retry_afters(),
        *_connections(good),
        *_sizes(good),
        *_bodies(good),
        *_contents(good),
        *(_openai(good) if wire == "openai" else _bedrock(good)),
    )


def stream_faults(*, good: str = "{}") -> tuple[Fault, ...]:
    """List how a stream fails once it has begun."""
    ways: tuple[tuple[str, Kind, Break], ...] = (
        ("the connection is cut", "transient", "cut"),
        ("the connection is reset", "transient", "reset"),
        ("it ends without its end marker", "content", "early"),
        ("an error is told in mid-stream", "transient", "error"),
        ("nonsense comes in mid-stream", "transient", "garbage"),
        ("nothing more comes", "transient", "held"),
        ("it never stops", "content", "flood"),
    )
    return (
        *(Fault(f"stream: {name}", kind, Completion(good, breaks=how)) for name, kind, how in ways),
        Fault("stream: cut at the most tokens", "content", Completion(good[:-3], finish_reason="length")),
    )


def _statuses() -> Iterable[Fault]:
    for status in _TRANSIENT:
        yield Fault(f"{status}", "transient", Completion("come back", status=status))
    for status in _PERMANENT:
        yield Fault(f"{status}", "permanent", Completion("never", status=status))
    for status in _REDIRECTS:
        yield Fault(f"{status} to another host", "permanent", Completion("", status=status, headers=_ELSEWHERE))


def _retry_afters() -> Iterable[Fault]:
    asked = {
        "a second": "1",
        "an hour": "3600",
        "years, as a date": _FAR,
        "nonsense": "soon",
        "a date gone by": _PAST,
        "-1": "-1",
    }
    for words, value in asked.items():
        completion = Completion("slow down", status=429, headers=(("Retry-After", value),))
        yield Fault(f"429, Retry-After {words}", "transient", completion)
    soon = Completion("slow down", status=429, headers=(("retry-after-ms", "40"),))
    yield Fault("429, retry-after-ms 40", "transient", soon)
    far = Completion("resting", status=503, headers=(("Retry-After", "3600"),))
    yield Fault("503, Retry-After an hour", "transient", far)


def _connections(good: str) -> Iterable[Fault]:
    yield Fault("it never answers", "transient", Completion(good, is_held=True))
    yield Fault("it stops in mid-reply", "transient", Completion(good, breaks="held"))
    yield Fault("it hangs up in mid-reply", "transient", Completion(good, breaks="cut"))
    yield Fault("it resets the connection in mid-reply", "transient", Completion(good, breaks="reset"))
    yield Fault("a byte now and then", "transient", Completion(good, drip_s=0.05))
    yield Fault("a byte of the head now and then", "transient", Completion(good, drip_s=0.05, does_drip_head=True))


def _sizes(good: str) -> Iterable[Fault]:
    yield Fault("20 MB of white space", "content", Completion(good, padding=_LONG))
    yield Fault("20 MB of text", "content", Completion("x" * _LONG))
    yield Fault("a bomb of 200 MB", "content", Completion(good, bomb_bytes=200 << 20))
    packed = (("Content-Encoding", "gzip"),)
    yield Fault("what says it is gzip, and is not", "content", Completion(body=b"{}", headers=packed))
    yield Fault("10,000 levels deep", "content", Completion('{"text":' + "[" * 10_000 + "]" * 10_000 + "}"))


def _bodies(good: str) -> Iterable[Fault]:
    page = b"<html><title>Sign in</title></html>"
    yield Fault("a page of HTML", "permanent", Completion(good, body=page, content_type="text/html"))
    yield Fault("plain text", "permanent", Completion(good, body=b"ok", content_type="text/plain"))
    yield Fault("HTML that says 502", "transient", Completion(status=502, body=page, content_type="text/html"))
    yield Fault("HTML that says it is JSON", "transient", Completion(good, body=page))
    yield Fault("half the JSON", "transient", Completion(good, body=b'{"choices": [{"mess'))


def _contents(good: str) -> Iterable[Fault]:
    cut = good[: len(good) // 2]
    yield Fault("cut at the most tokens", "content", Completion(cut, finish_reason="length"))
    yield Fault("said to be cut, although it parses", "content", Completion(good, finish_reason="length"))
    yield Fault("withheld by a filter", "content", Completion("", finish_reason="content_filter"))
    yield Fault("a refusal", "content", Completion(refusal="I cannot help with that."))
    yield Fault("a tool instead of an answer", "content", Completion(tool_call=("search", '{"q": "x"}')))
    yield Fault("nothing at all", "content", Completion(""))
    yield Fault("prose", "content", Completion("Certainly! Let me think about that first."))
    yield Fault("another schema", "content", Completion('{"colour": "blue"}'))
    yield Fault("not a number", "content", Completion('{"text": "a", "share": NaN}'))
    yield Fault("negative usage", "harmless", Completion(good, tokens_in=-100, tokens_out=-5))


def _openai(good: str) -> Iterable[Fault]:
    yield Fault("no usage", "harmless", Completion(good, tokens_in=None))
    yield Fault("no choices", "permanent", Completion(body=b'{"choices": []}'))
    yield Fault("a list", "permanent", Completion(body=b"[]"))


def _bedrock(good: str) -> Iterable[Fault]:
    # LangChain's client cannot read a reply without it.
    yield Fault("no usage", "permanent", Completion(good, tokens_in=None))
    passing = {"ThrottlingException": 400, "ModelNotReadyException": 429, "ModelErrorException": 424}
    for kind, status in passing.items():
        yield Fault(kind, "transient", Completion("come back", status=status, kind=kind))
    lasting = {"ServiceQuotaExceededException": 400, "ConflictException": 400}
    for kind, status in lasting.items():
        yield Fault(kind, "permanent", Completion("never", status=status, kind=kind))
    yield Fault("no output", "permanent", Completion(body=b"{}"))
