"""What the documents say can be done can be done: code runs, commands exist, links lead somewhere."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from sybil import Document, Sybil
from sybil.parsers.markdown import PythonCodeBlockParser
from tests.docs.cli_page import verbs

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = tuple(
    sorted(
        path.relative_to(ROOT).as_posix()
        for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/*/README.md"))
    )
)
REFERENCE = "docs/reference/"
_FENCE = re.compile(r"^```(?:sh|bash|console|text)?\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?!https?://|mailto:)([^)#\s]*)(?:#([\w.-]+))?\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@pytest.mark.parametrize("document", [d for d in DOCUMENTS if not d.startswith(REFERENCE)])
def test_the_python_in_it_runs(document: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of one document share a namespace and run beside the first example's files."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    shutil.copytree(ROOT / "examples" / "01_cd_retailer", tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    for example in Sybil(parsers=[PythonCodeBlockParser()], path=str(ROOT)).parse(ROOT / document).examples():
        example.evaluate()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_commands_in_it_exist(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    known = verbs()
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for block in _FENCE.findall(text):
        for line in block.splitlines():
            words = line.removeprefix("$ ").split()
            if words[:1] == ["nexusplanner"] and len(words) > 1 and not words[1].startswith("-"):
                assert words[1] in known, line
            if words[:1] == ["make"] and len(words) > 1:
                assert f"\n{words[1]}:" in makefile, line


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_links_in_it_lead_somewhere(document: str) -> None:
    here = ROOT / document
    for place, anchor in _LINK.findall(here.read_text(encoding="utf-8")):
        target = (here.parent / place) if place else here
        assert target.exists(), f"{document}: {place}"
        if anchor:
            assert anchor in anchors(target.read_text(encoding="utf-8")), f"{document}: {place}#{anchor}"


def anchors(text: str) -> set[str]:
    """Return the anchors of a page: those it sets, and those of its headings."""
    headings = (re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in _HEADING.findall(text))
    return {*headings, *re.findall(r'<a id="([\w.-]+)"', text)}


def test_a_block_that_fails_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Page\n\n```python\nassert 1 + 1 == 3\n```\n", encoding="utf-8")
    document: Document = Sybil(parsers=[PythonCodeBlockParser()], path=str(tmp_path)).parse(page)
    (block,) = document.examples()
    with pytest.raises(AssertionError):
        block.evaluate()
