"""A caller without an event loop is kept as safe: no redirects, no proxies, no end of bytes, no second request."""

from __future__ import annotations

import pytest

from nexusplanner.errors import NexusError
from nexusplanner.llm.nexus_chat import NexusChatModel
from nexusplanner.testing.completion import Completion
from nexusplanner.testing.faults import Fault, faults
from nexusplanner.testing.openai_server import OpenAIServer

LASTING = [pytest.param(fault, id=fault.name) for fault in faults("openai") if fault.kind == "permanent"]
TOO_LONG = [pytest.param(f, id=f.name) for f in faults("openai") if "MB" in f.name]


def chat(server: OpenAIServer) -> NexusChatModel:
    """Make a chat model of one deployment, whose faults are tried again where they may pass."""
    return NexusChatModel(models=["openai:gpt-5-mini"], base_url=server.base_url, timeout=20)


@pytest.mark.parametrize("fault", LASTING)
def test_what_will_not_pass_is_asked_once(fault: Fault) -> None:
    """Redirects among it: words for one host are never sent to another."""
    with OpenAIServer([fault.completion]) as server:
        with pytest.raises(NexusError):
            chat(server).invoke("Hello")
        assert len(server.log) == 1


@pytest.mark.parametrize("fault", TOO_LONG)
def test_no_more_is_read_than_a_reply_may_hold(fault: Fault) -> None:
    with OpenAIServer([fault.completion]) as server, pytest.raises(NexusError, match="longer than"):
        chat(server).invoke("Hello")


def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with OpenAIServer([Completion("So it is.")]) as server:
        assert chat(server).invoke("Hello").text == "So it is."
        assert "".join(chunk.text for chunk in chat(server).stream("Hello")) == "So it is."


def test_a_stream_that_never_stops_is_left_at_its_first_huge_event() -> None:
    """Whether its words are handed on or gathered."""
    with OpenAIServer([Completion("So it is.", breaks="flood")]) as server:
        gathering = chat(server).model_copy(update={"streaming": True})
        with pytest.raises(NexusError, match="longer than 262144 bytes"):
            list(chat(server).stream("Hello"))
        with pytest.raises(NexusError, match="longer than 262144 bytes"):
            gathering.invoke("Hello")
