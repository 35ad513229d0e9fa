"""A reading of one page: its blocks are done in order, as somebody would who follows it.

```python        runs; the blocks of a page share their names
```sh            runs: `nexusplanner ...` and `make plan` in this process, other commands are only known
```text          right after one of these: what it printed, `...` for lines left out
<!-- file: x --> before a block of any other kind: the block is the file x
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from contextlib import redirect_stderr, redirect_stdout
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from sybil import Document, Example, Sybil
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.markdown import CodeBlockParser
from tests.docs.outputs import missing, refreshed

from nexusplanner.cli.app import run

ROOT = Path(__file__).resolve().parents[2]
PLANNING_DAY = date(2027, 1, 9)
"""The day on which every page is read: the outputs it shows are of it."""

SERVED = "docs/how-to/langgraph-server.md"
"""The page that needs a server; test_served.py starts one."""

_NOT_RUN = frozenset({"cd", "export", "git", "jupyter", "langgraph", "pip", "python"})
_FILES = ("csv", "json", "jsonl", "markdown", "toml", "xml", "yaml")
_FILE = re.compile(r"<!-- file: (\S+) -->\n\Z")
_RUN = re.compile(r"\brun-[0-9a-f]{16}\b")
_EXIT = re.compile(r"#.*\bexits? (?:code |with )?(\d)\b")


class Session:
    """The page's namespace, its working folder and what it printed last."""

    def __init__(self) -> None:
        self.printed = ""
        self.stale: dict[int, tuple[str, str]] = {}
        """Line of a shown output -> it, and what it should be."""
        self.wrong = ""
        self._end, self._run_id = -1, ""
        self._python = PythonEvaluator()

    def document(self, page: Path) -> Document:
        """Take a page apart."""
        blocks = [
            CodeBlockParser("python", self._do_python),
            CodeBlockParser("sh", self._do_shell),
            CodeBlockParser("text", self._compare),
            *(CodeBlockParser(kind, _write) for kind in _FILES),
        ]
        return Sybil(parsers=blocks, path=str(ROOT)).parse(page)

    def _do_python(self, example: Example) -> None:
        told = StringIO()
        with redirect_stdout(told):
            self._python(example)
        self._printed(example, told.getvalue())

    def _do_shell(self, example: Example) -> None:
        told = StringIO()
        for line in str(example.parsed).replace("\\\n", " ").splitlines():
            with redirect_stdout(told), redirect_stderr(told):
                self._command(line)
        self._printed(example, told.getvalue())

    def _command(self, line: str) -> None:
        words = shlex.split(line, comments=True)
        if words[:1] == ["make"]:
            words = _made(words[1])
        if not words or words[0] in _NOT_RUN:
            return
        assert words[0] == "nexusplanner", f"nobody knows how to run {line!r}"
        expected = int(found[1]) if (found := _EXIT.search(line)) else 0
        code = run([re.sub("^run-…$", self._run_id, word) for word in words[1:]])
        assert code == expected, f"{line!r} exits with {code}, not {expected}"

    def _printed(self, example: Example, told: str) -> None:
        self.printed, self._end = told, example.end
        if runs := _RUN.findall(told):
            self._run_id = runs[-1]

    def _compare(self, example: Example) -> None:
        between = example.document.text[self._end : example.start] if self._end >= 0 else "nothing ran"
        assert not between.strip(" \n`"), f"line {example.line}: an output follows what prints it"
        shown = str(example.parsed)
        if absent := missing(shown, self.printed):
            self.stale[example.line] = (shown, refreshed(shown, self.printed))
            self.wrong = self.wrong or f"line {example.line} shows {absent!r}; `make docs` shows what is printed now"


def read(page: Path, place: Path, patch: pytest.MonkeyPatch) -> Session:
    """Do what a page says, in a folder that has the examples in it, on the planning day."""
    shutil.copytree(ROOT / "examples", place / "examples")
    patch.chdir(place)
    patch.setattr("nexusplanner.planner.core._today", lambda: PLANNING_DAY)
    session = Session()
    for example in session.document(page).examples():
        example.evaluate()
    return session


def _write(example: Example) -> None:
    if found := _FILE.search(example.document.text, 0, example.start):
        path = Path(found[1])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(str(example.parsed), encoding="utf-8")


def _made(target: str) -> list[str]:
    """Return the planner's command that a target of the Makefile ends with; nothing where it has none."""
    asked = ["make", "--dry-run", "--no-print-directory", "-C", str(ROOT), target]
    told = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    words = [shlex.split(line) for line in told.splitlines() if "/nexusplanner " in line]
    return ["nexusplanner", *words[-1][1:]] if words else []
