"""Measure what a plan costs beside its calls: one at a time, and hundreds at once, against the bare openai client.

python tests/bench/plan_speed.py              # one plan of each scenario, then 500 at once
python tests/bench/plan_speed.py one          # one at a time
python tests/bench/plan_speed.py batch 100    # that many at once
python tests/bench/plan_speed.py profile 20   # where the CPU goes

The provider answers each call after 200 ms. A plan's calls have a longest chain: the most of them that do not
overlap in time. Nothing can be faster than that chain; what is printed is the wall between the first call and the
last reply over it. The reference makes the same calls with the bodies of the same plans, each link of the chain at
once, through one ``AsyncOpenAI``. Many plans at once are let in as the process has time for them, the reference's
calls all at once: so the time that all of them take together is printed, too.
"""

from __future__ import annotations

import asyncio
import cProfile
import json
import pstats
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, cast

from pydantic import SecretStr

from nexusplanner import CampaignBrief, Planner, Settings
from nexusplanner.calculators.registry import ANSWERS
from nexusplanner.domain.model import JsonObject
from nexusplanner.llm.request import Answer, Request, T
from nexusplanner.llm.rules import RulesModel
from nexusplanner.settings import Limits

if TYPE_CHECKING:
    from nexusplanner.ports import History

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # run as a script, it sees the tests

from tests.bench.plan_provider import Provider, Script, Served, provider
from tests.unit.calculators.markets import long_history

from nexusplanner.testing.history import InMemoryHistory

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "01_cd_retailer"
DELAY_S, RUNS, AT_ONCE, KINDS = 0.2, 7, 500, 5
ONE_AT_MOST = 1.08


class Sources(TypedDict, total=False):
    """What a scenario hands the planner beside the brief."""

    history: History | str
    crm: str
    signals: Sequence[str]
    memory: str
    base: Path


COFFEE: JsonObject = {
    "offering": {"name": "Harbour Lane Coffee", "price": "24.00", "value_props": ["Roasted to order", "No contract"]},
    "objective": {"metric": "conversions", "target": 3000},
    "budget": {"amount": 40000, "currency": "USD"},
    "period": {"start": "2027-03-01", "end": "2027-04-25"},
}


def small() -> tuple[JsonObject, Sources]:
    """Return a brief and no data."""
    return COFFEE, {}


def coffee() -> tuple[JsonObject, Sources]:
    """Return a brief and 60 weeks of history."""
    return COFFEE, {"history": InMemoryHistory(long_history(weeks=60))}


def retailer() -> tuple[JsonObject, Sources]:
    """Return the first example: customers, history, a feed and a handbook."""
    brief = CampaignBrief.load(EXAMPLE / "brief.yaml").model_dump(mode="json", exclude_none=True)
    return brief, {
        "crm": "csv:transactions.csv,customers.csv?customer_id=id&currency=USD",
        "history": "csv:history.csv",
        "signals": ("rss:feed.xml",),
        "memory": "folder:handbook?as_of=2024-06-30",
        "base": EXAMPLE,
    }


SCENARIOS: dict[str, Callable[[], tuple[JsonObject, Sources]]] = {
    "small brief": small,
    "coffee, 60 weeks": coffee,
    "cd retailer": retailer,
    "small brief, critics agree": small,
    "cd retailer, critics agree": retailer,
}
AGREEING = frozenset(name for name in SCENARIOS if name.endswith("agree"))
"""Where every critic passes everything: the shortest chain a plan can have."""


def letters(number: int) -> str:
    """Write a number in letters: a digit in a brief's name would be a figure of the brief."""
    return "".join(chr(ord("a") + int(digit)) for digit in f"{number:04d}")


def varied(brief: JsonObject, kind: int) -> JsonObject:
    """Return a brief of the same shape with a budget of its own."""
    money = cast(JsonObject, brief["budget"])
    return {**brief, "budget": {**money, "amount": str(Decimal(str(money["amount"])) + 100 * kind)}}


def named(brief: JsonObject, kind: int, plan: int) -> JsonObject:
    """Return a brief that tells its plan apart on the wire."""
    return {**varied(brief, kind), "name": f"bench-{letters(kind)}-{letters(plan)}"}


