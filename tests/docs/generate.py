"""Write the generated pages: reference and drawings.

    python -m tests.docs.generate

A page is a function that returns its text; ``test_generated.py`` compares each with the file.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.docs.api_page import api_page
from tests.docs.cli_page import cli_page
from tests.docs.drawings import drawings
from tests.docs.errors_page import errors_page
from tests.docs.prompts_page import prompts_page

ROOT = Path(__file__).resolve().parents[2]

_PAGES: dict[str, Callable[[Path], str]] = {
    "docs/reference/cli.md": cli_page,
    "docs/reference/errors.md": errors_page,
    "docs/reference/prompts.md": prompts_page,
    "docs/reference/python.md": api_page,
}


def generated(root: Path) -> dict[str, str]:
    """Return the text of every generated file by its path from the root."""
    return {path: page(root) for path, page in _PAGES.items()} | drawings(root)


def main() -> None:
    """Write every generated file that differs."""
    for path, text in generated(ROOT).items():
        target = ROOT / path
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
            print(f"wrote {path}")


if __name__ == "__main__":
    main()
