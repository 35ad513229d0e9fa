"""Files that appear whole, under their names, or not at all."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path


def part_names(folder: Path, names: Iterable[str]) -> dict[Path, Path]:
    """Name the parts that are written first; process and thread keep savers to one folder apart."""
    mark = f"{os.getpid()}-{threading.get_ident()}"
    return {folder / name: folder / f".{name}.{mark}.part" for name in names}


def write_whole(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write files of a folder beside their names first, then put them in place, the first one last.

    Raises:
        OSError: The folder cannot be written; no part is left behind.
    """
    parts = part_names(folder, contents)
    try:
        for path, part in parts.items():
            part.unlink(missing_ok=True)
            with part.open("xb") as file:
                file.write(contents[path.name])
        for path, part in reversed(parts.items()):
            part.replace(path)
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)
