"""The table of retries, row by row on both wires: who is asked how often, after which waits, and who comes next."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from email.utils import formatdate

import pytest
from tests.unit.llm.asking import GOOD, MADE_UP, Said, ask
from tests.unit.llm.wires import NAMES, WIRES, chain, other, server_of

from nexusplanner.llm.request import Answer
from nexusplanner.llm.retried import Retried
from nexusplanner.testing.completion import Completion
from nexusplanner.testing.faults import Wire

TRIES = 3
LONGEST_BACK_OFF_S = 4.0
TRANSIENT = (408, 409, 425, 429, 500, 502, 503, 504, 529)
PERMANENT = (301, 302, 307, 308, 400, 401, 403, 404, 405, 410, 413, 422, 501, 505)
WHOLE_SECOND_S = 1.05
"""A date has whole seconds only, and the test takes its time."""


@dataclass(frozen=True)
class Asked:
    """A wait that a provider asks for, and what the chain grants."""

    name: str
    value: str
    wait_s: float | None
    """None where it is more than is granted."""


def in_seconds(seconds: float) -> str:
    """Write the moment some seconds from now as HTTP does."""
    return formatdate(time.time() + seconds, usegmt=True)


GRANTED = (
    Asked("Retry-After", "0", 0),
    Asked("Retry-After", "2", 2),
    Asked("Retry-After", "7.5", 7.5),
    Asked("Retry-After", " 3 ", 3),
    Asked("Retry-After", "30", 30),
    Asked("retry-after-ms", "1500", 1.5),
    Asked("Retry-After", "-1", 0),
    Asked("Retry-After", "soon", 0),
    Asked("Retry-After", "", 0),
    Asked("Retry-After", "nan", 0),
    Asked("Retry-After", formatdate(0, usegmt=True), 0),
    Asked("Retry-After", "Mon, 99 Foo 2027", 0),
)
REFUSED = (
    Asked("Retry-After", "30.5", None),
    Asked("Retry-After", "3600", None),
    Asked("retry-after-ms", "31000", None),
    Asked("Retry-After", formatdate(4_102_444_800, usegmt=True), None),
)


class Waits:
    """Notes every wait of the chain, and waits for none."""

    def __init__(self) -> None:
        self.s: list[float] = []

    async def __call__(self, seconds: float) -> None:
        """Note a wait."""
        self.s.append(seconds)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> Waits:
    """Inject the waits between tries."""
    noted, original = Waits(), Retried.__init__
    monkeypatch.setattr(
        Retried, "__init__", lambda self, model, **given: original(self, model, **{**given, "sleep": noted})
    )
    return noted


def told(wire: Wire, patch: pytest.MonkeyPatch, *script: Completion, limit_s: float = 60) -> tuple[Answer[Said], int]:
    """Ask a chain whose first provider follows a script and whose second is well; count the first's requests."""
    with server_of(wire, list(script)) as first, server_of(other(wire), [Completion(GOOD)]) as second:
        answer = ask(chain(first, second, patch=patch, limit_s=limit_s))
        return answer, len(first.log)