def scripted(brief: JsonObject, sources: Sources, kinds: int) -> Script:
    """Plan each kind on the rules alone, keeping each answer by the instruction that asked for it."""
    said: dict[tuple[str, str], str] = {}
    original, kind = RulesModel.answer, 0

    async def kept(self: RulesModel, request: Request[T]) -> Answer[T]:
        answer = await original(self, request)
        said[letters(kind), request.prompt.fill(request.variables)] = answer.value.model_dump_json()
        return answer

    RulesModel.answer = kept  # type: ignore[method-assign]
    try:
        with Planner(models=(), clock=lambda: date(2026, 11, 2), **sources) as planner:
            for kind in range(kinds):
                planner.plan(named(brief, kind, 0))
    finally:
        RulesModel.answer = original  # type: ignore[method-assign]
        ANSWERS.clear()  # a plan that is measured computes for itself
    return said


def agreeing(reply: str) -> str:
    """Let a critic's reply pass every criterion; leave any other as it is."""
    said = json.loads(reply)
    for verdict in said.get("verdicts", ()):
        verdict.update(passed=True, score=1.0, gap="", evidence=[])
    return json.dumps(said)


def planner_at(at: Provider, sources: Sources, workspace: str) -> Planner:
    """Return a planner that asks the provider, its books in a workspace."""
    settings = Settings(
        openai_api_key=SecretStr("sk-test"),
        openai_base_url=at.base_url,
        limits=Limits(run_timeout_s=900, call_timeout_s=600),
    )
    return Planner(
        models=("openai:gpt-5-mini",),
        settings=settings,
        workspace=workspace,
        clock=lambda: date(2026, 11, 2),
        **sources,
    )


def links(calls: Sequence[Served]) -> list[list[Served]]:
    """Order a plan's calls by the longest chain that leads to each: the calls of one link overlap."""
    chained: list[list[Served]] = []
    ended: list[float] = []
    for call in sorted(calls, key=lambda c: c.came_s):
        depth = sum(end <= call.came_s for end in ended)
        if depth == len(chained):
            chained.append([])
            ended.append(float("inf"))
        chained[depth].append(call)
        ended[depth] = min(ended[depth], call.went_s)
    return chained


def over_chain(calls: Sequence[Served]) -> float:
    """Return the wall of a plan's calls over what their longest chain takes."""
    return wall_s(calls) / (len(links(calls)) * DELAY_S)


def wall_s(calls: Sequence[Served]) -> float:
    """Return the seconds from the first call's arrival to the last reply."""
    return max(c.went_s for c in calls) - min(c.came_s for c in calls)


def by_plan(calls: Iterable[Served]) -> dict[str, list[Served]]:
    """Part the log by plan."""
    parted: dict[str, list[Served]] = {}
    for call in calls:
        parted.setdefault(call.plan, []).append(call)
    return parted


async def bare(at: Provider, plans: Mapping[str, list[list[Served]]]) -> float:
    """Make the calls of some plans at once, each in its own name, through one client; return the CPU seconds."""
    from openai import AsyncOpenAI

    async with AsyncOpenAI(api_key="sk-test", base_url=at.base_url, max_retries=0, timeout=600) as client:

        async def one(plan: str, chain: list[list[Served]]) -> None:
            for link in chain:
                bodies = [json.loads(call.body.replace(call.plan.encode(), plan.encode())) for call in link]
                await asyncio.gather(*(client.chat.completions.create(**body) for body in bodies))

        cpu_s = time.process_time()
        await asyncio.gather(*(one(plan, chain) for plan, chain in plans.items()))
        return time.process_time() - cpu_s


async def measure_one(name: str) -> None:
    """Print one plan's wall over its chain, beside the reference's."""
    brief, sources = SCENARIOS[name]()
    ours, theirs, cpus, gaps, shape = [], [], [], [], ""
    script = scripted(brief, sources, RUNS + 1)
    if name in AGREEING:
        script = {asked: agreeing(reply) for asked, reply in script.items()}
    with tempfile.TemporaryDirectory() as folder, provider(script, delay_s=DELAY_S) as at:
        async with planner_at(at, sources, folder) as planner:
            for run in range(RUNS + 1):
                at.served()
                cpu_s = time.process_time()
                result = await planner.aplan(named(brief, run, run))
                cpus.append(time.process_time() - cpu_s)
                assert result.plan is not None
                assert not result.plan.degraded, result.plan.degraded
                calls, _ = at.served()
                ours.append(over_chain(calls))
                await bare(at, {calls[0].plan: links(calls)})
                theirs.append(over_chain(at.served()[0]))
                chain = links(calls)
                gaps.append([min(c.came_s for c in b) - max(c.went_s for c in a) for a, b in pairwise(chain)])
                shape = "+".join(str(len(link)) for link in chain)
    middle = statistics.median(ours[1:])
    print(f"{'ok  ' if middle <= ONE_AT_MOST else 'FAIL'} {name}: one plan {middle:.3f} x its chain "
          f"({min(ours[1:]):.3f} to {max(ours[1:]):.3f}); at most {ONE_AT_MOST}; bare client "
          f"{statistics.median(theirs[1:]):.3f}; first of all {ours[0]:.3f}")  # fmt: skip
    middles = [statistics.median(gap) * 1000 for gap in zip(*(g for g in gaps if len(g) == len(gaps[-1])), strict=True)]
    print(f"     calls {shape}; CPU {statistics.median(cpus[1:]) * 1000:.0f} ms a plan; "
          f"ms between links: {' '.join(f'{gap:.0f}' for gap in middles)}")  # fmt: skip


