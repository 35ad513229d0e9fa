"""Chroma in this process, as an index that can be thrown away and built again."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, cast

from nexusplanner.adapters.memory.chroma_folder import changing, empty, hold, open_client, told
from nexusplanner.adapters.memory.index import IndexUnavailable, Load
from nexusplanner.errors import StorageError

if TYPE_CHECKING:
    import chromadb
    from chromadb.api.client import Client

    from nexusplanner.adapters.memory.index import Vector

_BATCH = 2_000
_numbers = itertools.count()


class ChromaIndex:
    """Vectors in Chroma; one holder a folder, since several writers can damage it.

    A folder whose holder was killed while it changed something, or whose files were changed since, is emptied when it
    is opened; one that turns out to be damaged later is emptied then, once. The next ``sync`` builds it again.

    Args:
        folder: Where Chroma keeps its files. ``None`` keeps all in memory, apart from any other instance.

    Raises:
        IndexUnavailable: Another planner or process holds the folder, or Chroma cannot start even on an empty one.
    """

    def __init__(self, folder: Path | None) -> None:
        self._lock = threading.RLock()
        self._folder, self._may_renew = folder, folder is not None
        self._holder = None if folder is None else hold(folder)
        # Chroma's in-memory clients share one store in a process: a number of one's own keeps sets apart.
        self._prefix = "" if folder else f"m{next(_numbers)}-"
        self._keys: dict[str, set[str]] = {}
        try:
            self._client = open_client(folder)
        except IndexUnavailable:
            self._release()
            raise

    def sync(self, name: str, keys: Collection[str], load: Load) -> None:
        """Make a collection hold exactly these keys; only missing ones are loaded.

        Raises:
            IndexUnavailable: Chroma failed, and on an emptied folder again.
        """
        with self._lock:
            try:
                self._sync(name, set(keys), load)
            except IndexUnavailable:
                if not self._may_renew:
                    raise
                self._renew()
                self._sync(name, set(keys), load)

    def nearest(self, name: str, vector: Vector, *, limit: int) -> list[tuple[str, float]]:
        """Return the nearest keys with their cosine, best first.

        Raises:
            IndexUnavailable: Chroma failed.
        """
        with self._lock, told():
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
                with told():
                    for name in self._keys if self._prefix else ():
                        self._client.delete_collection(self._prefix + name)
                    self._keys.clear()
                    cast("Client", self._client).close()
            except IndexUnavailable:
                pass  # nothing is lost with an index
            finally:
                self._release()

    def _sync(self, name: str, wanted: set[str], load: Load) -> None:
        with told():
            known = self._keys.get(name)
            if known == wanted:
                return
            collection = self._collection(name)
            held = set(collection.get(include=[])["ids"]) if known is None else known
            if held != wanted:
                with changing(self._folder):
                    self._change(collection, sorted(held - wanted), sorted(wanted - held), load)
                    self._settle(collection, wanted, load)
            elif known is None:
                self._settle(collection, wanted, load)
            self._keys[name] = wanted

    def _change(self, collection: chromadb.Collection, extra: list[str], missing: list[str], load: Load) -> None:
        import numpy as np

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

    def _settle(self, collection: chromadb.Collection, wanted: set[str], load: Load) -> None:
        """Ask once: Chroma takes changes from its log into its files, and finds out what is damaged, when asked."""
        import numpy as np

        for vector in load([min(wanted)]).values() if wanted else ():
            collection.query(query_embeddings=np.frombuffer(vector, np.float32)[None, :], n_results=1, include=[])

    def _renew(self) -> None:
        """Throw away what is in the folder, and begin with an empty one."""
        assert self._folder is not None
        self._may_renew = False
        self._keys.clear()
        with suppress(IndexUnavailable), told():
            cast("Client", self._client).close()
        empty(self._folder)
        self._client = open_client(self._folder)

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
    """Delete a folder's index, to be built anew; whoever else holds it drops by itself what is gone from the store.

    Raises:
        StorageError: It cannot be deleted.
    """
    try:
        holder = hold(folder)
    except IndexUnavailable:
        return
    try:
        empty(folder)
    except IndexUnavailable as reason:
        raise StorageError(f"The index of a memory cannot be deleted: {reason}.", fix="Check its rights.") from reason
    finally:
        holder.release()
