"""A program that planned and forgot to close its planner ends at once, and without complaint."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.flow.replies import by_rules, completion, speaker

import nexusplanner as package
from nexusplanner.testing.openai_server import OpenAIServer

_PROGRAM = """
import atexit
import sys
from nexusplanner import Planner, Settings
from nexusplanner.llm.providers import sessions
from nexusplanner.testing.plans import sample_brief

atexit.register(lambda: print("closed:", [kept.session.closed for kept in sessions._pools.values()]))
settings = Settings(openai_api_key="sk-test", openai_base_url=sys.argv[1])
Planner(models=["openai:gpt-5-mini"], settings=settings).plan(sample_brief())
"""
"""Who registers first is told last."""


@pytest.mark.slow
def test_connections_are_closed_before_the_interpreter_goes(tmp_path: Path) -> None:
    speak = speaker(by_rules()[1])
    environment = {**os.environ, "PYTHONPATH": str(Path(package.__file__).parents[1])}
    with OpenAIServer(lambda body: completion(speak(body)), keeps_alive=True) as server:
        command = [sys.executable, "-c", _PROGRAM, server.base_url]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment, timeout=120)
    assert server.log
    assert (done.returncode, done.stdout) == (0, "closed: [True]\n"), done.stderr
