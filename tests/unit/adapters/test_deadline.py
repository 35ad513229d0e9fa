"""A wall clock around calls."""

from __future__ import annotations

import threading

import pytest

from nexusplanner.adapters.deadline import within


def test_a_call_in_time_gives_what_it_gives() -> None:
    """Results and errors come through as they are, ``None`` included."""
    assert within(5.0, lambda: 7) == 7
    assert within(5.0, lambda: None) is None
    with pytest.raises(ZeroDivisionError):
        within(5.0, lambda: 1 // 0)


def test_a_call_out_of_time_is_left_to_a_thread_that_keeps_nobody() -> None:
    """The caller goes on; the thread is a daemon and ends when it can."""
    release = threading.Event()
    with pytest.raises(TimeoutError, match=r"no answer within 0\.05 s"):
        within(0.05, lambda: release.wait(), name="left-behind")
    (left,) = (thread for thread in threading.enumerate() if thread.name == "left-behind")
    assert left.daemon
    release.set()
    left.join()
