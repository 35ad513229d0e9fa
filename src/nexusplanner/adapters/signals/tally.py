"""Rows that were read and rows that were left out."""

from __future__ import annotations

from nexusplanner.domain.quality import BadRow, DataQuality
from nexusplanner.errors import InputError

_MOST_EXAMPLES = 20


class Tally:
    """Count the rows of one source as they are read."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.rows = 0
        self._bad = 0
        self._examples: list[BadRow] = []

    def leave_out(self, line: int, reason: str) -> None:
        """Note a row that cannot be used."""
        self._bad += 1
        if len(self._examples) < _MOST_EXAMPLES:
            self._examples.append(BadRow(source=self.source, line=line, reason=reason))

    def close(self, *, max_bad_share: float) -> DataQuality:
        """Sum up.

        Raises:
            InputError: A larger share of rows than ``max_bad_share`` is bad; names the first.
        """
        quality = DataQuality(
            source=self.source,
            rows=self.rows,
            bad=self._bad,
            examples=tuple(self._examples),
        )
        if quality.bad_share > max_bad_share:
            first = self._examples[0]
            raise InputError(
                f"{self._bad} of {self.rows} rows cannot be used (at most {max_bad_share:.0%} may be bad); "
                f"the first is line {first.line}: {first.reason}",
                source=self.source,
                fix="Correct the rows, or raise max_bad_share.",
            )
        return quality
