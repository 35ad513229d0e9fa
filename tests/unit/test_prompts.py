"""Prompts say what they are for, and callers and files agree on every variable."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from nexusplanner.errors import ConfigurationError
from nexusplanner.prompts import find, parse, prompt_folder

IDS = (
    "critic/critique",
    "debater/argue",
    "editor/summarise",
    "judge/compare",
    "judge/decide",
    "judge/score",
    "strategist/propose",
    "strategist/revise",
    "summariser/condense",
    "writer/page",
    "writer/section",
)


@pytest.mark.parametrize("prompt_id", IDS)
def test_every_prompt_is_found_and_filled(prompt_id: str) -> None:
    """Filled with its declared variables, no placeholder is left."""
    prompt = find(prompt_id)
    assert (prompt.id, bool(prompt.purpose)) == (prompt_id, True)
    filled = prompt.fill({name: f"<{name}>" for name in prompt.variables})
    assert all(f"<{name}>" in filled for name in prompt.variables)
    assert "$" not in filled


def test_no_prompt_is_without_a_test(root: Path) -> None:
    folder = root / "prompts"
    found = tuple(sorted(str(f.relative_to(folder).with_suffix("")) for f in folder.glob("*/*.md")))
    assert found == IDS


def test_the_fingerprint_is_of_the_whole_file() -> None:
    """Head included: a changed purpose is a changed prompt."""
    raw = (prompt_folder() / "judge/decide.md").read_bytes()
    assert find("judge/decide").sha256 == hashlib.sha256(raw).hexdigest()


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "Say it.",
        "purpose: Ask.\n\nSay it.",
        "variables: a\npurpose: Ask.\n\nSay $a.",
        "purpose: Ask.\nvariables: a\nSay $a.",
        "\npurpose: Ask.\nvariables: a\n\nSay $a.",
        "purpose: \nvariables:\n\n",
    ],
)
def test_a_prompt_without_its_head_is_refused(raw: str) -> None:
    with pytest.raises(ConfigurationError, match="has no head"):
        parse("test/ask", raw)


@pytest.mark.parametrize(("declared", "used"), [("a", "$a $b"), ("a, b", "$a"), ("", "$a"), ("a", "nothing")])
def test_declared_and_used_variables_must_agree(declared: str, used: str) -> None:
    with pytest.raises(ConfigurationError, match="declares"):
        parse("test/ask", f"purpose: Ask.\nvariables: {declared}\n\n{used}\n")


def test_variables_are_listed_with_commas_or_spaces() -> None:
    for line in ("a, b", "a b", "a,b"):
        assert parse("test/ask", f"purpose: P.\nvariables: {line}\n\n$a ${{b}}").variables == {"a", "b"}


@pytest.mark.parametrize("values", [{}, {"a": "1"}, {"a": "1", "b": "2", "c": "3"}, {"a": "1", "c": "2"}])
def test_a_caller_must_fill_exactly_what_is_declared(values: dict[str, str]) -> None:
    prompt = parse("test/ask", "purpose: P.\nvariables: a, b\n\n$a $b")
    with pytest.raises(ConfigurationError, match="differ about"):
        prompt.fill(values)


def test_what_is_filled_in_is_not_filled_again() -> None:
    """A value that looks like a placeholder stays as it is."""
    prompt = parse("test/ask", "purpose: P.\nvariables: a\n\nSay $a at $$5.")
    assert prompt.fill({"a": "$b ${c}"}) == "Say $b ${c} at $5."


@pytest.mark.parametrize(
    "prompt_id",
    [
        "judge/none",
        "judge",
        "",
        "../prompts/judge/decide",
        "judge/../judge/decide",
        "/etc/passwd",
        "judge/decide.md",
        "judge/decide\x00",
        "Judge/decide",
        "judge//decide",
        "judge\\decide",
    ],
)
def test_an_id_that_is_none_or_walks_out_of_the_folder_is_refused(prompt_id: str) -> None:
    with pytest.raises(ConfigurationError, match="There is no prompt"):
        find(prompt_id)
