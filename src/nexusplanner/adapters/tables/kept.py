"""Read files once, and again only when their bytes have changed."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Generic, TypeVar

from nexusplanner.errors import InputError

T = TypeVar("T")

Stamp = tuple[tuple[int, int], ...]
"""Size in bytes and time of change in nanoseconds of each file."""


class Kept(Generic[T]):
    """What was read from files, kept until their bytes change. Safe to use from many threads.

    Args:
        paths: The files.
        read: Reads them.
    """

    def __init__(self, paths: Sequence[Path], read: Callable[[], T]) -> None:
        self._paths, self._read = tuple(paths), read
        self._lock = threading.Lock()
        self._known: tuple[Stamp, tuple[str, ...], T] | None = None

    def current(self) -> tuple[T, tuple[str, ...]]:
        """Return what stands in the files now, and the sha256 of each.

        Files whose size and time of change are as before are not opened; each file is hashed in one
        pass where they are not.

        Raises:
            InputError: A file is not there or cannot be read.
        """
        with self._lock:
            stamp = _stamp(self._paths)
            known = self._known
            if known is None or known[0] != stamp:
                digests = tuple(_sha256(path) for path in self._paths)
                value = known[2] if known is not None and known[1] == digests else self._read()
                known = self._known = (stamp, digests, value)
            return known[2], known[1]

    def forget(self) -> None:
        """Let go of what was read; the next call reads again."""
        with self._lock:
            self._known = None


def _stamp(paths: Sequence[Path]) -> Stamp:
    stamps = []
    for path in paths:
        if path.is_dir():
            raise InputError("a folder, not a file", source=str(path), fix="Name the file in it.")
        try:
            stat = path.stat()
        except OSError as error:
            raise _unreadable(path, error) from error
        stamps.append((stat.st_size, stat.st_mtime_ns))
    return tuple(stamps)


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> InputError:
    return InputError(
        f"cannot be opened: {error.strerror or error}",
        source=str(path),
        fix="Check the path and the folder it starts from.",
    )
