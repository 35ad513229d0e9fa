"""Memory: documents kept in SQLite and found by words and vectors."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from nexusplanner.adapters.specs import Spec, check_options, parse_spec
from nexusplanner.domain.fingerprint import sha256_of
from nexusplanner.errors import ConfigurationError, InputError

if TYPE_CHECKING:
    from nexusplanner.adapters.embeddings.choice import EmbeddingChoice
    from nexusplanner.adapters.memory.chroma import ChromaMemory as ChromaMemory
    from nexusplanner.adapters.memory.folder import FolderMemory as FolderMemory

__all__ = ["ChromaMemory", "FolderMemory", "memory_from_spec", "open_memory"]

MEMORY_KINDS = ("chroma", "folder")
_OPTIONS = {"chroma": (), "folder": ("trusted", "as_of")}


def __getattr__(name: str) -> object:
    if name == "ChromaMemory":
        from nexusplanner.adapters.memory.chroma import ChromaMemory

        return ChromaMemory
    if name == "FolderMemory":
        from nexusplanner.adapters.memory.folder import FolderMemory

        return FolderMemory
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def open_memory(folder: Path | None, *, choice: EmbeddingChoice | None = None) -> ChromaMemory:
    """Open a memory with the best embeddings there are.

    Args:
        folder: Where to keep it; ``None`` keeps it in this process's memory.
        choice: Which embeddings; see ``choose_embeddings``.

    Raises:
        ConfigurationError: The embeddings that were asked for cannot be had.
    """
    from nexusplanner.adapters.embeddings.choice import choose_embeddings
    from nexusplanner.adapters.memory.chroma import ChromaMemory

    embeddings, name = choose_embeddings(choice)
    return ChromaMemory(folder, embeddings, name=name)


def memory_from_spec(
    spec: str, *, base: Path, workspace: Path | None, choice: EmbeddingChoice | None = None
) -> ChromaMemory | FolderMemory:
    """Build the memory that a spec names. Nothing is read before its first use.

    Args:
        spec: ``chroma:`` and the folder a memory is kept in, or ``folder:`` and a folder of Markdown, text and CSV to
            take in. Options of the latter: ``trusted=true`` (the words are one's own), ``as_of=2026-01-31``.
        base: Folder that relative paths start from.
        workspace: Where what ``folder:`` takes in is kept; ``None`` keeps it in this process's memory.
        choice: Which embeddings; see ``choose_embeddings``.

    Raises:
        InputError: The spec is wrong.
        ConfigurationError: A server's URL, or embeddings that cannot be had.
    """
    parsed = parse_spec(spec, kinds=MEMORY_KINDS, what="memory")
    if "://" in parsed.location:
        raise ConfigurationError(
            "Chroma runs in this process only: its server has run code of strangers before it asked who they are "
            "(CVE-2026-45829).",
            fix="Name a folder: chroma:memory.",
        )
    check_options(parsed, known=_OPTIONS[parsed.kind], what="memory")
    place = _folder(parsed, base=base)
    if parsed.kind == "chroma":
        return open_memory(place, choice=choice)
    from nexusplanner.adapters.memory.folder import FolderMemory

    # A memory of its own for each folder: what one plan took in must not turn up in another's.
    own = f"{place.name}-{sha256_of(str(place.resolve()))[:8]}"
    memory = open_memory(None if workspace is None else workspace / "memory" / own, choice=choice)
    return FolderMemory(place, memory, trusted=_is_trusted(parsed), as_of=_as_of(parsed))


def _folder(spec: Spec, *, base: Path) -> Path:
    paths = spec.paths(base=base)
    if len(paths) != 1:
        raise InputError("names one folder", field="memory", value=spec.location)
    return paths[0]


def _is_trusted(spec: Spec) -> bool:
    raw = spec.options.get("trusted", "false").lower()
    if raw not in ("true", "false"):
        raise InputError("neither true nor false", field="memory.trusted", value=raw)
    return raw == "true"


def _as_of(spec: Spec) -> date | None:
    raw = spec.options.get("as_of")
    try:
        return None if raw is None else date.fromisoformat(raw)
    except ValueError as error:
        raise InputError("no date", field="memory.as_of", value=raw, fix="Write it as 2026-01-31.") from error
