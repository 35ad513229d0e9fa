"""The tracked source, parsed: what the house's rules look at."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "src/nexusplanner"

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One Python file."""

    path: str
    """From the repository's root, with slashes."""
    text: str
    tree: ast.Module

    @classmethod
    def parse(cls, path: str, text: str) -> Module:
        """Parse a text as if it stood in a file."""
        return cls(path=path, text=text, tree=ast.parse(text))

    def functions(self) -> Iterator[Function]:
        """Yield all functions and methods, nested ones too."""
        for node in ast.walk(self.tree):
            if isinstance(node, Function):
                yield node

    def classes(self) -> Iterator[ast.ClassDef]:
        """Yield all classes."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ClassDef):
                yield node


@cache
def project_files() -> tuple[str, ...]:
    """Return every file that is tracked or would be, from the root, with slashes."""
    listed = subprocess.run(
        ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"),
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    return tuple(sorted({name for name in listed.split("\0") if name and (ROOT / name).is_file()}))


def modules(*folders: str) -> tuple[Module, ...]:
    """Return the Python files below folders, parsed."""
    starts = tuple(f"{folder}/" for folder in folders)
    return tuple(_parsed(name) for name in project_files() if name.endswith(".py") and name.startswith(starts))


@cache
def _parsed(name: str) -> Module:
    return Module.parse(name, (ROOT / name).read_text(encoding="utf-8"))


def forget() -> None:
    """Let go of what was parsed."""
    _parsed.cache_clear()
