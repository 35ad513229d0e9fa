"""Secrets in files, one a file, as Docker and Kubernetes mount them."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from pydantic import SecretStr

from nexusplanner.adapters.secrets.fields import missing, of_text, parted
from nexusplanner.errors import ConfigurationError

MOST_BYTES = 65_536
_NAME = re.compile(r"[\w-][\w.-]{0,127}(?:/[\w-][\w.-]{0,127}){0,3}")


class FileSecrets:
    """Looks up files of one folder.

    A file that others than its owner may read or write is refused, unless it lies on a mount that is read-only, as
    those of containers do: there whoever mounted it decided.

    Args:
        folder: Holds the files.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, name: str) -> SecretStr:
        """Return what a file holds, without the line's end."""
        place, _ = parted(name)
        if not _NAME.fullmatch(place):
            raise ConfigurationError(f"{place[:80]!r} is no name of a secret's file.", fix="Use letters, digits, - . _")
        file = self._folder / place
        try:
            with file.open("rb") as opened:
                self._check(os.fstat(opened.fileno()), file)
                raw = opened.read(MOST_BYTES + 1)
        except FileNotFoundError:
            raise missing(name, str(self._folder)) from None
        except OSError as error:
            raise ConfigurationError(f"The secret {name!r} cannot be read: {error.strerror}.") from error
        if len(raw) > MOST_BYTES:
            raise ConfigurationError(f"The secret {name!r} is longer than {MOST_BYTES:,} bytes.")
        try:
            return of_text(raw.decode("utf-8"), name)
        except UnicodeDecodeError:
            raise ConfigurationError(f"The secret {name!r} is no text.", fix="Write it as UTF-8.") from None

    def _check(self, found: os.stat_result, file: Path) -> None:
        if not stat.S_ISREG(found.st_mode):
            raise ConfigurationError(f"{file} is no file.")
        if os.name == "posix" and found.st_mode & 0o077 and not _is_read_only(self._folder):
            raise ConfigurationError(f"{file} can be read by others than its owner.", fix=f"Run: chmod 600 {file}.")


def _is_read_only(folder: Path) -> bool:
    return bool(os.statvfs(folder).f_flag & os.ST_RDONLY)
