"""What the documents say can be done can be done: code runs, commands exist, links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.docs.cli_page import verbs
from tests.docs.session import SERVED, read

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = tuple(
    sorted(
        path.relative_to(ROOT).as_posix()
        for path in (
            *ROOT.glob("*.md"),
            *ROOT.glob("docs/**/*.md"),
            *ROOT.glob("examples/*.md"),
            *ROOT.glob("examples/*/*.md"),
        )
    )
)
REFERENCE = "docs/reference/"
_FENCE = re.compile(r"^```(?:sh|bash|console|text)?\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?!https?://|mailto:)([^)#\s]*)(?:#([\w.-]+))?\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@pytest.mark.parametrize("document", [d for d in DOCUMENTS if not d.startswith(REFERENCE) and d != SERVED])
def test_what_it_says_can_be_done(document: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Code and commands run in the order of the page, and print what it shows."""
    session = read(ROOT / document, tmp_path, monkeypatch)
    assert not session.wrong, f"{document}: {session.wrong}"


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


@pytest.mark.parametrize(
    ("page", "says"),
    [
        ("```python\nassert 1 + 1 == 3, 'sums'\n```\n", "sums"),
        ("```sh\nnexusplanner plan nowhere.yaml\n```\n", "exits with 2, not 0"),
        ("```sh\nrm -r examples\n```\n", "nobody knows"),
        ("```text\n3\n```\n", "follows what prints it"),
    ],
)
def test_a_block_that_fails_is_found(page: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "page.md").write_text(page, encoding="utf-8")
    with pytest.raises(AssertionError, match=says):
        read(tmp_path / "page.md", tmp_path / "place", monkeypatch)


def test_an_output_that_changed_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.md"
    page.write_text("```python\nprint('a plan of 3,000 USD')\n```\n\n```text\na plan of 4,000 USD\n```\n", "utf-8")
    session = read(page, tmp_path / "place", monkeypatch)
    assert "4,000" in session.wrong
    assert [now for _, now in session.stale.values()] == ["a plan of 3,000 USD"]
