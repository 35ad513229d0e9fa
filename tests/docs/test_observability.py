"""The dashboard and the rules ask for metrics that there are, by labels that those have."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from prometheus_client import CollectorRegistry

from nexusplanner.observability.metrics import PrometheusMetrics

RULES, DASHBOARD = "docs/observability/alerts.yaml", "docs/observability/dashboard.json"
_METRIC = re.compile(r"\b(nexusplanner_\w+?)(_bucket|_sum|_count)?\b(?:\{(.*?)\})?(?=[\[\s)]|$)")
_BY = re.compile(r"\bby \(([^)]*)\)")
_LABEL = re.compile(r"(\w+)\s*(?:=|!=|=~|!~)")


def labels_by_metric() -> dict[str, set[str]]:
    """Name of each metric as it is scraped to its labels."""
    registry = CollectorRegistry()
    found = {}
    for metric in vars(PrometheusMetrics(registry)).values():
        for one in metric.values() if isinstance(metric, dict) else (metric,):
            if (names := getattr(one, "_labelnames", None)) is not None:
                suffix = "_total" if one._type == "counter" else ""
                found[f"{one._name}{suffix}"] = {*names, *({"le"} if one._type == "histogram" else ())}
    return found


def asked(root: Path) -> list[str]:
    """Return every expression of both files."""
    rules = yaml.safe_load((root / RULES).read_text(encoding="utf-8"))
    panels = json.loads((root / DASHBOARD).read_text(encoding="utf-8"))["panels"]
    return [rule["expr"] for group in rules["groups"] for rule in group["rules"]] + [
        target["expr"] for panel in panels for target in panel["targets"]
    ]


def test_every_metric_and_label_that_is_asked_for_exists(root: Path) -> None:
    known = labels_by_metric()
    for expression in asked(root):
        found = _METRIC.findall(expression)
        assert found, expression
        allowed = set[str]()
        for name, _, within in found:
            assert name in known, f"{name} in {expression}"
            assert {*_LABEL.findall(re.sub(r'"[^"]*"', "", within))} <= known[name], expression
            allowed |= known[name]
        for names in _BY.findall(expression):
            assert {name.strip() for name in names.split(",")} <= allowed, expression


def test_every_metric_is_on_the_dashboard(root: Path) -> None:
    shown = (root / DASHBOARD).read_text(encoding="utf-8")
    assert [name for name in labels_by_metric() if name not in shown] == []


def test_panels_do_not_overlap_and_have_names(root: Path) -> None:
    panels = json.loads((root / DASHBOARD).read_text(encoding="utf-8"))["panels"]
    places = [(p["gridPos"]["x"], p["gridPos"]["y"]) for p in panels]
    assert len(set(places)) == len({p["id"] for p in panels}) == len({p["title"] for p in panels}) == len(panels)


def test_every_rule_says_what_it_means(root: Path) -> None:
    rules = yaml.safe_load((root / RULES).read_text(encoding="utf-8"))["groups"][0]["rules"]
    for rule in rules:
        assert rule["labels"]["severity"] in {"warning", "critical"}
        assert {"summary", "description"} <= rule["annotations"].keys()


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is a package of its own")
def test_prometheus_reads_the_rules(root: Path) -> None:
    command = (shutil.which("promtool") or "", "check", "rules", str(root / RULES))
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
