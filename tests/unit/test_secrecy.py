"""What is kept secret is cut out of whatever is told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from nexusplanner.errors import ConfigurationError, InputError
from nexusplanner.secrecy import KEY, forget_secrets, keep_secret, keep_secrets_within, masked

CANARY = "canary-0b5f1e7c9d"


@pytest.fixture(autouse=True)
def _nothing_known() -> Iterator[None]:
    forget_secrets()
    yield
    forget_secrets()


def test_a_secret_is_cut_out_of_texts_and_errors() -> None:
    keep_secret(CANARY)
    assert masked(f"key={CANARY}.") == f"key={KEY}."
    error = ConfigurationError(f"It said {CANARY}.", fix=f"Not {CANARY}.")
    assert CANARY not in f"{error} {error.message} {error.fix} {error!r} {error.args}"
    assert CANARY not in str(InputError("no", field="url", value=CANARY))


def test_a_short_text_is_no_secret() -> None:
    keep_secret("sk")
    keep_secret("")
    assert masked("ask") == "ask"


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        (f"postgresql://me:{CANARY}@db.example/plans", CANARY),
        (f"redis://:{CANARY}@cache.example:6379/0", CANARY),
        (f"https://hooks.example/services/T0000/B0000/{CANARY}", CANARY),
        (f"https://hooks.example/?token={CANARY}", CANARY),
        ("postgresql://me:pass%2Fword%21@db.example/plans", "pass/word!"),
    ],
)
def test_what_is_secret_within_a_url_is_cut_out_and_its_host_is_not(url: str, secret: str) -> None:
    keep_secrets_within(url)
    assert secret not in masked(f"{url} and {secret}")
    assert ".example" in masked(url)


def test_a_url_that_is_none_holds_no_secret() -> None:
    keep_secrets_within("https://[broken")
    assert masked("https://[broken") == "https://[broken"


def test_only_so_many_are_known() -> None:
    for number in range(600):
        keep_secret(f"secret-number-{number:04d}")
    assert masked("secret-number-0599") == KEY
    assert masked("secret-number-0000") != KEY
