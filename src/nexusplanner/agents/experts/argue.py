"""The debater's expert: the strongest point not yet made for its side, or a concession."""

from __future__ import annotations

from typing import Literal, cast

from nexusplanner.agents.experts.points import points
from nexusplanner.agents.tasks import ArgueTask
from nexusplanner.domain.debate import Turn


def argue(inputs: object) -> Turn:
    """Take one turn: cite what nobody cited, or concede."""
    task = cast(ArgueTask, inputs)
    cited = {i for t in task.turns if t.about == task.dispute.about for i in (*t.evidence, *t.calculations)}
    is_for = task.voice == "B"
    fresh = [p for p in points(task.desk, task.dispute) if p.id not in cited and p.favours == is_for]
    stance: Literal["pass", "fail", "concede"] = "pass" if is_for else "fail"
    voice: Literal["A", "B"] = "B" if is_for else "A"
    if not fresh:
        about = f"{task.dispute.votes[0].criterion.replace('_', ' ')} of this plan for {task.desk.brief.offering.name}"
        text = f"Nothing on the desk that is new speaks for “{stance}” on the {about}."
        return Turn(
            round=task.round,
            voice=voice,
            about=task.dispute.about,
            stance="concede",
            argument=text,
        )
    point = fresh[0]
    is_calculation = point.id.startswith("calc-")
    return Turn(
        round=task.round,
        voice=voice,
        about=task.dispute.about,
        stance=stance,
        argument=point.text,
        evidence=() if is_calculation else (point.id,),
        calculations=(point.id,) if is_calculation else (),
    )
