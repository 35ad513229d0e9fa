"""A folder of Markdown, text and CSV, kept in memory as it is."""

from __future__ import annotations

import asyncio
import os
import re
import threading
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from nexusplanner.domain.fingerprint import sha256_of
from nexusplanner.domain.passage import Document, IngestReport, Passage
from nexusplanner.domain.person import Person
from nexusplanner.domain.quality import BadRow, DataQuality
from nexusplanner.domain.tenant import tenant_name
from nexusplanner.errors import InputError
from nexusplanner.ports.personal_data import Amount, Kept

if TYPE_CHECKING:
    from nexusplanner.adapters.memory.chroma import ChromaMemory

KINDS = (".md", ".markdown", ".txt", ".csv")
_MOST_FILES = 5_000
_MOST_BYTES = 5_000_000
_MOST_EXAMPLES = 20
_FRONT_DATE = re.compile(r"\A---\s*\n(?:.*\n){0,40}?date:\s*[\"']?(\d{4}-\d{2}-\d{2})")
_NAME_DATE = re.compile(r"(?<!\d)(\d{4}-\d{2}-\d{2})(?!\d)")


class FolderMemory:
    """A memory that first takes in a folder, once for each tenant, and then answers as the memory it holds.

    Files that changed are taken in again, files that went are forgotten; what else the memory holds stays.

    Args:
        folder: Where the documents are; folders below it too, hidden files not.
        memory: What keeps and recalls them.
        trusted: Whether their words may be trusted as one's own.
        as_of: Date of all documents; where left out see ``read_folder``.
    """

    def __init__(self, folder: Path, memory: ChromaMemory, *, trusted: bool = False, as_of: date | None = None) -> None:
        self._folder, self._memory = folder, memory
        self._trusted, self._as_of = trusted, as_of
        self._lock = threading.Lock()
        self._reports: dict[str, IngestReport] = {}
        self._quality = DataQuality(source=folder.name, rows=0)

    def __repr__(self) -> str:
        return f"FolderMemory({self._folder.name!r}, {self._memory!r})"

    @property
    def embedding(self) -> str:
        """What turns text into vectors now."""
        return self._memory.embedding

    @property
    def notes(self) -> tuple[str, ...]:
        """What a plan should say: which parts failed and what answers instead."""
        return self._memory.notes

    def quality(self) -> DataQuality:
        """Return which files could not be read when the folder was last taken in."""
        return self._quality

    async def ingest(
        self, documents: Iterable[Document], *, tenant: str, collection: str = "documents"
    ) -> IngestReport:
        """Keep further documents, beside the folder's."""
        return await self._memory.ingest(documents, tenant=tenant, collection=collection)

    async def refresh(self, *, tenant: str) -> IngestReport:
        """Take the folder in again.

        Raises:
            InputError: There is no such folder, or nothing in it can be read.
        """
        return await asyncio.to_thread(self._take_in, tenant, is_again=True)

    async def search(self, query: str, *, tenant: str, k: int = 8) -> tuple[Passage, ...]:
        """Return the ``k`` passages of the tenant that bear most on a query, best first.

        Raises:
            InputError: There is no such folder, or nothing in it can be read.
        """
        await asyncio.to_thread(self._take_in, tenant)
        return await self._memory.search(query, tenant=tenant, k=k)

    def amounts(self, *, tenant: str) -> tuple[Amount, ...]:
        """Tell how many documents are kept, and how long they are."""
        return self._memory.amounts(tenant=tenant)

    def export(self, *, tenant: str) -> Iterator[Kept]:
        """Yield the documents with their passages."""
        return self._memory.export(tenant=tenant)

    def erase(self, person: Person, *, tenant: str) -> int:
        """Take a person out of what was taken in; the folder's files are your own, and stay as they are."""
        return self._memory.erase(person, tenant=tenant)

    def forget(self, *, tenant: str) -> int:
        """Forget what was taken in for a tenant; a later search takes the folder in again."""
        with self._lock:
            self._reports.pop(tenant, None)
            return self._memory.forget(tenant=tenant)

    def scrub(self) -> None:
        """Make what was deleted unreadable."""
        self._memory.scrub()

    def close(self) -> None:
        """Close the memory."""
        self._memory.close()

    def _take_in(self, tenant: str, *, is_again: bool = False) -> IngestReport:
        tenant_name(tenant)
        with self._lock:
            if tenant not in self._reports or is_again:
                documents, self._quality = read_folder(self._folder, trusted=self._trusted, as_of=self._as_of)
                collection = f"folder:{self._folder.name}:{sha256_of(str(self._folder.resolve()))[:8]}"
                self._reports[tenant] = self._memory.keep(
                    list(documents), tenant=tenant, collection=collection, is_whole=True
                )
            return self._reports[tenant]


