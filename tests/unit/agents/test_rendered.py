"""What models are sent stands in files: whoever changes a prompt sees the message change."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.agents.rendered import ASKED, FOLDER, SIGNAL, messages, rendered

from nexusplanner.prompts import find, prompt_ids


def test_every_prompt_has_its_messages_on_file(root: Path) -> None:
    assert tuple(ASKED) == prompt_ids()
    kept = {path.relative_to(root).as_posix() for path in (root / FOLDER).glob("*")}
    assert kept == set(rendered())


@pytest.mark.parametrize("prompt_id", ASKED)
def test_the_messages_are_those_on_file(prompt_id: str, root: Path) -> None:
    kept = (root / FOLDER / f"{prompt_id.replace('/', '-')}.md").read_text(encoding="utf-8")
    assert messages(prompt_id) == kept, "look at the change, then run `make docs`"


@pytest.mark.parametrize("prompt_id", ASKED)
def test_the_whole_prompt_is_sent_as_instruction(prompt_id: str) -> None:
    """All of its lines that hold no variable, in the first message, and none of the data there."""
    system = messages(prompt_id).split("<<<<<<<< ")[1]
    assert system.startswith("system\n")
    plain = [line for line in find(prompt_id).text.splitlines() if "$" not in line]
    assert all(line in system for line in plain)
    assert SIGNAL.quote not in system


@pytest.mark.parametrize("prompt_id", ASKED)
def test_data_stands_between_marks_that_it_cannot_close(prompt_id: str) -> None:
    user = messages(prompt_id).split("<<<<<<<< ")[2]
    assert user.startswith("user\n")
    assert user.count("<<<DATA\n") == user.count("DATA>>>") == 1
