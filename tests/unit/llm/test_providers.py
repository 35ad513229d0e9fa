"""Vendors' faults on the wire: what may pass, what never will, and what is mended."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import SecretStr
from tests.unit.llm.asking import GOOD, MADE_UP, Said, ask, purse, request

from nexusplanner.errors import ProviderError, ProviderPermanentError, ProviderTransientError
from nexusplanner.llm.chain import build_chain
from nexusplanner.llm.providers.faults import provider_error
from nexusplanner.llm.request import Answer
from nexusplanner.llm.retried import Retried
from nexusplanner.llm.rules import RulesModel
from nexusplanner.testing.openai_server import Completion, OpenAIServer

RULES = RulesModel({"test.ask": lambda _: Said(text="by rule")})
LIMIT = Completion("slow down", status=429)


@pytest.fixture(autouse=True)
def _no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait nothing between tries: how long is no matter of these tests."""
    original = Retried.__init__
    monkeypatch.setattr(Retried, "__init__", lambda self, model: original(self, model, longest_wait_s=0.0))


def served(*script: Completion, usd: str = "1.00", timeout_s: float = 5) -> tuple[Answer[Said], OpenAIServer]:
    """Ask the chain ``openai:gpt-5-mini > rules`` with a scripted server behind it."""
    with OpenAIServer(script) as server:
        chain = build_chain(
            ["openai:gpt-5-mini"],
            RULES,
            api_key=SecretStr("sk-test"),
            base_url=server.base_url,
            timeout_s=timeout_s,
            max_tokens=500,
        )
        return ask(chain, request(held=purse(usd))), server


def test_a_good_reply_over_the_wire() -> None:
    """The model named is asked, under the ceiling of tokens, and its tokens are counted."""
    answer, server = served(Completion(GOOD, tokens_in=1000, tokens_out=10))
    assert (answer.rung, answer.value.text, answer.lost) == ("openai:gpt-5-mini", "So it is.", ())
    assert (answer.usage.tokens_in, answer.usage.tokens_out) == (1000, 10)
    assert answer.usage.usd > 0
    (body,) = server.requests
    assert body["model"] == "gpt-5-mini"
    assert body["max_completion_tokens"] == 500


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_server_is_asked_three_times_and_then_left(status: int) -> None:
    answer, server = served(Completion("busy", status=status))
    assert answer.rung == "rules"
    assert len(server.requests) == 3
    assert answer.lost[0].startswith("openai:gpt-5-mini: openai:gpt-5-mini failed")


def test_a_server_that_recovers_answers() -> None:
    answer, server = served(LIMIT, LIMIT, Completion(GOOD))
    assert (answer.rung, len(server.requests)) == ("openai:gpt-5-mini", 3)


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_a_server_that_refuses_is_asked_once(status: int) -> None:
    answer, server = served(Completion("no", status=status))
    assert (answer.rung, len(server.requests)) == ("rules", 1)


def test_a_cut_reply_goes_to_the_next_rung() -> None:
    """Also where it would parse: it was not finished."""
    answer, server = served(Completion(GOOD[:-12], finish_reason="length"))
    assert answer.rung == "rules"
    assert len(server.requests) <= 5, "in parts, and then no more"
    assert "did not fit" in answer.lost[0]


@pytest.mark.parametrize("bad", ['{"wrong": 1}', "no", f'{{"text": "a", "evidence": ["{MADE_UP}"]}}'])
def test_a_reply_that_does_not_fit_is_mended_once(bad: str) -> None:
    """The second request holds the first reply; what both cost is counted."""
    answer, server = served(Completion(bad), Completion(GOOD))
    assert (answer.rung, answer.usage.calls) == ("openai:gpt-5-mini", 2)
    messages = server.requests[1]["messages"]
    assert isinstance(messages, list)
    assert {"role": "assistant", "content": bad} in messages


def test_a_reply_that_never_fits_is_left_after_two_tries() -> None:
    answer, server = served(Completion("{}"))
    assert (answer.rung, len(server.requests)) == ("rules", 2)


def test_a_server_that_hangs_is_left_in_time() -> None:
    """One clock goes round all tries: a slow model may use it up in one."""
    answer, server = served(Completion(GOOD, is_held=True), timeout_s=0.3)
    assert answer.rung == "rules"
    assert len(server.requests) == 1


def test_without_money_no_call_reaches_the_server() -> None:
    answer, server = served(Completion(GOOD), usd="0")
    assert (answer.rung, server.requests) == ("rules", [])
    assert "limits" in answer.lost[0] or "ceiling" in answer.lost[0]


def test_a_server_that_is_not_there_may_come_back() -> None:
    """A refused connection is a passing fault; the rules answer meanwhile."""
    with OpenAIServer([]) as server:
        url = server.base_url
    chain = build_chain(["openai:gpt-5-mini"], RULES, api_key=SecretStr("k"), base_url=url, timeout_s=2, max_tokens=100)
    answer = ask(chain)
    assert answer.rung == "rules"
    assert "Cannot connect" in answer.lost[0]


def test_without_a_key_the_rung_is_lost_and_says_so() -> None:
    chain = build_chain(["openai:gpt-5-mini"], RULES, api_key=None, base_url=None, timeout_s=2, max_tokens=100)
    answer = ask(chain)
    assert answer.rung == "rules"
    assert "has no key" in answer.lost[0]


def with_code(code: str) -> Callable[[], Exception]:
    """Make an exception as the AWS SDK raises it."""

    def made() -> Exception:
        error = Exception(f"An error occurred ({code})")
        error.response = {"Error": {"Code": code, "Message": "m"}}  # type: ignore[attr-defined]
        return error

    return made


class RateLimitError(Exception):
    """A vendor's exception that says all in its name."""


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (with_code("ThrottlingException"), ProviderTransientError),
        (with_code("ServiceUnavailableException"), ProviderTransientError),
        (with_code("ModelTimeoutException"), ProviderTransientError),
        (with_code("AccessDeniedException"), ProviderPermanentError),
        (with_code("ValidationException"), ProviderPermanentError),
        (lambda: ConnectionResetError("reset"), ProviderTransientError),
        (lambda: RateLimitError("slow"), ProviderTransientError),
        (lambda: ValueError("odd"), ProviderPermanentError),
    ],
)
def test_an_exception_of_any_client_is_mapped(make: Callable[[], Exception], kind: type[ProviderError]) -> None:
    """AWS by its code, the others by type or name."""
    mapped = provider_error("m", make())
    assert type(mapped) is kind
    assert mapped.message.startswith("m failed: ")


def test_an_error_of_ours_is_kept_as_it_is() -> None:
    error = ProviderPermanentError("mine")
    kept = provider_error("m", error)
    assert (type(kept), str(kept)) == (ProviderPermanentError, "mine")
    assert kept is not error, "raised from itself it would be its own cause, without end"


def test_a_status_decides_over_a_name() -> None:
    error = RateLimitError("gone")
    error.status_code = 410  # type: ignore[attr-defined]
    assert type(provider_error("m", error)) is ProviderPermanentError
