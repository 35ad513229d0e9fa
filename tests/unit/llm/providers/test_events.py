"""One event of a stream is bounded, however the stream is cut into pieces."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.errors import ProviderContentError
from nexusplanner.llm.providers.capped import MAX_STREAM_BYTES, Cap
from nexusplanner.llm.providers.events import MAX_EVENT_BYTES, Events, Frames, Lines, events_of
from nexusplanner.testing.bedrock_server import frame

_SSE = "text/event-stream; charset=utf-8"
_LENGTHS = st.lists(st.integers(0, 3_000), max_size=8)
_CUTS = st.lists(st.integers(0, 20_000), max_size=30)


@given(_LENGTHS, _CUTS)
def test_frames_that_fit_pass_in_any_pieces(lengths: list[int], cuts: list[int]) -> None:
    _follow(Frames(), _cut(b"".join(frame({}, b"x" * length) for length in lengths), cuts))


@given(_LENGTHS, _CUTS, st.integers(1, 10_000))
def test_the_frame_that_is_too_long_is_refused_by_its_head(lengths: list[int], cuts: list[int], more: int) -> None:
    before = b"".join(frame({}, b"x" * length) for length in lengths)
    pieces = _cut(before + (MAX_EVENT_BYTES + more).to_bytes(4), cuts)
    with pytest.raises(ProviderContentError, match="longer than 262144 bytes"):
        _follow(Frames(), pieces)


@given(_LENGTHS, _CUTS, st.booleans())
def test_lines_pass_up_to_the_limit_and_not_a_letter_beyond(lengths: list[int], cuts: list[int], fits: bool) -> None:
    before = b"".join(b"data: " + b"x" * length + b"\n" for length in lengths)
    lines = Lines()
    _follow(lines, _cut(before, cuts))
    lines.take(b"x" * (MAX_EVENT_BYTES - 1))
    if fits:
        lines.take(b"x\n")
        lines.take(b"x" * MAX_EVENT_BYTES)
    else:
        with pytest.raises(ProviderContentError, match="longer than 262144 bytes"):
            lines.take(b"xx\n")


@pytest.mark.parametrize("before", [b"", b"\n", b"data: x\n\n"])
def test_a_line_that_begins_and_ends_within_one_piece_is_no_exception(before: bytes) -> None:
    Lines().take(before + b"x" * MAX_EVENT_BYTES + b"\n\n")
    with pytest.raises(ProviderContentError, match="longer than 262144 bytes"):
        Lines().take(before + b"x" * (MAX_EVENT_BYTES + 1) + b"\n\n")


@pytest.mark.parametrize(
    ("content_type", "kind"),
    [(_SSE, Lines), ("application/vnd.amazon.eventstream", Frames), ("application/json", type(None))],
)
def test_each_wire_has_its_own_events(content_type: str, kind: type) -> None:
    assert isinstance(events_of(content_type), kind)


def test_a_stream_of_small_events_ends_at_its_own_cap() -> None:
    cap, event = Cap(content_type=_SSE, encoding=""), b"data: " + b"x" * 999 + b"\n"
    for _ in range(MAX_STREAM_BYTES // len(event)):
        cap.take(event)
    with pytest.raises(ProviderContentError, match=f"longer than {MAX_STREAM_BYTES} bytes"):
        cap.take(event)


def _follow(events: Events, pieces: list[bytes]) -> None:
    for piece in pieces:
        events.take(piece)


def _cut(whole: bytes, cuts: list[int]) -> list[bytes]:
    return [whole[start:end] for start, end in pairwise([0, *sorted(cuts), max(len(whole), *cuts, 0)])]
