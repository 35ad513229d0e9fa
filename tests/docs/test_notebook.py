"""The notebook runs from top to bottom, with no key and no network."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOK = "examples/02_notebook.ipynb"


@pytest.mark.slow
def test_the_notebook_runs_from_top_to_bottom(root: Path) -> None:
    notebook = nbformat.read(root / NOTEBOOK, as_version=4)
    client = NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(root / "examples")}}
    )
    client.execute()
    shown = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    assert any("text/html" in output.get("data", {}) for output in shown), "the plan shows itself"


def test_the_notebook_is_kept_without_outputs(root: Path) -> None:
    notebook = nbformat.read(root / NOTEBOOK, as_version=4)
    assert not [cell for cell in notebook.cells if cell.get("outputs")]
    assert "licence" in notebook.cells[0].source
