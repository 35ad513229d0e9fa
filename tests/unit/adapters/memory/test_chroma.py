"""ChromaMemory: what is kept stays kept, whatever happens to the index, the embeddings or other planners."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.embeddings import Embeddings

from nexusplanner.adapters.embeddings import HashedWordEmbeddings
from nexusplanner.adapters.memory.chroma import ChromaMemory
from nexusplanner.domain.passage import Document, IngestReport, Passage
from nexusplanner.errors import InputError, StorageError

DOCUMENTS = tuple(
    Document(source=f"{word}.md", text=f"# About {word}\n\nAll there is to say of {word}.\n", as_of=date(2026, 3, 1))
    for word in ("vinyl", "podcast", "newsletter", "radio")
)


class BrokenEmbeddings(Embeddings):
    """Answers in a way that cannot be used."""

    def __init__(self, vectors: list[list[float]] | None) -> None:
        self._vectors = vectors
        self.released = threading.Event()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        if self._vectors is None:
            self.released.wait()
            return []
        return self._vectors

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Name a folder that does not exist yet."""
    return tmp_path / "memory"


@pytest.fixture
def memory(folder: Path) -> Iterator[ChromaMemory]:
    """Open a filled memory."""
    with ChromaMemory(folder, HashedWordEmbeddings()) as opened:
        ingest(opened)
        yield opened


def ingest(memory: ChromaMemory, documents: tuple[Document, ...] = DOCUMENTS, tenant: str = "acme") -> IngestReport:
    """Ingest and wait."""
    return asyncio.run(memory.ingest(documents, tenant=tenant))


def search(memory: ChromaMemory, query: str = "vinyl radio", tenant: str = "acme") -> tuple[Passage, ...]:
    """Search and wait."""
    return asyncio.run(memory.search(query, tenant=tenant))


def test_what_was_kept_is_there_in_the_next_process(folder: Path, memory: ChromaMemory) -> None:
    """Another interpreter finds the same, through Chroma."""
    found = search(memory)
    memory.close()
    code = (
        "import asyncio, sys; from pathlib import Path; from nexusplanner.adapters.embeddings import *;"
        "from nexusplanner.adapters.memory import ChromaMemory;"
        "m = ChromaMemory(Path(sys.argv[1]), HashedWordEmbeddings());"
        "print([(p.source, p.score) for p in asyncio.run(m.search('vinyl radio', tenant='acme'))], m.notes); m.close()"
    )
    told = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == f"{[(p.source, p.score) for p in found]} ()"


@pytest.mark.parametrize("harm", ["removed", "emptied", "garbled"])
def test_an_index_that_is_lost_or_damaged_is_built_again(folder: Path, harm: str) -> None:
    """Chroma's files are no truth."""
    with ChromaMemory(folder, HashedWordEmbeddings()) as memory:
        ingest(memory)
        found = search(memory)
    index = folder / "index"
    if harm == "removed":
        shutil.rmtree(index)
    else:
        for path in [path for path in index.rglob("*") if path.is_file()]:
            path.write_bytes(b"" if harm == "emptied" else b"\xff" * 5_000)
    with ChromaMemory(folder, HashedWordEmbeddings()) as memory:
        assert search(memory) == found
        assert memory.notes == ()


def test_a_second_planner_on_the_folder_reads_and_writes_too(folder: Path, memory: ChromaMemory) -> None:
    """It compares vectors one by one, says so, finds the same, and each sees what the other kept."""
    found = search(memory)
    with ChromaMemory(folder, HashedWordEmbeddings()) as second:
        assert search(second) == found
        assert "another planner or process holds it" in second.notes[0]
        ingest(second, (DOCUMENTS[0].model_copy(update={"source": "new.md", "text": "Saxophone."}),))
        assert search(memory, "saxophone")[0].source == "new.md"
        assert memory.notes == ()
    memory.close()
    with ChromaMemory(folder, HashedWordEmbeddings()) as third:
        assert search(third, "saxophone")[0].source == "new.md"
        assert third.notes == ()


