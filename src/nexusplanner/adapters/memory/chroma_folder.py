"""Chroma's folder: who holds it, what is opened, and what is thrown away because its writer ended in between."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from nexusplanner.adapters.memory.index import IndexUnavailable

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from filelock import BaseFileLock

_WRITTEN_IN_PLACE = (".bin", ".pickle")


def hold(folder: Path) -> BaseFileLock:
    """Take a folder for oneself.

    Raises:
        IndexUnavailable: Another planner or process holds it.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(folder.with_name(folder.name + ".lock"), mode=0o600, thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise IndexUnavailable("another planner or process holds it") from error
    except OSError as error:
        raise IndexUnavailable(error.strerror or str(error)) from error
    return lock


def open_client(folder: Path | None) -> ClientAPI:
    """Open Chroma; a folder that it cannot read, or whose files are not as it last left them, is emptied first.

    Raises:
        IndexUnavailable: Chroma cannot start even on an empty one.
    """
    if folder is not None and folder.exists() and not _is_settled(folder):
        empty(folder)
    try:
        return _started(folder)
    except IndexUnavailable:
        if folder is None or not folder.exists():
            raise
        empty(folder)
        return _started(folder)


@contextmanager
def changing(folder: Path | None) -> Iterator[None]:
    """Take back that a folder is settled while it is changed; what does not end well is thrown away later.

    Chroma writes its files one after the other and in place. Killed in between it leaves some that do not fit the
    rest; reading them it misses vectors without a word, or takes the process down.
    """
    if folder is not None:
        _note(folder).unlink(missing_ok=True)
    yield
    if folder is not None:
        _note(folder).write_text(json.dumps(_sizes(folder)))


def empty(folder: Path) -> None:
    """Delete a folder; what a kill in between leaves of it is deleted when it is next opened.

    Raises:
        IndexUnavailable: It cannot be deleted.
    """
    with told():
        _note(folder).unlink(missing_ok=True)
        if folder.exists():
            shutil.rmtree(folder)
        _forget(folder)


@contextmanager
def told() -> Iterator[None]:
    """Turn any failure of Chroma into ours; a panic of its Rust core is no ``Exception``."""
    try:
        yield
    except IndexUnavailable:
        raise
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        detail = str(error).partition("\n")[0][:200]
        raise IndexUnavailable(f"{type(error).__name__}: {detail}") from error


def _note(folder: Path) -> Path:
    return folder.with_name(folder.name + ".settled")


def _is_settled(folder: Path) -> bool:
    try:
        return bool(json.loads(_note(folder).read_bytes()) == _sizes(folder))
    except (OSError, ValueError):
        return False


def _sizes(folder: Path) -> dict[str, int]:
    """Return the sizes of the files that have no log of their own."""
    files = (path for path in folder.rglob("*") if path.suffix in _WRITTEN_IN_PLACE)
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in files}


def _forget(folder: Path) -> None:
    """Drop the client of a folder: Chroma keeps one that failed to start and would hand it out again."""
    if "chromadb" not in sys.modules:
        return
    from chromadb.api.shared_system_client import SharedSystemClient

    SharedSystemClient._identifier_to_system.pop(str(folder), None)


def _started(folder: Path | None) -> ClientAPI:
    with told():
        import chromadb
        from chromadb.config import Settings

        # Said outright, so that neither a .env file nor CHROMA_* variables turn this into a network client.
        settings = Settings(
            _env_file=None,
            anonymized_telemetry=False,
            chroma_api_impl="chromadb.api.rust.RustBindingsAPI",
            chroma_server_host=None,
        )
        if folder is None:
            return chromadb.EphemeralClient(settings=settings)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        client = chromadb.PersistentClient(path=str(folder), settings=settings)
        client.list_collections()
        return client
