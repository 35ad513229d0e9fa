"""Keys and personal data are cut out; money, days and ids stay."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.observability.redaction import redacted, redacted_value


@pytest.mark.parametrize(
    "text",
    [
        "sk-proj-abcd1234",
        "AKIAIOSFODNN7EXAMPLE",
        "Authorization: Bearer abc.def-123",
        "ghp_0123456789abcdef0123",
        "xoxb-1234-5678-abcdef",
        "hvs.CAESIJ0123456",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
        "api_key=hunter22",
        '"password": "hunter22"',
        "OPENAI_API_KEY=hunter22",
        "postgresql://me:hunter22@db.example/plans",
        "mara@kiln.example",
        "m.o'hara+news@mail.kiln.co.uk",
        "+49 30 901820",
        "+1 (415) 555-0132",
        "0049 30 901820",
        "030 9018 2030",
        "415-555-0132",
        "4111 1111 1111 1111",
        "5555555555554444",
        "DE89 3704 0044 0532 0130 00",
        "GB82WEST12345698765432",
    ],
)
def test_a_key_or_a_persons_datum_is_cut_out(text: str) -> None:
    told = redacted(f"It said {text}, and left.")
    assert "[" in told
    assert text not in told
    for part in ("hunter22", "abcd1234", "abc.def-123", "IOSFODNN7", "kiln", "901820", "555-0132", "1111", "3704"):
        assert part not in told, told
    assert told.startswith("It said ")
    assert told.endswith(" left.")


@pytest.mark.parametrize(
    "text",
    [
        "18,854 EUR on 2027-01-04, 507 conversions at 37.18 EUR each",
        "run-34669b71ad22a267 spent 0.0123 USD of 1.00 in 2.1999 s",
        "plan-0123456789abcdef of ev-brief-38b04245 and calc-forecast-aa639715",
        "gpt-5-mini-2026-01-31 took 12000 tokens in, 2000 out",
        "4111 1111 1111 1112 fails its check digit",
        "DE00 3704 1144 1532 1130 00 fails its check digits",
        "week 2027-W05, 10:30 to 11:45, 2027-01-04T09:30:00.123456+00:00",
        "token-bucket of tokens; the secret of good prose; 3 + 4 @ 5",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redacted(text) == text


def test_plain_data_is_redacted_at_every_depth() -> None:
    given = {
        "to": ["mara@kiln.example", 3, None, True],
        "api_key": 12345,
        "inner": {"Authorization": {"any": "thing"}, "tokens_in": 7, "mara@kiln.example": ("x",)},
        "when": ValueError("jo@kiln.example"),
    }
    assert redacted_value(given) == {
        "to": ["[email]", 3, None, True],
        "api_key": "[key]",
        "inner": {"Authorization": "[key]", "tokens_in": 7, "[email]": ["x"]},
        "when": "[email]",
    }


@given(st.text())
def test_what_was_redacted_is_not_redacted_further(text: str) -> None:
    once = redacted(text)
    assert redacted(once) == once


@pytest.mark.parametrize(
    "unit", ["a", "0", "0 ", "a@", "sk-", "DE00", "+1 ", "x=", "://a:", "token ", "eyJ", "a.a@a.", "\n"]
)
def test_its_time_grows_with_the_text_alone(unit: str) -> None:
    began = process_time()
    redacted(unit * 50_000)
    assert process_time() - began < 3.0
