"""A writer of the answers that are kept to be given again, to be killed."""

from __future__ import annotations

from pathlib import Path

from nexusplanner.persistence.answers_sqlite import SqliteAnswers

_WORDS = "So it is, and so it was. " * 160


class WrittenAnswers:
    """Answers in a file.

    Args:
        folder: Where it is.
    """

    def __init__(self, folder: Path) -> None:
        self._answers = SqliteAnswers(folder / "answers.sqlite")
        self.close = self._answers.close

    def write(self, number: int) -> None:
        """Keep an answer."""
        self._answers.put(f"acme/{number}", f"{number}: {_WORDS}", now=0.0, ttl_s=60.0)

    def whole(self) -> set[int]:
        """Read all, to their last letter."""
        found = dict(self._answers.of("acme/"))
        numbers = {int(key.removeprefix("acme/")) for key in found}
        assert found == {f"acme/{number}": f"{number}: {_WORDS}" for number in numbers}
        for number in numbers:
            assert self._answers.get(f"acme/{number}", now=1.0) == found[f"acme/{number}"]
        return numbers
