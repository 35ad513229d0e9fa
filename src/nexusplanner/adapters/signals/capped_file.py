"""Files of limited size."""

from __future__ import annotations

from pathlib import Path

from nexusplanner.errors import InputError


def read_capped(path: Path, *, max_bytes: int) -> bytes:
    """Read a file that must not be larger than ``max_bytes``.

    Raises:
        InputError: It is missing, no file, not readable, or too large.
    """
    try:
        if not path.is_file():
            raise InputError("no such file", source=path.name, value=str(path), fix="Check the path.")
        with path.open("rb") as stream:
            content = stream.read(max_bytes + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"cannot be read: {reason}", source=path.name) from error
    if len(content) > max_bytes:
        raise InputError(
            f"larger than {max_bytes / 1e6:g} MB",
            source=path.name,
            fix="Split it, or keep only what is recent.",
        )
    return content
