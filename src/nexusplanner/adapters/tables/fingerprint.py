"""Know a file again: by size and time of change, and by the hash of its bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from nexusplanner.errors import InputError

Stamp = tuple[tuple[str, int, int], ...]
"""Path, size in bytes and time of change in nanoseconds of each file."""


def stamp_of(paths: Sequence[Path]) -> Stamp:
    """Look at files without reading them.

    Raises:
        InputError: One is not there.
    """
    stamps = []
    for path in paths:
        try:
            stat = path.stat()
        except OSError as error:
            raise InputError(
                f"cannot be opened: {error.strerror or error}",
                source=str(path),
                fix="Check the path and the folder it starts from.",
            ) from error
        stamps.append((str(path), stat.st_size, stat.st_mtime_ns))
    return tuple(stamps)


def sha256_of_files(paths: Sequence[Path]) -> tuple[str, ...]:
    """Hash the bytes of files, one pass each, in hex."""
    digests = []
    for path in paths:
        with path.open("rb") as file:
            digests.append(hashlib.file_digest(file, "sha256").hexdigest())
    return tuple(digests)
