"""Write what is generated: reference, drawings, the picture, the messages of prompts, and the outputs that pages show.

    python -m tests.docs.generate

A page is a function that returns its text; ``test_generated.py`` compares each with the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from tests.docs.api_page import api_page
from tests.docs.cli_page import cli_page
from tests.docs.doctor_page import doctor_page
from tests.docs.drawings import drawings
from tests.docs.errors_page import errors_page
from tests.docs.model_page import brief_page, plan_json_page, settings_page
from tests.docs.picture import PICTURE, picture, planned
from tests.docs.prompts_page import prompts_page
from tests.docs.session import PLANNING_DAY, SERVED, read
from tests.unit.agents.rendered import rendered

ROOT = Path(__file__).resolve().parents[2]

_PAGES: dict[str, Callable[[Path], str]] = {
    "docs/reference/brief.md": brief_page,
    "docs/reference/cli.md": cli_page,
    "docs/reference/doctor.md": doctor_page,
    "docs/reference/errors.md": errors_page,
    "docs/reference/plan-json.md": plan_json_page,
    "docs/reference/prompts.md": prompts_page,
    "docs/reference/python.md": api_page,
    "docs/reference/settings.md": settings_page,
}


_MERMAID = re.compile(r"(?<=```mermaid\n).*?(?=```)", re.DOTALL)


def generated(root: Path) -> dict[str, str]:
    """Return the text of every generated file by its path from the root."""
    drawn = drawings(root)
    readme = (root / "README.md").read_text(encoding="utf-8")
    drawing = _MERMAID.sub(lambda _: drawn["graphs/plan.mmd"], readme)
    return {path: page(root) for path, page in _PAGES.items()} | drawn | {"README.md": drawing}


def pages_that_run(root: Path) -> tuple[str, ...]:
    """Name the hand-written pages, as paths from the root."""
    found = (*root.glob("*.md"), *root.glob("docs/**/*.md"), *root.glob("examples/*.md"), *root.glob("examples/*/*.md"))
    return tuple(
        path for path in sorted(p.relative_to(root).as_posix() for p in found) if path not in {*_PAGES, SERVED}
    )


def refresh(page: Path) -> str:
    """Return a page with the outputs it shows as they are printed today."""
    with TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patch:
        session = read(page, Path(place), patch)
    text = page.read_text(encoding="utf-8")
    for shown, now in session.stale.values():
        text = text.replace(f"```text\n{shown}", f"```text\n{now}\n", 1)
    return text


def main() -> None:
    """Write every generated file that differs."""
    for path, text in {**generated(ROOT), **rendered()}.items():
        _write(path, text)
    _write(PICTURE, picture(planned(ROOT, PLANNING_DAY)))
    for path in pages_that_run(ROOT):
        _write(path, refresh(ROOT / path))


def _write(path: str, text: str) -> None:
    target = ROOT / path
    if not target.exists() or target.read_text(encoding="utf-8") != text:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        print(f"wrote {path}")


if __name__ == "__main__":
    main()
