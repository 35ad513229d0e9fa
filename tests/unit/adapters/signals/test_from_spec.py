"""Specs of signals: the right adapter, and unread options refused."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from nexusplanner.adapters.signals import FeedSignals, RowSignals, signals_from_spec
from nexusplanner.domain.signal import SignalQuery
from nexusplanner.errors import InputError

QUERY = SignalQuery(terms=(), since=date(2026, 1, 1), until=date(2026, 12, 31))


def test_a_kind_makes_its_adapter(tmp_path: Path) -> None:
    """Nothing is read before it is asked for."""
    assert isinstance(signals_from_spec("rss:none.xml", base=tmp_path), FeedSignals)
    assert isinstance(signals_from_spec("rss:https://example.org/feed?x=1#source=Desk", base=tmp_path), FeedSignals)
    assert isinstance(signals_from_spec("csv:none.csv", base=tmp_path), RowSignals)
    assert isinstance(signals_from_spec("jsonl:none.jsonl", base=tmp_path), RowSignals)


def test_options_reach_the_adapter(tmp_path: Path) -> None:
    """Columns by name, the source, and the share of bad rows."""
    (tmp_path / "s.csv").write_text("h,d,by\nhello,2026-03-01,Reuters\nbad,,\n")
    spec = "csv:s.csv?title=h&published_at=d&source_column=by&max_bad_share=0.5"
    (signal,) = asyncio.run(signals_from_spec(spec, base=tmp_path).fetch(QUERY, tenant="acme"))
    assert (signal.title, signal.source) == ("hello", "Reuters")


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("atom:x.xml", "unknown kind"),
        ("rss:x.xml?title=a", "unknown option"),
        ("csv:a.csv,b.csv", "names one file"),
        ("csv:https://example.org/a.csv", "names one file"),
        ("csv:a.csv?max_bad_share=7", "not a share"),
        ("rss:", "file, folder or URL"),
    ],
)
def test_a_wrong_spec_is_refused(tmp_path: Path, spec: str, said: str) -> None:
    """One line that says what is wrong."""
    with pytest.raises(InputError, match=said):
        signals_from_spec(spec, base=tmp_path)


def test_importing_the_adapters_loads_no_parser_and_no_client() -> None:
    """feedparser, httpx and defusedxml come when a feed is read."""
    code = "import sys, nexusplanner.adapters.signals; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"feedparser", "httpx", "defusedxml", "chromadb", "langchain_core"} & set(loaded)
