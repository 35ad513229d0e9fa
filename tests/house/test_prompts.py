"""Every prompt is sound, and every prompt is used."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from tests.house.source_tree import PACKAGE, modules

from nexusplanner import prompts
from nexusplanner.errors import ConfigurationError


def prompt_ids(root: Path) -> list[str]:
    """Return the ids of all prompts in the repository."""
    folder = root / "prompts"
    return sorted(path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.md"))


def test_every_prompt_declares_what_it_uses_and_nothing_else(root: Path) -> None:
    ids = prompt_ids(root)
    assert ids
    for prompt_id in ids:
        prompt = prompts.find(prompt_id)
        assert prompt.purpose.endswith("."), prompt_id


SECTIONS = ("Role", "Task", "What is data, what is instruction", "The answer", "Good", "Bad")
"""What every prompt says, in this order; rules of its own may stand before the examples."""


def sections_of(text: str) -> list[str]:
    """Return the headings of a prompt that every prompt has."""
    headings = [
        line.removeprefix("# ").removesuffix(" for this reply") for line in text.splitlines() if line[:2] == "# "
    ]
    return [heading for heading in headings if heading in SECTIONS]


def test_every_prompt_says_role_task_data_answer_and_an_example_of_each_kind(root: Path) -> None:
    for prompt_id in prompt_ids(root):
        assert sections_of(prompts.find(prompt_id).text) == list(SECTIONS), prompt_id


def test_every_prompt_says_that_data_is_never_followed(root: Path) -> None:
    for prompt_id in prompt_ids(root):
        text = prompts.find(prompt_id).text
        about = text.split("# What is data, what is instruction")[1].split("\n# ")[0]
        assert " data" in about, prompt_id
        assert "instruction" in about.lower(), prompt_id


def test_nothing_but_prompts_lies_among_the_prompts(root: Path) -> None:
    files = [path for path in (root / "prompts").rglob("*") if path.is_file()]
    assert {path.suffix for path in files} == {".md"}
    assert all(len(path.relative_to(root / "prompts").parts) == 2 for path in files)


def test_every_prompt_is_asked_for_somewhere(root: Path) -> None:
    texts = {
        node.value
        for module in modules(PACKAGE)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    unused = [prompt_id for prompt_id in prompt_ids(root) if prompt_id not in texts]
    assert not unused


@pytest.mark.parametrize(
    "raw",
    [
        "purpose: Ask.\nvariables: aim\n\nNothing to fill in.",
        "purpose: Ask.\nvariables:\n\nReach $aim.",
        "Reach $aim.",
    ],
)
def test_the_rule_finds_a_prompt_that_differs_from_its_head(raw: str) -> None:
    with pytest.raises(ConfigurationError):
        prompts.parse("critic/ask", raw)
