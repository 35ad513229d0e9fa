"""Folders and specs of memory."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from nexusplanner.adapters.embeddings import EmbeddingChoice, HashedWordEmbeddings
from nexusplanner.adapters.memory import ChromaMemory, FolderMemory, memory_from_spec
from nexusplanner.adapters.memory.folder import read_folder
from nexusplanner.domain.passage import Passage
from nexusplanner.errors import ConfigurationError, InputError

HASHED = EmbeddingChoice("hashed-words")
HANDBOOK = Path(__file__).resolve().parents[5] / "shared" / "data" / "marketing_handbook"


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """Write a small folder."""
    folder = tmp_path / "docs"
    (folder / "below").mkdir(parents=True)
    (folder / "voice.md").write_text("---\ntitle: x\ndate: 2025-05-04\n---\n# Voice\n\nPlain words for vinyl.\n")
    (folder / "below" / "2025-11-03 spring.txt").write_text("The newsletter sold out.\n")
    (folder / "past.csv").write_text("campaign,result\nautumn,modest\n")
    return folder


def recall(memory: FolderMemory | ChromaMemory, query: str, tenant: str = "acme") -> tuple[Passage, ...]:
    """Search and wait."""
    return asyncio.run(memory.search(query, tenant=tenant))


def test_dates_come_from_the_header_the_name_or_the_file(docs: Path) -> None:
    """In this order, and all from the caller where told."""
    os.utime(docs / "past.csv", (0, datetime(2024, 2, 29, 12, tzinfo=UTC).timestamp()))
    documents, quality = read_folder(docs)
    assert {document.source: document.as_of for document in documents} == {
        "voice.md": date(2025, 5, 4),
        "below/2025-11-03 spring.txt": date(2025, 11, 3),
        "past.csv": date(2024, 2, 29),
    }
    assert (quality.rows, quality.bad) == (3, 0)
    assert {document.as_of for document in read_folder(docs, as_of=date(2026, 1, 1))[0]} == {date(2026, 1, 1)}
    assert not any(document.trusted for document in documents)


def test_files_that_cannot_be_read_are_left_out_and_counted(docs: Path, tmp_path: Path) -> None:
    """Another encoding, nothing in it, a way out of the folder; hidden and other files do not count."""
    (docs / "latin.md").write_bytes("caf\u00e9".encode("latin-1"))
    (docs / "empty.md").write_text(" \n")
    (tmp_path / "outside.md").write_text("secret")
    (docs / "link.md").symlink_to(tmp_path / "outside.md")
    (docs / ".hidden.md").write_text("hidden")
    (docs / "picture.png").write_bytes(b"\x89PNG")
    documents, quality = read_folder(docs)
    assert len(documents) == 3
    assert {row.source: row.reason for row in quality.examples} == {
        "latin.md": "it is not UTF-8",
        "empty.md": "it is empty",
        "link.md": "it leads out of the folder",
    }


def test_a_folder_without_documents_is_refused(tmp_path: Path) -> None:
    """It is missing, empty, or all of it is bad."""
    with pytest.raises(InputError, match="no such folder"):
        read_folder(tmp_path / "none")
    with pytest.raises(InputError, match=r"no file in it can be read.*Put \.md"):
        read_folder(tmp_path)
    (tmp_path / "bad.md").write_bytes(b"\xff\xff\xff")
    with pytest.raises(InputError, match=r"bad\.md: it is not UTF-8"):
        read_folder(tmp_path)


def test_a_folder_follows_its_files(docs: Path, tmp_path: Path) -> None:
    """Changed files are taken in anew, files that went are forgotten, the rest costs nothing."""
    spec = f"folder:{docs.name}?trusted=true"
    memory = memory_from_spec(spec, base=tmp_path, workspace=tmp_path / "work", choice=HASHED)
    assert isinstance(memory, FolderMemory)
    assert recall(memory, "newsletter")[0].trusted
    assert recall(memory, "newsletter", "other")[0].source == "below/2025-11-03 spring.txt"
    (docs / "past.csv").unlink()
    (docs / "voice.md").write_text("# Voice\n\nLoud words.\n")
    report = asyncio.run(memory.refresh(tenant="acme"))
    assert (report.added, report.unchanged, report.removed) == (1, 1, 1)
    assert recall(memory, "autumn modest") == ()
    memory.close()
    again = memory_from_spec(spec, base=tmp_path, workspace=tmp_path / "work", choice=HASHED)
    assert isinstance(again, FolderMemory)
    assert asyncio.run(again.refresh(tenant="acme")).added == 0
    again.close()


def test_one_folder_never_turns_up_in_another_memory(docs: Path, tmp_path: Path) -> None:
    """What one plan took in is not another's, in the same workspace."""
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "x.md").write_text("Something else.")
    for name, found in ((docs.name, 1), ("b", 0)):
        memory = memory_from_spec(f"folder:{name}", base=tmp_path, workspace=tmp_path / "work", choice=HASHED)
        assert len(recall(memory, "newsletter")) == found
        memory.close()