@pytest.mark.slow
def test_four_processes_write_one_folder_and_nothing_is_lost(folder: Path) -> None:
    """Writers take turns; the database stays whole."""
    code = (
        "import asyncio, sys; from datetime import date; from pathlib import Path;"
        "from nexusplanner.adapters.embeddings import *; from nexusplanner.adapters.memory import ChromaMemory;"
        "from nexusplanner.domain.passage import Document;"
        "m = ChromaMemory(Path(sys.argv[1]), HashedWordEmbeddings());"
        "[asyncio.run(m.ingest([Document(source=f'{sys.argv[2]}-{n}.txt', text=f'word{n} by {sys.argv[2]}',"
        " as_of=date(2026, 1, 1))], tenant='acme')) for n in range(25)];"
        "asyncio.run(m.search('word1', tenant='acme')); m.close()"
    )
    started = [subprocess.Popen([sys.executable, "-c", code, str(folder), str(number)]) for number in range(4)]
    assert [process.wait(timeout=120) for process in started] == [0, 0, 0, 0]
    with sqlite3.connect(folder / "memory.sqlite") as connection:
        assert connection.execute("SELECT count(*) FROM documents").fetchone() == (100,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def test_two_memories_in_one_process_share_nothing() -> None:
    """Chroma's in-memory store is one a process; ours are apart."""
    with ChromaMemory(None, HashedWordEmbeddings()) as one, ChromaMemory(None, HashedWordEmbeddings()) as other:
        ingest(one)
        assert search(other) == ()
        ingest(other, DOCUMENTS[1:2])
        assert {passage.source for passage in search(one)} == {"vinyl.md", "radio.md"}
        assert search(other) == ()


def test_a_sync_removes_what_is_gone_and_only_there(memory: ChromaMemory) -> None:
    """The collection becomes what was handed in; other collections stay."""
    asyncio.run(memory.sync(DOCUMENTS[:1], tenant="acme", collection="extra"))
    report = asyncio.run(memory.sync(DOCUMENTS[:2], tenant="acme", collection="documents"))
    assert (report.added, report.unchanged, report.removed) == (0, 2, 2)
    assert search(memory, "radio") == ()
    report = asyncio.run(memory.sync((), tenant="acme", collection="documents"))
    assert report.removed == 2
    assert [passage.source for passage in search(memory, "vinyl")] == ["vinyl.md"]


def test_how_rare_a_word_is_does_not_depend_on_other_tenants(memory: ChromaMemory) -> None:
    """A tenant's ranking is the same whatever others keep."""
    before = search(memory, "about vinyl podcast")
    crowd = tuple(Document(source=f"{n}.txt", text=f"vinyl {n}", as_of=date(2026, 1, 1)) for n in range(60))
    ingest(memory, crowd, tenant="crowd")
    assert search(memory, "about vinyl podcast") == before


@pytest.mark.parametrize(
    "vectors",
    [[], [[0.0] * 8], [[float("nan")] * 8], [[1.0], [1.0]], [["a"]]],
    ids=["none", "zero", "nan", "two", "text"],
)
def test_embeddings_that_answer_nonsense_are_replaced_and_named(vectors: list[list[float]]) -> None:
    """Hashed words answer instead, and a plan can say so."""
    with ChromaMemory(None, BrokenEmbeddings(vectors), name="vendor:model") as memory:
        ingest(memory, DOCUMENTS[:1])
        assert search(memory, "vinyl")[0].source == "vinyl.md"
        assert memory.embedding == "hashed-words"
        assert memory.notes[0].startswith("Hashed words answer for memory: vendor:model failed (")


def test_embeddings_that_never_answer_are_left_in_time() -> None:
    """The wall clock counts, whatever the vendor's client does."""
    silent = BrokenEmbeddings(None)
    with ChromaMemory(None, silent, name="vendor:model", call_s=0.2) as memory:
        ingest(memory)
        assert "no answer within 0.2 s" in memory.notes[0]
        assert search(memory, "vinyl")[0].source == "vinyl.md"
    silent.released.set()


def test_a_model_that_changed_behind_its_name_is_embedded_anew(folder: Path) -> None:
    """Vectors of another length are dropped, not compared."""
    for dimensions in (64, 128, 64):
        with ChromaMemory(folder, HashedWordEmbeddings(dimensions)) as memory:
            ingest(memory)
            assert search(memory, "vinyl")[0].source == "vinyl.md"
            assert memory.notes == ()


def test_without_chroma_the_answers_are_the_same_and_it_says_so(
    memory: ChromaMemory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Vectors are compared one by one."""
    found = search(memory)
    monkeypatch.setitem(sys.modules, "chromadb", None)
    with ChromaMemory(tmp_path / "other", HashedWordEmbeddings()) as other:
        ingest(other)
        assert search(other) == found
        assert "Chroma cannot be used" in other.notes[0]


def test_without_any_vectors_words_alone_answer(memory: ChromaMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many vectors to compare and no Chroma: the words are still there."""
    monkeypatch.setitem(sys.modules, "chromadb", None)
    monkeypatch.setattr("nexusplanner.adapters.memory.index._MOST_SCANNED", 1)
    assert search(memory, "vinyl")[0].source == "vinyl.md"
    assert "Words alone answer" in memory.notes[0]


def test_a_closed_memory_opens_again(memory: ChromaMemory) -> None:
    """Closing twice is nothing, using it later is fine."""
    found = search(memory)
    memory.close()
    memory.close()
    assert search(memory) == found


def test_only_the_owner_can_read_the_files(folder: Path, memory: ChromaMemory) -> None:
    """Memory holds what customers said."""
    search(memory)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "memory.sqlite").stat().st_mode) == 0o600


