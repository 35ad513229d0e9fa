"""The deterministic experts: what answers each task when no model can."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nexusplanner.llm.rules import Expert


def experts() -> Mapping[str, Expert]:
    """Return the expert of each task, by the task's name."""
    from nexusplanner.agents.experts.argue import argue
    from nexusplanner.agents.experts.compare import compare
    from nexusplanner.agents.experts.critique import critique
    from nexusplanner.agents.experts.decide import decide
    from nexusplanner.agents.experts.propose import propose
    from nexusplanner.agents.experts.revise import revise
    from nexusplanner.agents.experts.summarise import summarise

    return {
        "strategist.propose": propose,
        "strategist.revise": revise,
        "critic.critique": critique,
        "debater.argue": argue,
        "judge.decide": decide,
        "judge.compare": compare,
        "editor.summarise": summarise,
    }