async def measure_batch(name: str, at_once: int, kinds: int) -> None:
    """Print the p95 over plans of wall over chain for many plans at once, beside the reference's."""
    brief, sources = SCENARIOS[name]()
    script = scripted(brief, sources, kinds)
    with tempfile.TemporaryDirectory() as folder, provider(script, delay_s=DELAY_S) as at:
        async with planner_at(at, sources, folder) as planner:
            await planner.abatch([named(brief, kind, 9999) for kind in range(kinds)], max_concurrency=2)
            alone = {plan.partition("-")[0]: links(of) for plan, of in by_plan(at.served()[0]).items()}
            ANSWERS.clear()
            briefs = [named(brief, i % kinds, i) for i in range(at_once)]
            began_s, cpu_s = time.monotonic(), time.process_time()
            results = await planner.abatch(briefs, max_concurrency=at_once)
            took_s, cpu_s = time.monotonic() - began_s, time.process_time() - cpu_s
        degraded = sum(r.plan is None or bool(r.plan.degraded) for r in results)
        calls, provider_s = at.served()
        kind_of = {f"{letters(i % kinds)}-{letters(i)}": letters(i % kinds) for i in range(at_once)}
        began_s = time.monotonic()
        bare_cpu_s = await bare(at, {plan: alone[kind] for plan, kind in kind_of.items()})
        bare_took_s = time.monotonic() - began_s
        theirs, bare_provider_s = at.served()
    p95, bare_p95 = p95_of(calls, alone), p95_of(theirs, alone)
    print(f"{'ok  ' if p95 <= bare_p95 else 'FAIL'} {name}, {at_once} at once, {kinds} kinds: p95 {p95:.2f} x the "
          f"chain; bare client {bare_p95:.2f}; all of them {took_s:.1f} s of {bare_took_s:.1f}; "
          f"degraded {degraded}")  # fmt: skip
    each, bare_each = cpu_s / len(calls) * 1000, bare_cpu_s / len(calls) * 1000
    print(f"     CPU {cpu_s / at_once * 1000:.0f} ms a plan of {len(calls) / at_once:.1f} calls, {each:.1f} ms a call; "
          f"bare client {bare_cpu_s / at_once * 1000:.0f} ms a plan, {bare_each:.1f} ms a call; "
          f"provider {provider_s:.1f} s, {bare_provider_s:.1f} s")  # fmt: skip


def p95_of(calls: Iterable[Served], alone: dict[str, list[list[Served]]]) -> float:
    """Return the 95th percentile over plans of wall over chain, the chain as long as that of the plan alone."""
    ratios = [wall_s(of) / (len(alone[plan.partition("-")[0]]) * DELAY_S) for plan, of in by_plan(calls).items()]
    return statistics.quantiles(ratios, n=20)[-1] if len(ratios) > 1 else ratios[0]


def profile(at_once: int, kinds: int) -> None:
    """Print where the CPU of some plans at once goes."""
    profiler = cProfile.Profile(time.process_time)
    profiler.enable()
    asyncio.run(measure_batch("small brief", at_once, kinds))
    profiler.disable()
    pstats.Stats(profiler).sort_stats("cumulative").print_stats(70)


def main(part: str = "all", number: str = str(AT_ONCE), kinds: str = str(KINDS)) -> None:
    """Print the figures of one part, or of all."""
    if part in {"all", "one"}:
        for name in SCENARIOS:
            asyncio.run(measure_one(name))
    if part in {"all", "batch"}:
        asyncio.run(measure_batch("small brief", int(number), int(kinds)))
    if part == "profile":
        profile(int(number), int(kinds))


if __name__ == "__main__":
    main(*sys.argv[1:])