def read_folder(
    folder: Path, *, trusted: bool = False, as_of: date | None = None
) -> tuple[tuple[Document, ...], DataQuality]:
    """Read the Markdown, text and CSV files of a folder and those below it, in order of their names.

    A document's date is ``as_of``, else ``date:`` in its YAML header, else a date in its name
    (``2025-11-03 spring campaign.md``), else the day the file was last changed. A file that is not UTF-8, larger
    than 5 MB or empty is left out and counted; so is a link that leads out of the folder.

    Args:
        folder: Where the files are; a single file is taken, too.
        trusted: Whether their words may be trusted as one's own.
        as_of: Date of all documents.

    Raises:
        InputError: There is no such folder, nothing in it can be read, or it holds more than 5,000 files.
    """
    if not folder.exists():
        raise InputError("no such folder", field="memory", value=str(folder), fix="Check the path.")
    documents: list[Document] = []
    bad: list[BadRow] = []
    root = folder if folder.is_dir() else folder.parent
    for number, path in enumerate(_files(folder), start=1):
        if number > _MOST_FILES:
            raise InputError(f"more than {_MOST_FILES:,} files", source=folder.name, fix="Choose a smaller folder.")
        name = path.relative_to(root).as_posix()
        text = _text(path, root=root.resolve())
        if isinstance(text, InputError):
            bad.append(BadRow(source=name, line=1, reason=text.problem))
        else:
            day = as_of or _day(path, text)
            documents.append(Document(source=name, text=text, as_of=day, trusted=trusted, origin="folder"))
    if not documents:
        detail = f"; the first fault: {bad[0].source}: {bad[0].reason}" if bad else ""
        fix = f"Put {', '.join(KINDS)} files into it."
        raise InputError(f"no file in it can be read{detail}", source=folder.name, field="memory", fix=fix)
    rows = len(documents) + len(bad)
    return tuple(documents), DataQuality(
        source=folder.name, rows=rows, bad=len(bad), examples=tuple(bad[:_MOST_EXAMPLES])
    )


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_file():
        yield folder
        return
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and Path(name).suffix.lower() in KINDS:
                yield Path(place) / name


def _text(path: Path, *, root: Path) -> str | InputError:
    """Read one file, or say why it cannot be."""
    try:
        if not path.resolve().is_relative_to(root):
            return InputError("it leads out of the folder")
        if not path.is_file():
            return InputError("it is no file")
        if path.stat().st_size > _MOST_BYTES:
            return InputError(f"it is larger than {_MOST_BYTES / 1e6:g} MB")
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        return InputError("it is not UTF-8")
    except OSError as error:
        return InputError(f"it cannot be read: {error.strerror}")
    return text if text.strip() else InputError("it is empty")


def _day(path: Path, text: str) -> date:
    for found in (_FRONT_DATE.match(text), _NAME_DATE.search(path.name)):
        try:
            if found:
                return date.fromisoformat(found.group(1))
        except ValueError:
            continue
    return datetime.fromtimestamp(path.stat().st_mtime, tz=UTC).date()
