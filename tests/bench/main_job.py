"""Measure the main job: import, cold command, warm call, a hundred plans at once, and where the time goes.

python tests/bench/main_job.py            # everything, each part in a process of its own
python tests/bench/main_job.py profile    # one part: import, cold, warm, batch or profile
"""

from __future__ import annotations

import asyncio
import cProfile
import os
import pstats
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path

from nexusplanner import CampaignBrief, CampaignPlan, Planner, Settings

ROOT = Path(__file__).resolve().parents[2]
BRIEF = ROOT / "examples" / "01_cd_retailer" / "brief.yaml"
RUNS = 5
AT_ONCE = 100
COLD_S, WARM_S, IMPORT_S = 6.0, 1.0, 0.3


def measure_import() -> None:
    """Time ``import nexusplanner`` by the interpreter's own account."""
    times = []
    for _ in range(RUNS):
        done = _python("-X", "importtime", "-c", "import nexusplanner")
        line = next(line for line in done.stderr.splitlines() if line.split("|")[-1].strip() == "nexusplanner")
        times.append(int(line.split("|")[1]) / 1e6)
    _tell("import nexusplanner", statistics.median(times), IMPORT_S)


def measure_cold() -> None:
    """Time the command from the prompt to the files, each run in a fresh process and folder."""
    times = []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as folder:
            began = time.perf_counter()
            _python("-m", "nexusplanner", "plan", str(BRIEF), "--out", folder)
            times.append(time.perf_counter() - began)
            assert len(list(Path(folder).iterdir())) == 5
    _tell("nexusplanner plan, cold", statistics.median(times), COLD_S, f"{min(times):.2f} to {max(times):.2f}")


def measure_warm() -> None:
    """Time ``Planner.plan`` once everything is loaded; every run has a seed of its own."""
    with _planner() as planner:
        planner.plan(BRIEF, seed=0)
        times = [_timed(partial(planner.plan, BRIEF, seed=seed)) for seed in range(1, RUNS + 1)]
    _tell("Planner.plan, warm", statistics.median(times), WARM_S, f"{min(times):.2f} to {max(times):.2f}")


def measure_batch() -> None:
    """Make a hundred different plans at once; each must be the one that its brief gives alone."""
    brief = CampaignBrief.load(BRIEF)
    briefs = [_variant(brief, i) for i in range(AT_ONCE)]
    with _planner() as planner:
        planner.plan(brief)
        before = _peak_mb()
        began = time.perf_counter()
        results = asyncio.run(planner.abatch(briefs, seed=7, max_concurrency=AT_ONCE))
        took = time.perf_counter() - began
        plans = [result.plan for result in results]
        wrong = sum(not _answers(plan, brief) for plan, brief in zip(plans, briefs, strict=True))
        alone = [planner.plan(briefs[i], seed=7).plan for i in (0, AT_ONCE // 2, AT_ONCE - 1)]
    mixed = sum(plan not in plans for plan in alone)
    _say(f"{AT_ONCE} plans at once: {took:.1f} s, {AT_ONCE / took:.2f} plans a second")
    _say(f"  peak memory {_peak_mb():.0f} MB, of which {before:.0f} MB for the first plan")
    _say(f"  {wrong} errors, {mixed} of {len(alone)} differ from the same plan made alone")
    assert not wrong
    assert not mixed


def measure_profile() -> None:
    """Name what a warm plan spends its time on: all of its work on this thread's loop."""
    with _planner() as planner:
        asyncio.run(planner.aplan(BRIEF, seed=0))
        profile = cProfile.Profile()
        profile.enable()
        asyncio.run(planner.aplan(BRIEF, seed=1))
        profile.disable()
    stats = pstats.Stats(profile).sort_stats("cumulative")
    stats.print_stats(r"nexusplanner/(graph|agents|calculators|adapters|llm|planner|domain)", 30)


PARTS: dict[str, Callable[[], None]] = {
    "import": measure_import,
    "cold": measure_cold,
    "warm": measure_warm,
    "batch": measure_batch,
}


def main(arguments: list[str]) -> None:
    """Run the parts that are named, or all of them."""
    if arguments == ["profile"]:
        measure_profile()
    elif len(arguments) == 1:
        PARTS[arguments[0]]()
    else:
        _say(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, median of {RUNS}")
        for part in PARTS:
            sys.stdout.write(_python(__file__, part).stdout)


def _planner() -> Planner:
    return Planner(settings=Settings.load(folder=BRIEF.parent))


def _variant(brief: CampaignBrief, i: int) -> CampaignBrief:
    budget = brief.budget.model_copy(update={"amount": brief.budget.amount + Decimal(1000 * i)})
    return brief.model_copy(update={"name": f"{brief.name} {i}", "budget": budget})


def _answers(plan: CampaignPlan | None, brief: CampaignBrief) -> bool:
    return plan is not None and plan.status == "complete" and plan.brief == brief


def _python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=True, cwd=ROOT)


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _tell(what: str, seconds: float, reference: float, note: str = "") -> None:
    verdict = "within" if seconds <= reference else "above"
    _say(f"{what}: {seconds:.3f} s, {verdict} {reference} s" + (f" ({note})" if note else ""))


if __name__ == "__main__":
    main(sys.argv[1:])
