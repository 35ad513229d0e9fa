"""Whole plans while providers fail in every way there is: is each valid and whole, in time and in little memory.

python tests/bench/faults.py            # every fault x once, primary down, both down, on both wires, and streams
python tests/bench/faults.py bedrock    # the scenarios whose name holds a word
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.figures import Figure, print_figures
from tests.flow.plan_worker import Worker
from tests.flow.replies import by_rules
from tests.flow.scenarios import CALL_S, MOST_MB, WIRES, Scenario, Shown, every_scenario, show, warmed

from nexusplanner.testing.faults import faults

AT_ONCE = 2
HARMLESS = {fault.name for wire in WIRES for fault in faults(wire) if fault.kind == "harmless"}
BATCH = 40
"""Scenarios that one process goes through before a fresh one takes over."""


def main(words: Sequence[str]) -> int:
    """Show every scenario that was asked for; return 1 where one falls short."""
    asked = [s for s in every_scenario() if all(word in s.name for word in words)]
    batches = [asked[start : start + BATCH] for start in range(0, len(asked), BATCH)]
    by_rules()
    began = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        shown = [one for batch in pool.map(_batch, batches) for one in batch]
    shown = _again(shown)
    for one in shown:
        for wrong in one.wrong:
            print(f"     {one.scenario.name}: {wrong}", flush=True)
    print(f"     {len(shown)} plans in {time.monotonic() - began:.0f} s", flush=True)
    return print_figures({"faults": lambda: _figures(shown)}, [])


def _batch(scenarios: Sequence[Scenario]) -> list[Shown]:
    with Worker() as worker:
        warmed(worker)
        shown = [show(scenario, worker) for scenario in scenarios]
    print(f"     {len(shown)} plans made", file=sys.stderr, flush=True)
    return shown


def _again(shown: Sequence[Shown]) -> list[Shown]:
    """Show alone, once more, what took too long beside others: a hang comes back, a busy machine does not."""
    late = [one for one in shown if any("hung" in wrong for wrong in one.wrong)]
    print(f"     {len(late)} plans took too long at first and are made again, alone", flush=True)
    better = {one.scenario: one for one in _batch([one.scenario for one in late])}
    return [better.get(one.scenario, one) for one in shown]


def _figures(shown: Sequence[Shown]) -> Iterator[Figure]:
    whole = [one.scenario for one in shown if not one.scenario.is_streamed]
    for wire in ("openai", "bedrock"):
        count = len({s.fault for s in whole if s.wire == wire})
        yield Figure(f"faults of a whole reply on the {wire} wire", count, ">= 50", count >= 50)
    streamed = len({one.scenario.fault for one in shown if one.scenario.is_streamed})
    yield Figure("faults of a stream", streamed, ">= 7", streamed >= 7)
    yield _none(shown, "no valid plan", "plans that are not valid")
    yield _none(shown, "not whole", "plans that are cut or changed")
    yield _none(shown, "hung", "calls that hung past their limits + 1 s")
    yield _none(shown, "asked again", "tries before Retry-After was over")
    alone = [one.made.longest_call_s for one in shown if one.scenario.how == "once"]
    both = [one.made.longest_call_s for one in shown if one.scenario.how != "once"]
    yield _at_most("longest call, one provider before the rules, s", max(alone, default=0.0), CALL_S + 1)
    yield _at_most("longest call, two providers before the rules, s", max(both, default=0.0), 2 * CALL_S + 1)
    yield _at_most("memory above idle, MB", max((one.made.over_idle_mb for one in shown), default=0.0), MOST_MB)
    down = [one for one in shown if one.scenario.how == "both down" and one.scenario.fault not in HARMLESS]
    by_rule = sum(one.made.rungs == ("rules",) for one in down)
    yield Figure("plans by the rules alone where both are down", by_rule, f"of {len(down)}", by_rule == len(down))


def _none(shown: Sequence[Shown], said: str, what: str) -> Figure:
    count = sum(said in wrong for one in shown for wrong in one.wrong)
    return Figure(what, count, "0", not count)


def _at_most(what: str, found: float, most: float) -> Figure:
    return Figure(what, found, f"<= {most:g}", found <= most)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
