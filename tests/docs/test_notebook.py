"""The notebook runs from top to bottom, with no key and no network."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOK = "examples/02_notebook.ipynb"


def _notebook(root: Path) -> nbformat.NotebookNode:
    notebook: nbformat.NotebookNode = nbformat.reads(  # type: ignore[no-untyped-call]
        (root / NOTEBOOK).read_text(encoding="utf-8"), as_version=4
    )
    return notebook


@pytest.mark.slow
def test_the_notebook_runs_from_top_to_bottom(root: Path) -> None:
    notebook = _notebook(root)
    client = NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(root / "examples")}}
    )
    client.execute()
    shown = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    assert any("text/html" in output.get("data", {}) for output in shown), "the plan shows itself"
    assert sum("image/svg+xml" in output.get("data", {}) for output in shown) >= 2, "the charts are drawn"
    assert not [output for output in shown if output.get("name") == "stderr"], "nothing warns"
    assert str(root) not in str(shown), "no output names a folder of this machine"


def test_the_notebook_is_kept_without_outputs(root: Path) -> None:
    notebook = _notebook(root)
    assert not [cell for cell in notebook.cells if cell.get("outputs")]
    assert "licence" in notebook.cells[0].source
