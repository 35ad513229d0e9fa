"""The choice of embeddings: the best that is there, and OpenAI's over a real server."""

from __future__ import annotations

import asyncio
import base64
import json
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from nexusplanner.adapters.embeddings import (
    EmbeddingChoice,
    HashedWordEmbeddings,
    MiniLMEmbeddings,
    choose_embeddings,
    has_minilm,
)
from nexusplanner.adapters.memory.chroma import ChromaMemory
from nexusplanner.domain.passage import Document
from nexusplanner.errors import ConfigurationError

AWS = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_REGION": "eu-west-1"}


class Handler(BaseHTTPRequestHandler):
    """Speaks OpenAI's wire for embeddings; the vectors are hashed words."""

    requests: ClassVar[list[tuple[str, str, list[str]]]] = []
    status: ClassVar[int] = 200

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        texts = [asked["input"]] if isinstance(asked["input"], str) else asked["input"]
        self.requests.append((self.path, self.headers["Authorization"], texts))
        vectors = HashedWordEmbeddings(64).embed_documents(texts)
        data = [
            {"object": "embedding", "index": index, "embedding": self._written(vector, asked)}
            for index, vector in enumerate(vectors)
        ]
        answer = {
            "object": "list",
            "data": data,
            "model": asked["model"],
            "usage": {"prompt_tokens": 1, "total_tokens": 1},
        }
        body = json.dumps(answer if self.status == 200 else {"error": {"message": "no"}}).encode()
        self.send_response(self.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _written(self, vector: list[float], asked: dict[str, object]) -> object:
        is_packed = asked.get("encoding_format") == "base64"
        return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode() if is_packed else vector

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name
        pass


@pytest.fixture
def server() -> Iterator[str]:
    """Serve on a free port."""
    Handler.requests.clear()
    Handler.status = 200
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{httpd.server_port}/v1"
    httpd.shutdown()
    httpd.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({"OPENAI_API_KEY": "k"} | AWS, "openai:text-embedding-3-small"),
        (AWS, "bedrock:amazon.titan-embed-text-v2:0"),
        ({"OPENAI_API_KEY": ""} | AWS, "bedrock:amazon.titan-embed-text-v2:0"),
        ({"AWS_REGION": "eu-west-1"}, MiniLMEmbeddings.name if has_minilm() else "hashed-words"),
        ({}, MiniLMEmbeddings.name if has_minilm() else "hashed-words"),
    ],
)
def test_the_best_that_is_there_is_chosen(environment: dict[str, str], name: str) -> None:
    """A key first, then credentials with a region, then what is installed."""
    assert choose_embeddings(environment=environment)[1] == name


def test_hashed_words_answer_where_nothing_else_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """No key, no package, still an answer."""
    monkeypatch.setattr("nexusplanner.adapters.embeddings.choice.has_minilm", lambda: False)
    embeddings, name = choose_embeddings(environment={})
    assert (type(embeddings), name) == (HashedWordEmbeddings, "hashed-words")
    assert choose_embeddings(EmbeddingChoice("hashed-words"), environment={"OPENAI_API_KEY": "k"})[1] == "hashed-words"


def test_a_kind_that_was_asked_for_must_be_there() -> None:
    """No silent second best."""
    with pytest.raises(ConfigurationError, match="Set OPENAI_API_KEY"):
        choose_embeddings(EmbeddingChoice("openai"), environment={})
    with pytest.raises(ConfigurationError, match="AWS_REGION"):
        choose_embeddings(EmbeddingChoice("bedrock"), environment={})


def remembered(server: str, folder: Path | None = None) -> ChromaMemory:
    """Open a memory on the server's embeddings."""
    embeddings, name = choose_embeddings(environment={"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": server})
    return ChromaMemory(folder, embeddings, name=name, call_s=10.0)


DOCUMENTS = [Document(source="a.md", text="# Vinyl\n\nCollectors pay more.\n", as_of=date(2026, 3, 1))]


def test_openai_embeds_over_the_wire_once_and_only_what_is_new(server: str, tmp_path: Path) -> None:
    """The key and the words arrive; a second ingest and a second memory on the folder ask for nothing known."""
    for _ in range(2):
        with remembered(server, tmp_path / "memory") as memory:
            asyncio.run(memory.ingest(DOCUMENTS, tenant="acme"))
            asyncio.run(memory.ingest(DOCUMENTS, tenant="acme"))
            assert asyncio.run(memory.search("vinyl collectors", tenant="acme"))[0].source == "a.md"
            assert (memory.embedding, memory.notes) == ("openai:text-embedding-3-small", ())
    path, key, _ = Handler.requests[0]
    assert (path, key) == ("/v1/embeddings", "Bearer sk-test")
    asked = [texts for _, _, texts in Handler.requests]
    assert asked == [["Vinyl\nCollectors pay more."], ["vinyl collectors"], ["vinyl collectors"]]


@pytest.mark.parametrize("status", [401, 429, 500])
def test_when_openai_fails_hashed_words_answer_and_say_so(server: str, status: int) -> None:
    """One request, no retry storm; the note names what failed and holds no key."""
    Handler.status = status
    with remembered(server) as memory:
        asyncio.run(memory.ingest(DOCUMENTS, tenant="acme"))
        assert asyncio.run(memory.search("vinyl collectors", tenant="acme"))[0].source == "a.md"
        assert memory.embedding == "hashed-words"
        assert "openai:text-embedding-3-small failed" in memory.notes[0]
        assert "sk-test" not in memory.notes[0]
    assert len(Handler.requests) == 1


def test_when_openai_fails_between_ingest_and_search_all_is_embedded_anew(server: str) -> None:
    """Words kept under one embedding are found under the other."""
    with remembered(server) as memory:
        asyncio.run(memory.ingest(DOCUMENTS, tenant="acme"))
        Handler.status = 503
        assert asyncio.run(memory.search("vinyl collectors", tenant="acme"))[0].source == "a.md"
        assert memory.embedding == "hashed-words"


def test_choosing_loads_no_vendor_that_is_not_chosen() -> None:
    """Hashed words cost neither openai nor boto3 nor tokenizers."""
    code = (
        "import sys; from nexusplanner.adapters.embeddings import *; "
        "choose_embeddings(EmbeddingChoice('hashed-words')); print(*sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"openai", "boto3", "tokenizers", "safetensors", "torch", "chromadb"} & set(loaded)
