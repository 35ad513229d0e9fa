"""The editor's expert: the summary and the risks, from the chosen plan's own figures."""

from __future__ import annotations

from typing import cast

from nexusplanner.agents.experts.amounts import money, percent, quantity, result, spread
from nexusplanner.agents.experts.risks import risks
from nexusplanner.agents.experts.story import Story
from nexusplanner.agents.experts.voice import listed, sentence
from nexusplanner.agents.tasks import SummariseTask, SummaryWords
from nexusplanner.domain.spoken import spoken


def summarise(inputs: object) -> SummaryWords:
    """Write what the reader meets first, and what may go wrong."""
    task = cast(SummariseTask, inputs)
    story = Story(task.desk, task.option)
    parts = (
        _what(story),
        _where(story),
        _brings(story),
        _likely(story),
        _tested(story),
    )
    return SummaryWords(summary=" ".join(sentence(p) for p in parts if p), risks=risks(story))


def _what(s: Story) -> str:
    brief, voice = s.desk.brief, s.voice("summary what")
    spend, start, end = (
        money(brief.budget.amount, s.currency),
        brief.period.start,
        brief.period.end,
    )
    return voice.tell(
        f"{brief.name} spends {spend} from {start} to {end} on {s.name}, and speaks first to {s.people}",
        f"from {start} to {end}, {brief.name} puts {spend} behind {s.name}, beginning with {s.people}",
        f"{s.people} hear of {s.name} first: {brief.name} runs from {start} to {end} on {spend}",
    )


def _where(s: Story) -> str:
    lines = [f"{spoken(c.channel)} {percent(c.share)}" for c in s.option.channels[:4]]
    contingency = s.option.allocation.outputs.get("contingency")
    held = money(float(str(contingency)), s.currency) if contingency is not None else ""
    best = max(s.option.channels, key=lambda c: c.marginal_return)
    return s.voice("summary where").tell(
        f"the money goes to {listed(lines)}; {held} is held back, and {spoken(best.channel)} would repay the next {s.currency} best",
        f"{listed(lines)} share the money by their response curves, with {held} in reserve",
        f"response curves put the money on {listed(lines)} and leave {held} as contingency",
    )


def _brings(s: Story) -> str:
    metric = s.desk.brief.objective.metric
    mid = result(s.option.figure("p50"), metric, s.currency)
    between = spread(s.option.figure("p10"), s.option.figure("p90"), metric, s.currency)
    past = s.desk.calculation("allocation_past_split")
    before = past.outputs.get("expected") if past else None
    compared = f"; the past split would bring {result(before, metric, s.currency)}" if isinstance(before, float) else ""
    return s.voice("summary brings").tell(
        f"it should bring {mid} that would not come without it, {between} in eight cases of ten{compared}",
        f"expected is {mid} on top of what comes anyway, and {between} eight times in ten{compared}",
        f"the forecast is {mid} on top of what comes anyway, with {between} as its tenth and ninetieth percentile{compared}",
    )


def _likely(s: Story) -> str:
    objective, chance = (
        s.desk.brief.objective,
        percent(s.option.figure("probability_of_target")),
    )
    target = result(objective.target, objective.metric, s.currency)
    safe = result(s.option.figure("reachable_80"), objective.metric, s.currency)
    return s.voice("summary likely").tell(
        f"the target of {target} is reached with a probability of {chance}; what this money reaches four times in five is {safe}",
        f"{chance} is the chance of the {target} asked for, and {safe} is what can be promised four times in five",
        f"asked for are {target}: the chance is {chance}, and a target with a chance of four in five would be {safe}",
    )


def _tested(s: Story) -> str:
    test = s.desk.calculation("experiment_size")
    held = test.outputs.get("n_holdout") if test else None
    if not isinstance(held, int):
        return ""
    return s.voice("summary tested").tell(
        f"a test against {quantity(held)} people who are left alone shows whether {s.name} gained by it",
        f"whether {s.name} gained is read from a test that holds out {quantity(held)} people",
        f"a test, with {quantity(held)} people held out, tells what {s.name} owes to the campaign",
    )
