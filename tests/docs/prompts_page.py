"""The page of prompts, from their heads."""

from __future__ import annotations

from pathlib import Path

from nexusplanner import prompts

_HEAD = """\
# Prompts

The words that models are given, one file each in `prompts/`. A plan names the prompt and its fingerprint for every
section that a model wrote (`provenance`).

| id | purpose | variables |
|---|---|---|
"""


def prompts_page(root: Path) -> str:
    """Write a row a prompt."""
    folder = root / "prompts"
    ids = sorted(path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.md"))
    return _HEAD + "".join(_row(root, prompts.find(prompt_id)) for prompt_id in ids)


def _row(root: Path, prompt: prompts.Prompt) -> str:
    del root
    variables = ", ".join(f"`{name}`" for name in sorted(prompt.variables)) or "none"
    return f"| [`{prompt.id}`](../../prompts/{prompt.id}.md) | {prompt.purpose} | {variables} |\n"