def test_a_memory_kept_in_a_folder_is_opened(tmp_path: Path) -> None:
    """``chroma:`` names the folder itself; nothing is made before it is used."""
    memory = memory_from_spec("chroma:kept", base=tmp_path, workspace=None, choice=HASHED)
    assert isinstance(memory, ChromaMemory)
    assert not (tmp_path / "kept").exists()
    assert recall(memory, "anything") == ()
    assert (tmp_path / "kept" / "memory.sqlite").exists()
    memory.close()


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "https://example.org/chroma", "chroma://host"])
def test_a_server_is_refused_with_the_reason(tmp_path: Path, url: str) -> None:
    """In this process only."""
    with pytest.raises(ConfigurationError, match=r"in this process only.*CVE-2026-45829.*chroma:memory"):
        memory_from_spec(f"chroma:{url}", base=tmp_path, workspace=None, choice=HASHED)


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("folder:a,b", "names one folder"),
        ("folder:a?trusted=maybe", "neither true nor false"),
        ("folder:a?as_of=yesterday", "no date"),
        ("chroma:a?trusted=true", "unknown option"),
        ("sql:a", "unknown kind"),
    ],
)
def test_a_wrong_spec_is_refused(tmp_path: Path, spec: str, said: str) -> None:
    """One line that says what is wrong."""
    with pytest.raises(InputError, match=said):
        memory_from_spec(spec, base=tmp_path, workspace=None, choice=HASHED)


@pytest.mark.skipif(not HANDBOOK.is_dir(), reason="the shared handbook pages are not beside the repository")
@pytest.mark.parametrize(
    ("question", "page"),
    [
        ("Who are the buyer personas?", "process__personas.md"),
        ("How are launch tiers defined?", "product-marketing__marketing_launch_tiers.md"),
        ("paid search and display campaigns", "demand-gen__digital_marketing_programs.md"),
        ("short single sentence value proposition", "process__messaging.md"),
        ("notebooks go to market", "product-marketing__notebooks_gtm.md"),
    ],
)
def test_questions_find_their_page_of_a_real_handbook(question: str, page: str) -> None:
    """Hashed words and FTS5 together, on pages written by a real team."""
    with ChromaMemory(None, HashedWordEmbeddings()) as memory:
        found = recall(FolderMemory(HANDBOOK, memory), question)
        assert page in {passage.source for passage in found[:3]}


def test_chroma_works_with_the_network_cut_and_loads_only_when_used(tmp_path: Path) -> None:
    """No address is looked up and no connection is tried, whatever CHROMA_ variables say."""
    code = (
        "import asyncio, socket, sys; from pathlib import Path\n"
        "import nexusplanner.adapters.memory\n"
        "assert not {'chromadb', 'langchain_core', 'markdown_it', 'numpy'} & set(sys.modules), 'loaded too early'\n"
        "def cut(*a, **k): raise SystemExit('network was touched')\n"
        "socket.getaddrinfo = socket.create_connection = socket.socket.connect = cut\n"
        "from nexusplanner.adapters.embeddings import EmbeddingChoice\n"
        "m = nexusplanner.adapters.memory.memory_from_spec('folder:' + sys.argv[1], base=Path('.'),\n"
        "    workspace=Path(sys.argv[2]), choice=EmbeddingChoice('hashed-words'))\n"
        "print(len(asyncio.run(m.search('vinyl', tenant='acme'))), m.notes); m.close()\n"
    )
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text("vinyl")
    (tmp_path / ".env").write_text("CHROMA_SERVER_HOST=example.org\nCHROMA_API_IMPL=chromadb.api.fastapi.FastAPI\n")
    variables = os.environ | {"CHROMA_SERVER_HOST": "example.org", "CHROMA_API_IMPL": "chromadb.api.fastapi.FastAPI"}
    told = subprocess.run(
        [sys.executable, "-c", code, "docs", "work"], capture_output=True, text=True, cwd=tmp_path, env=variables
    )
    assert (told.stdout.strip(), told.stderr) == ("1 ()", "")
