"""The page on the LangGraph server, read beside a server."""

from __future__ import annotations

from pathlib import Path

import langgraph_sdk
import pytest
from tests.docs.session import ROOT, SERVED, read
from tests.flow.test_langgraph_server import server as server

pytestmark = pytest.mark.slow


def test_what_it_says_can_be_done(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server listens on a free port instead of the one the page names."""
    connect = langgraph_sdk.get_client
    monkeypatch.setattr(langgraph_sdk, "get_client", lambda *, url: connect(url=server))
    session = read(ROOT / SERVED, tmp_path, monkeypatch)
    assert not session.wrong, session.wrong
