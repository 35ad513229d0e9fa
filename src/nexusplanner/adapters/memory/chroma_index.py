"""Chroma in this process, as an index that can be thrown away and built again."""

from __future__ import annotations

import itertools
import shutil
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

from nexusplanner.adapters.memory.index import IndexUnavailable, Load

if TYPE_CHECKING:
    import chromadb
    from chromadb.api import ClientAPI
    from chromadb.api.client import Client
    from filelock import BaseFileLock

    from nexusplanner.adapters.memory.index import Vector

_BATCH = 2_000
_numbers = itertools.count()


class ChromaIndex:
    """Vectors in Chroma; one holder a folder, since several writers can damage it.

    Args:
        folder: Where Chroma keeps its files. ``None`` keeps all in memory, apart from any other instance.

    Raises:
        IndexUnavailable: Another planner or process holds the folder, or Chroma cannot start even on an empty one.
    """

    def __init__(self, folder: Path | None) -> None:
        self._lock = threading.RLock()
        self._holder = None if folder is None else _hold(folder)
        # Chroma's in-memory clients share one store in a process: a number of one's own keeps sets apart.
        self._prefix = "" if folder else f"m{next(_numbers)}-"
        self._keys: dict[str, set[str]] = {}
        try:
            self._client = _open(folder)
        except IndexUnavailable:
            self._release()
            raise

    def sync(self, name: str, keys: Collection[str], load: Load) -> None:
        """Make a collection hold exactly these keys; only missing ones are loaded.

        Raises:
            IndexUnavailable: Chroma failed.
        """
        import numpy as np

        with self._lock, _told():
            collection = self._collection(name)
            wanted = set(keys)
            held = self._keys.get(name)
            held = set(collection.get(include=[])["ids"]) if held is None else held
            extra, missing = sorted(held - wanted), sorted(wanted - held)
            for start in range(0, len(extra), _BATCH):
                collection.delete(ids=extra[start : start + _BATCH])
            for start in range(0, len(missing), _BATCH):
                vectors = load(missing[start : start + _BATCH])
                ids = sorted(vectors)
                if ids:
                    collection.upsert(
                        ids=ids,
                        embeddings=np.stack([np.frombuffer(vectors[key], np.float32) for key in ids]),
                    )
            self._keys[name] = wanted

    def nearest(self, name: str, vector: Vector, *, limit: int) -> list[tuple[str, float]]:
        """Return the nearest keys with their cosine, best first.

        Raises:
            IndexUnavailable: Chroma failed.
        """
        with self._lock, _told():
            count = len(self._keys.get(name, ()))
            if not count:
                return []
            found = self._collection(name).query(
                query_embeddings=vector[None, :],
                n_results=min(limit, count),
                include=["distances"],
            )
            distances = found["distances"] or [[]]
            pairs = zip(found["ids"][0], distances[0], strict=True)
            return sorted(
                ((key, 1.0 - far) for key, far in pairs),
                key=lambda item: (-round(item[1], 6), item[0]),
            )

    def close(self) -> None:
        """Close Chroma and let another holder in; calling it again does nothing."""
        with self._lock:
            try:
                with _told():
                    for name in self._keys if self._prefix else ():
                        self._client.delete_collection(self._prefix + name)
                    self._keys.clear()
                    cast("Client", self._client).close()
            except IndexUnavailable:
                pass  # nothing is lost with an index
            finally:
                self._release()

    def _collection(self, name: str) -> chromadb.Collection:
        return self._client.get_or_create_collection(
            self._prefix + name,
            configuration={"hnsw": {"space": "cosine"}},
            embedding_function=None,
        )

    def _release(self) -> None:
        if self._holder is not None:
            self._holder.release()


def drop_index(folder: Path) -> None:
    """Delete a folder's index, to be built anew; whoever else holds it drops by itself what is gone from the store."""
    try:
        holder = _hold(folder)
    except IndexUnavailable:
        return
    try:
        shutil.rmtree(folder, ignore_errors=True)
        _forget(folder)
    finally:
        holder.release()


def _hold(folder: Path) -> BaseFileLock:
    from filelock import FileLock, Timeout

    lock = FileLock(folder.with_name(folder.name + ".lock"), mode=0o600, thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise IndexUnavailable("another planner or process holds it") from error
    except OSError as error:
        raise IndexUnavailable(error.strerror or str(error)) from error
    return lock


def _open(folder: Path | None) -> ClientAPI:
    """Open Chroma; a folder that it cannot read is emptied and built anew."""
    try:
        return _start(folder)
    except IndexUnavailable:
        if folder is None or not folder.exists():
            raise
        shutil.rmtree(folder, ignore_errors=True)
        _forget(folder)
        return _start(folder)


def _forget(folder: Path) -> None:
    """Drop the client that failed to start: Chroma keeps it and would hand it out again."""
    with _told():
        from chromadb.api.shared_system_client import SharedSystemClient

        SharedSystemClient._identifier_to_system.pop(str(folder), None)


def _start(folder: Path | None) -> ClientAPI:
    with _told():
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


@contextmanager
def _told() -> Iterator[None]:
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
