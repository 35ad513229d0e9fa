"""An export of a tenant's data: JSON lines by kind, a bill, and a manifest with the sha256 of each file."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from pydantic import Field

from nexusplanner.domain.calculation import canonical
from nexusplanner.domain.model import DomainModel
from nexusplanner.errors import InputError, StorageError
from nexusplanner.ports.ledger import Spend
from nexusplanner.ports.personal_data import Kept
from nexusplanner.rendering.csv_cells import safe_cell

MANIFEST = "manifest.json"
BILL = "costs.csv"
_BILL_COLUMNS = ("day", "model", "agent", "calls", "cached_calls", "tokens_in", "tokens_out", "micro_usd")
_FIRST_DAY_OF_ZIP = (1980, 1, 1, 0, 0, 0)


class ExportedFile(DomainModel):
    """A file of an export."""

    name: str
    items: int
    bytes: int
    sha256: str


class Export(DomainModel):
    """What was exported: the manifest."""

    format: int = 1
    tenant: str
    made_at: datetime
    files: tuple[ExportedFile, ...]
    path: Path = Field(exclude=True)
    """Where it was written to; no part of the manifest."""

    @property
    def items(self) -> int:
        """How many things it holds."""
        return sum(file.items for file in self.files)

    def __repr__(self) -> str:
        return f"<Export of {self.tenant!r}: {self.items} things in {len(self.files)} files of {self.path.name!r}>"


def write_export(
    kept: Iterable[Kept], to: Path, *, tenant: str, made_at: datetime, bill: Iterable[Spend] | None = None
) -> Export:
    """Write everything into a folder, or a zip file where the name says so; it appears whole or not at all.

    Args:
        kept: What is exported.
        to: A folder that is not there or empty, or a path that ends in ``.zip`` and is not there.
        tenant: Whose it is.
        made_at: The time.
        bill: What was spent, for ``costs.csv``; no cell of it can be taken for a formula.

    Raises:
        InputError: There is something at the place.
        StorageError: It cannot be written.
    """
    _refuse_to_overwrite(to)
    with _drafted(to) as draft:
        files = [*_lines(kept, draft)]
        if bill is not None:
            files.append(_written(draft / BILL, *_bill(bill)))
        export = Export(tenant=tenant, made_at=made_at, files=tuple(files), path=to)
        (draft / MANIFEST).write_text(export.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return export


def check_export(folder: Path) -> tuple[str, ...]:
    """Name the files of an exported folder that are not what its manifest says.

    Raises:
        InputError: There is no manifest.
    """
    manifest = folder / MANIFEST
    if not manifest.is_file():
        raise InputError("there is no manifest", source=folder.name, field=MANIFEST, fix="Name an exported folder.")
    told = json.loads(manifest.read_bytes())
    named = {file["name"]: file["sha256"] for file in told["files"]}
    found = {path.name: _sha256(path) for path in folder.iterdir() if path.name != MANIFEST}
    return tuple(sorted(name for name in {*named, *found} if named.get(name) != found.get(name)))


def _lines(kept: Iterable[Kept], folder: Path) -> Iterator[ExportedFile]:
    """Write each kind into a file of its own, a line a thing."""
    counts: dict[str, int] = {}
    with ExitStack() as open_files:
        files: dict[str, BinaryIO] = {}
        for item in kept:
            if item.kind not in files:
                files[item.kind] = open_files.enter_context((folder / f"{item.kind}.jsonl").open("xb"))
            line = canonical({"key": item.key, "content": item.content})
            files[item.kind].write(line.encode("utf-8", "replace") + b"\n")
            counts[item.kind] = counts.get(item.kind, 0) + 1
    for kind in sorted(counts):
        path = folder / f"{kind}.jsonl"
        yield ExportedFile(name=path.name, items=counts[kind], bytes=path.stat().st_size, sha256=_sha256(path))


def _bill(spends: Iterable[Spend]) -> tuple[bytes, int]:
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\r\n")
    writer.writerow(_BILL_COLUMNS)
    rows = [
        (s.day.isoformat(), s.model, s.agent, s.calls, s.cached_calls, s.tokens_in, s.tokens_out, s.amount)
        for s in spends
    ]
    writer.writerows([safe_cell(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return sheet.getvalue().encode("utf-8", "replace"), len(rows)


def _written(path: Path, content: bytes, items: int) -> ExportedFile:
    path.write_bytes(content)
    return ExportedFile(name=path.name, items=items, bytes=len(content), sha256=_sha256(path))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _refuse_to_overwrite(to: Path) -> None:
    is_taken = any(to.iterdir()) if to.is_dir() and to.suffix != ".zip" else to.exists()
    if is_taken:
        raise InputError("there is something already", source=str(to), fix="Name a new folder or a new .zip file.")


@contextmanager
def _drafted(to: Path) -> Iterator[Path]:
    """Hand out a folder beside the place, and put it, or its zip, there when everything is in it."""
    draft = to.parent / f".{to.name}.{token_hex(8)}.part"
    packed = draft.with_suffix(".zip")
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        draft.mkdir(mode=0o700)
        yield draft
        for path in draft.iterdir():
            path.chmod(0o600)
        if to.suffix == ".zip":
            _pack(draft, packed)
            packed.replace(to)
        else:
            draft.replace(to)
    except OSError as error:
        raise StorageError(
            f"{to}: the export cannot be written ({error.strerror or error}).", fix="Name a place with room for it."
        ) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        packed.unlink(missing_ok=True)


def _pack(folder: Path, to: Path) -> None:
    """Pack files in order and without their times: the same data gives the same archive."""
    to.touch(mode=0o600)
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            entry = zipfile.ZipInfo(path.name, _FIRST_DAY_OF_ZIP)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            with path.open("rb") as file, archive.open(entry, "w") as packed:
                shutil.copyfileobj(file, packed)
