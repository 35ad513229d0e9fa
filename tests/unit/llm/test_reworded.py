"""A reworded model is asked by the user's own prompt, and the answer names the file that was used."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.unit.llm.asking import PROMPT, Said, ask, request

from nexusplanner.llm.reworded import Reworded
from nexusplanner.llm.rules import RulesModel
from nexusplanner.prompts import PromptBook, find

OWN = "purpose: Ours.\nvariables: about\n\nRule on $about as we do.\n"


def book(folder: Path) -> PromptBook:
    """Write one prompt of our own."""
    (folder / "mine.md").write_text(OWN, encoding="utf-8")
    return PromptBook.read(files={"judge/decide": folder / "mine.md"})


def test_the_users_own_prompt_is_asked_with_and_named(tmp_path: Path) -> None:
    own, rules = book(tmp_path), RulesModel({"test.ask": lambda _: Said(text="so")})
    asked = replace(request(), prompt=find("judge/decide"), variables={"about": "it"})
    answer = ask(Reworded(rules, own), asked)
    assert (answer.prompt_id, answer.prompt_sha256) == ("judge/decide", own.own["judge/decide"].sha256)
    assert answer.prompt_sha256 != find("judge/decide").sha256


def test_all_other_prompts_stay(tmp_path: Path) -> None:
    rules = RulesModel({"test.ask": lambda _: Said(text="so")})
    model = Reworded(rules, book(tmp_path))
    assert model.name == rules.name
    assert ask(model, request()).prompt_sha256 == PROMPT.sha256
