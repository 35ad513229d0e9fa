"""Prompts of the user's own: what is sent is theirs, and the plan names their fingerprint."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from pydantic import SecretStr
from tests.flow.campaigns import TODAY, brief

from nexusplanner import ConfigurationError, Planner, Settings
from nexusplanner.prompts import find
from nexusplanner.settings import Limits, PromptFiles
from nexusplanner.testing.completion import Completion
from nexusplanner.testing.openai_server import OpenAIServer

OWN = "purpose: Ours.\nvariables: aim\n\nOur house writes for $aim, and calls nobody a target.\n"


def settings(folder: Path, **more: object) -> Settings:
    """Name one prompt of our own."""
    (folder / "mine.md").write_text(OWN, encoding="utf-8")
    return Settings.model_validate({"prompts": {"strategist/propose": folder / "mine.md"}, **more})


def test_the_plan_names_the_fingerprint_of_the_file_that_was_used(tmp_path: Path) -> None:
    with Planner(settings=settings(tmp_path), clock=lambda: TODAY) as planner:
        plan = planner.plan(brief()).plan
    assert plan is not None
    shas = {p.prompt_id: p.prompt_sha256 for p in plan.provenance if p.prompt_id}
    assert shas["strategist/propose"] == hashlib.sha256(OWN.encode()).hexdigest()
    assert shas["critic/critique"] == find("critic/critique").sha256


async def test_models_are_sent_the_users_words(tmp_path: Path) -> None:
    """A model that writes nothing of use is told in the timeline, with the rung that wrote instead."""
    with OpenAIServer(lambda _: Completion("no")) as server:
        key = {"openai_api_key": SecretStr("sk-test"), "openai_base_url": server.base_url, "limits": Limits(usd=9)}
        planning = Planner(models=["openai:gpt-5-mini"], settings=settings(tmp_path, **key), clock=lambda: TODAY)
        result = await planning.aplan(brief())
        told = "\n".join(str(body["messages"]) for body in server.requests)
    assert "Our house writes for" in told
    assert "You are a campaign strategist" not in told
    written = next(shift for shift in result.timeline.answers if shift.who == "strategist")
    assert (written.rung, written.lost) == ("rules", 1)


def test_a_prompt_that_cannot_be_used_is_told_before_anything_is_planned(tmp_path: Path) -> None:
    wrong = Settings(prompts=PromptFiles(files={"strategist/propose": tmp_path / "none.md"}))
    with pytest.raises(ConfigurationError, match=r"none\.md"):
        Planner(settings=wrong)