def test_a_folder_that_cannot_be_used_gives_one_clear_line(tmp_path: Path) -> None:
    """A file in its place, or a database that is none."""
    (tmp_path / "file").write_text("x")
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "memory.sqlite").write_bytes(b"no database " * 500)
    for place in ("file", "bad"):
        with pytest.raises(StorageError, match=f"The memory in '{place}' cannot be used: ") as caught:
            search(ChromaMemory(tmp_path / place, HashedWordEmbeddings()))
        assert "\n" not in str(caught.value)


def test_a_document_without_measure_is_refused_and_nothing_is_kept(memory: ChromaMemory) -> None:
    """The whole batch stays out."""
    huge = DOCUMENTS[0].model_copy(update={"source": "huge.txt", "text": "x" * 5_000_001})
    fine = DOCUMENTS[0].model_copy(update={"source": "fine.txt", "text": "saxophone"})
    with pytest.raises(InputError, match=r"huge\.txt: longer than 5,000,000 characters"):
        ingest(memory, (fine, huge))
    assert search(memory, "saxophone") == ()


@settings(max_examples=25, deadline=None)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["a", "A"]), st.sampled_from("xyz"), st.sampled_from(["vinyl", "radio", ""])),
        max_size=8,
    )
)
def test_a_history_of_writes_leaves_each_tenant_its_last_words(steps: list[tuple[str, str, str]]) -> None:
    """After any writes a tenant finds exactly the documents whose last text has the word."""
    with ChromaMemory(None, HashedWordEmbeddings()) as memory:
        last: dict[tuple[str, str], str] = {}
        for tenant, source, text in steps:
            ingest(memory, (Document(source=source, text=text, as_of=date(2026, 1, 1)),), tenant=tenant)
            last[tenant, source] = text
        for tenant in ("a", "A"):
            found = {passage.source for passage in search(memory, "vinyl", tenant)}
            assert found == {source for (owner, source), text in last.items() if owner == tenant and text == "vinyl"}
