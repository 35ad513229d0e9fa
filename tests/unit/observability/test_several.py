"""Several observers are one; one that fails is left out; none costs nothing."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from types import TracebackType
from typing import Self

import pytest

from nexusplanner.observability.several import NOBODY, Observers, observed_by
from nexusplanner.ports.observer import Fact, Observer, Watch, Work

WORK = Work("node", "critique")


class Notebook:
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def begin(self, work: Work, *, within: Watch | None = None) -> Watch:
        self.lines.append(f"begin {work.name}" + (" within" if isinstance(within, _Page) else ""))
        return _Page(self)

    def told(self, name: str, facts: Mapping[str, Fact]) -> None:
        self.lines.append(f"told {name}")


class _Page:
    def __init__(self, book: Notebook) -> None:
        self._book = book

    def note(self, facts: Mapping[str, Fact]) -> None:
        self._book.lines.append(f"note {dict(facts)}")

    def end(self, error: BaseException | None = None) -> None:
        self._book.lines.append(f"end {type(error).__name__}")

    def __enter__(self) -> Self:
        self._book.lines.append("enter")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.end(error)


class Broken:
    """Fails at everything."""

    def begin(self, work: Work, *, within: Watch | None = None) -> Watch:
        raise RuntimeError("broken")

    def told(self, name: str, facts: Mapping[str, Fact]) -> None:
        raise RuntimeError("broken")


def test_nobody_is_an_observer_and_a_watch() -> None:
    assert observed_by(()) is NOBODY
    assert isinstance(NOBODY, Observer)
    assert isinstance(NOBODY, Watch)
    NOBODY.told("health", {})
    with NOBODY.begin(WORK) as watch:
        watch.note({"a": 1})
        watch.end()
    with pytest.raises(KeyError), NOBODY.begin(WORK):
        raise KeyError("an error passes")


def test_each_sees_its_own_watch_above_its_own_work() -> None:
    books = Notebook(), Notebook()
    observer = observed_by(books)
    with observer.begin(WORK) as outer, observer.begin(Work("agent", "critic"), within=outer) as inner:
        inner.note({"usd": 0.5})
    observer.told("health", {})
    expected = ["begin critique", "enter", "begin critic within", "enter", "note {'usd': 0.5}"]
    expected += ["end NoneType", "end NoneType", "told health"]
    assert books[0].lines == books[1].lines == expected


def test_an_error_reaches_every_watch_and_passes() -> None:
    book = Notebook()
    with pytest.raises(KeyError), observed_by([book]).begin(WORK):
        raise KeyError("x")
    assert book.lines[-1] == "end KeyError"


def test_one_that_fails_is_left_out_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    book = Notebook()
    observer = Observers([Broken(), book])
    with caplog.at_level(logging.WARNING), observer.begin(WORK) as watch:
        watch.note({"a": 1})
    observer.told("health", {})
    watch.end()
    assert [line.split()[0] for line in book.lines] == ["begin", "enter", "note", "end", "told", "end"]
    assert {record.message for record in caplog.records} == {"An observer failed."}
