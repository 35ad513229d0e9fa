"""``import nexusplanner`` is cheap and does nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

DATABASES = frozenset({"alembic", "psycopg", "sqlalchemy"})
HEAVY = DATABASES | frozenset(
    {"boto3", "botocore", "chromadb", "duckdb", "feedparser", "holidays", "httpx", "icalendar", "jinja2"}
    | {"langchain_aws", "langchain_core", "langchain_openai", "langgraph", "langsmith", "numpy", "openai", "pandas"}
    | {"pydantic", "pydantic_settings", "rapidfuzz", "rich", "scipy", "sqlite3", "tiktoken", "typer"}
    | {"vaderSentiment", "yaml"}
)

_PROBE = """
import json, os, sys, threading
environment, paths, threads = dict(os.environ), list(sys.path), threading.active_count()
before = set(sys.modules)
import nexusplanner
print(json.dumps({
    "loaded": sorted({name.split(".")[0] for name in set(sys.modules) - before}),
    "changed": dict(os.environ) != environment or sys.path != paths or threading.active_count() != threads,
}))
"""


@pytest.fixture(scope="module")
def probe(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, object], list[Path]]:
    """Import the package in a fresh interpreter in an empty folder; return what it saw and what it left there."""
    place = tmp_path_factory.mktemp("import")
    run = subprocess.run(
        (sys.executable, "-B", "-c", _PROBE), cwd=place, capture_output=True, check=True, text=True, timeout=60
    )
    assert run.stderr == ""
    return json.loads(run.stdout), sorted(place.rglob("*"))


def test_no_vendor_and_no_framework_is_loaded(probe: tuple[dict[str, object], list[Path]]) -> None:
    loaded = probe[0]["loaded"]
    assert isinstance(loaded, list)
    assert "nexusplanner" in loaded
    assert not HEAVY.intersection(loaded)


def test_nothing_is_written_and_nothing_is_changed(probe: tuple[dict[str, object], list[Path]]) -> None:
    seen, written = probe
    assert seen["changed"] is False
    assert written == []


_PLANS = """
import sys
from nexusplanner import Planner
with Planner(models=()) as planner:
    assert planner.plan(sys.argv[1]).plan is not None
    assert planner.list()
print(*sorted({name.split(".")[0] for name in sys.modules}))
"""


@pytest.mark.slow
def test_who_keeps_nothing_loads_no_database(root: Path, tmp_path: Path) -> None:
    brief = root / "examples" / "01_cd_retailer" / "brief.yaml"
    run = subprocess.run(
        (sys.executable, "-c", _PLANS, str(brief)),
        cwd=tmp_path,
        capture_output=True,
        check=True,
        text=True,
        timeout=120,
    )
    assert not DATABASES.intersection(run.stdout.split())
