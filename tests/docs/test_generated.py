"""Generated pages and drawings are what the code says today."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.docs.generate import generated
from tests.docs.outputs import missing
from tests.docs.picture import PICTURE, picture, planned
from tests.docs.session import PLANNING_DAY


@pytest.fixture(scope="module")
def pages(root: Path) -> dict[str, str]:
    """Return what would be written now."""
    return generated(root)


def test_every_generated_file_is_up_to_date(root: Path, pages: dict[str, str]) -> None:
    stale = [path for path, text in pages.items() if (root / path).read_text(encoding="utf-8") != text]
    assert not stale, f"run `make docs`: {stale}"


def test_generating_again_gives_the_same(root: Path, pages: dict[str, str]) -> None:
    assert generated(root) == pages


def test_no_hand_written_page_hides_among_the_generated(root: Path, pages: dict[str, str]) -> None:
    there = {path.relative_to(root).as_posix() for path in (root / "docs" / "reference").glob("*.md")}
    assert there <= set(pages)


def test_the_picture_is_of_todays_plan(root: Path) -> None:
    """Line by line; numbers may differ in their last digits, which belong to the machine."""
    kept = (root / PICTURE).read_text(encoding="utf-8")
    assert not missing(kept, picture(planned(root, PLANNING_DAY))), "run `make docs`"
    assert len(kept) < 20_000
