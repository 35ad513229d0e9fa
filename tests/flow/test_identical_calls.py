"""A hundred callers that ask the same at once are one call to the provider."""

from __future__ import annotations

from pathlib import Path

from tests.flow.identical_calls import requests_of

from nexusplanner.llm.answers_memory import InMemoryAnswers
from nexusplanner.persistence.answers_sqlite import SqliteAnswers


def test_of_a_hundred_identical_calls_one_reaches_the_provider(tmp_path: Path) -> None:
    """Whatever keeps the answers."""
    store = SqliteAnswers(tmp_path / "answers.sqlite")
    assert requests_of(InMemoryAnswers(), 100) == 1
    assert requests_of(store, 100) == 1
    store.close()