def faulty(status: int, asked: Asked | None = None) -> Completion:
    """Make a reply of a status that asks for a wait."""
    return Completion("no", status=status, headers=((asked.name, asked.value),) if asked else ())


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("status", TRANSIENT)
@pytest.mark.parametrize("asked", [None, Asked("Retry-After", "1", 1)], ids=["", "Retry-After 1"])
def test_what_may_pass_is_tried_three_times_with_jitter(
    wire: Wire, status: int, asked: Asked | None, waits: Waits, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then the next provider answers."""
    answer, requests = told(wire, monkeypatch, faulty(status, asked))
    assert (answer.rung, requests, len(waits.s)) == (NAMES[other(wire)], TRIES, TRIES - 1)
    assert all((1 if asked else 0) <= wait <= LONGEST_BACK_OFF_S for wait in waits.s)
    assert len(answer.lost) == 1
    assert asked or waits.s[0] != waits.s[1], "back-offs have jitter"


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("asked", GRANTED, ids=lambda asked: f"{asked.name} {asked.value!r}")
def test_a_wait_that_is_asked_for_is_kept(
    wire: Wire, asked: Asked, waits: Waits, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The longer of it and the back-off; what cannot be read asks for nothing."""
    answer, requests = told(wire, monkeypatch, faulty(429, asked))
    assert asked.wait_s is not None
    assert (answer.rung, requests, len(waits.s)) == (NAMES[other(wire)], TRIES, TRIES - 1)
    assert all(asked.wait_s <= wait <= max(asked.wait_s, LONGEST_BACK_OFF_S) for wait in waits.s)


@pytest.mark.parametrize("wire", WIRES)
def test_a_date_to_come_back_at_is_kept(wire: Wire, waits: Waits, monkeypatch: pytest.MonkeyPatch) -> None:
    answer, requests = told(wire, monkeypatch, faulty(429, Asked("Retry-After", in_seconds(20), 20)))
    assert (answer.rung, requests) == (NAMES[other(wire)], TRIES)
    assert all(20 - 2 * WHOLE_SECOND_S <= wait <= 20 for wait in waits.s)


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("asked", REFUSED, ids=lambda asked: f"{asked.name} {asked.value!r}")
def test_who_asks_for_more_than_half_a_minute_is_left_at_once(
    wire: Wire, asked: Asked, waits: Waits, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer, requests = told(wire, monkeypatch, faulty(429, asked))
    assert (answer.rung, requests, waits.s) == (NAMES[other(wire)], 1, [])


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize(("limit_s", "requests"), [(6.0, 1), (60.0, TRIES)])
def test_a_wait_beyond_the_time_that_is_left_is_not_begun(
    wire: Wire, limit_s: float, requests: int, waits: Waits, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer, sent = told(wire, monkeypatch, faulty(429, Asked("Retry-After", "6", 6)), limit_s=limit_s)
    assert (answer.rung, sent, len(waits.s)) == (NAMES[other(wire)], requests, requests - 1)


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("before", [1, 2])
def test_a_provider_that_recovers_answers(
    wire: Wire, before: int, waits: Waits, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After one fault and after two; the next provider is not asked, and nothing is lost."""
    answer, requests = told(wire, monkeypatch, *[faulty(503)] * before, Completion(GOOD))
    assert (answer.rung, requests, len(waits.s), answer.lost) == (NAMES[wire], before + 1, before, ())


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("status", PERMANENT)
def test_what_will_not_pass_is_asked_once(
    wire: Wire, status: int, waits: Waits, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where it asks for a wait."""
    answer, requests = told(wire, monkeypatch, faulty(status, Asked("Retry-After", "2", 2)))
    assert (answer.rung, requests, waits.s) == (NAMES[other(wire)], 1, [])


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ('{"wrong": 1}', "text: Field required"),
        ('{"text": "a", "share": "much"}', "share"),
        (f'{{"text": "a", "evidence": ["{MADE_UP}"]}}', MADE_UP),
        ("Certainly! Let me think.", "JSON"),
    ],
)
def test_content_that_does_not_fit_is_mended_once_with_the_reason(
    wire: Wire, bad: str, why: str, waits: Waits, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second request says what was wrong with the first reply; the third goes to the next provider."""
    with server_of(wire, [Completion(bad)]) as first, server_of(other(wire), [Completion(GOOD)]) as second:
        answer = ask(chain(first, second, patch=monkeypatch, limit_s=60))
        asked, mended = first.requests
    assert (answer.rung, waits.s) == (NAMES[other(wire)], [])
    assert str(mended["messages"]).count(why) > str(asked["messages"]).count(why)


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize(
    "completion",
    [
        Completion("", finish_reason="content_filter"),
        Completion(refusal="I will not."),
    ],
    ids=["withheld", "refused"],
)
def test_a_reply_that_was_withheld_is_not_asked_for_again(
    wire: Wire, completion: Completion, waits: Waits, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same question would bring the same."""
    answer, requests = told(wire, monkeypatch, completion)
    assert (answer.rung, requests, waits.s) == (NAMES[other(wire)], 1, [])


@pytest.mark.parametrize("wire", WIRES)
def test_a_reply_that_was_cut_is_asked_for_in_parts_and_then_left(
    wire: Wire, waits: Waits, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never the same question, and soon no more."""
    cut = Completion(GOOD, finish_reason="length")
    with server_of(wire, [cut]) as first, server_of(other(wire), [Completion(GOOD)]) as second:
        answer = ask(chain(first, second, patch=monkeypatch, limit_s=60))
        questions = [json.dumps(taken.body, sort_keys=True) for taken in first.log]
    assert (answer.rung, waits.s) == (NAMES[other(wire)], [])
    assert len(set(questions)) == len(questions) <= 5


@pytest.mark.parametrize("wire", WIRES)
def test_where_all_are_out_the_rules_answer_and_every_reason_is_kept(
    wire: Wire, waits: Waits, monkeypatch: pytest.MonkeyPatch
) -> None:
    with server_of(wire, [faulty(503)]) as first, server_of(other(wire), [faulty(401)]) as second:
        answer = ask(chain(first, second, patch=monkeypatch, limit_s=60))
        assert (len(first.log), len(second.log), len(waits.s)) == (TRIES, 1, TRIES - 1)
    assert (answer.rung, answer.value.text) == ("rules", "by rule")
    assert [lost.split(": ")[0].split(":")[0] for lost in answer.lost] == [wire, other(wire)]
