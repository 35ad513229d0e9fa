"""Every memory keeps the port's promises."""

from __future__ import annotations

from pathlib import Path

import pytest

from nexusplanner.adapters.embeddings import HashedWordEmbeddings, MiniLMEmbeddings, has_minilm
from nexusplanner.adapters.memory.chroma import ChromaMemory
from nexusplanner.adapters.memory.folder import FolderMemory
from nexusplanner.ports.memory import Memory
from nexusplanner.testing.memory import InMemoryMemory, MemoryContract


class TestInMemoryMemory(MemoryContract):
    """The double."""

    def make(self, folder: Path) -> Memory:
        return InMemoryMemory()


class TestChromaMemoryInAFolder(MemoryContract):
    """SQLite and Chroma on disk."""

    def make(self, folder: Path) -> Memory:
        return ChromaMemory(folder / "memory", HashedWordEmbeddings())


class TestChromaMemoryInThisProcess(MemoryContract):
    """SQLite and Chroma in memory."""

    def make(self, folder: Path) -> Memory:
        return ChromaMemory(None, HashedWordEmbeddings())


class TestChromaMemoryHeldByAnother(MemoryContract):
    """The folder's index is open elsewhere: vectors are compared one by one."""

    def make(self, folder: Path) -> Memory:
        from filelock import FileLock

        (folder / "memory").mkdir()
        self._holder = FileLock(folder / "memory" / "index.lock", thread_local=False)
        self._holder.acquire()
        return ChromaMemory(folder / "memory", HashedWordEmbeddings())


class TestFolderMemory(MemoryContract):
    """A folder's documents beside those that are handed in."""

    def make(self, folder: Path) -> Memory:
        (folder / "docs").mkdir()
        (folder / "docs" / "zebra.md").write_text("# Zebras\n\nStripes.\n")
        return FolderMemory(folder / "docs", ChromaMemory(folder / "memory", HashedWordEmbeddings()))


@pytest.mark.slow
@pytest.mark.skipif(not has_minilm(), reason="the extra minilm is not installed")
class TestChromaMemoryWithMiniLM(MemoryContract):
    """A real sentence encoder."""

    def make(self, folder: Path) -> Memory:
        return ChromaMemory(folder / "memory", MiniLMEmbeddings())
