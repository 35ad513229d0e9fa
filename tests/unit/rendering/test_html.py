"""The page must be one well-formed, self-contained file that no text of the plan can change."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.rendering import to_html
from nexusplanner.testing.plans import sample_plan

_VOID = {"meta", "link", "br", "img", "input", "hr"}
_PRINT = """
import hashlib
from nexusplanner.rendering import to_budget_csv, to_html, to_icalendar, to_markdown
from nexusplanner.testing.plans import sample_plan
for write in (to_html, to_markdown, to_icalendar, to_budget_csv):
    print(hashlib.sha256(write(sample_plan()).encode()).hexdigest())
"""


class Page(HTMLParser):
    """Read a page strictly: tags must nest, and attributes are collected."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[str] = []
        self.frame: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.words: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._met(tag, attrs)
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._met(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open[-1] == tag, f"</{tag}> closes <{self.open[-1]}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def _met(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if "figure" not in self.open and tag not in ("br", "a", "span"):
            self.frame.append(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name == "id":
                self.ids.append(value or "")
            if name in ("href", "src", "xlink:href", "action"):
                self.links.append(value or "")

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def test_every_link_leads_to_a_place_on_the_page_and_every_id_is_unique() -> None:
    page = Page(to_html(sample_plan()))
    assert len(page.ids) == len(set(page.ids))
    wanted = {link[1:] for link in page.links if link.startswith("#")}
    assert wanted - set(page.ids) == set()
    assert set(page.links) - {f"#{i}" for i in wanted} == {"data:,"}


def test_every_evidence_calculation_segment_and_claim_is_a_place_on_the_page() -> None:
    plan = sample_plan()
    ids = set(Page(to_html(plan)).ids)
    assert {e.id for e in plan.evidence} <= ids
    assert {c.id for c in plan.calculations} <= ids
    assert {s.id for s in plan.segments} <= ids
    assert {c.id for c in plan.claims} <= ids


def test_the_page_needs_nothing_from_outside_and_runs_nothing() -> None:
    html = to_html(sample_plan())
    page = Page(html)
    assert {"script", "iframe", "img", "object", "embed", "form"} & set(page.tags) == set()
    assert not [name for name in page.attributes if name.startswith("on")]
    assert "url(" not in html
    assert "@import" not in html
    assert "default-src 'none'" in html


def test_the_page_tells_the_head_figures() -> None:
    plan = sample_plan()
    text = Page(to_html(plan)).text
    for figure in (
        "$120,000",
        "3 Mar – 11 May 2025",
        "3,600 conversions",
        f"{plan.objective.probability_of_target:.0%}",
    ):
        assert figure in text


def test_what_comes_from_outside_is_marked_and_what_does_not_is_not() -> None:
    plan = sample_plan()
    outside = [e for e in plan.evidence if not e.trusted]
    assert to_html(plan).count("Quoted from outside") == len(outside) == 1
    trusted = tuple(e.model_copy(update={"trusted": True}) for e in plan.evidence)
    assert "Quoted from outside" not in to_html(plan.model_copy(update={"evidence": trusted}))


def test_every_drawing_has_a_title_and_a_description() -> None:
    html = to_html(sample_plan())
    drawings = html.count('class="drawing"')
    assert drawings >= 12
    told = html.count('role="img" aria-label="') + html.count('role="group" aria-label="')
    assert told == html.count("</desc>") == drawings


@pytest.mark.parametrize(
    "name", ["response_curves", "what_if", "allocation", "flights", "forecast", "customer_segments"]
)
def test_a_plan_that_lacks_a_calculation_still_renders(name: str) -> None:
    plan = sample_plan()
    kept = tuple(c for c in plan.calculations if c.name != name)
    assert Page(to_html(plan.model_copy(update={"calculations": kept}))).tags


def test_an_empty_plan_still_renders() -> None:
    """A plan with no lines, calendar, segments or evidence is a page without their sections."""
    plan = sample_plan()
    budget = plan.budget.model_copy(update={"lines": (), "flights": ()})
    lists = ("segments", "channels", "calendar", "experiments", "measurement", "risks", "compliance", "alternatives")
    more = ("dissent", "claims", "evidence", "calculations", "critique", "provenance", "degraded", "notes")
    bare = plan.model_copy(update={"budget": budget, **dict.fromkeys((*lists, *more), ())})
    page = Page(to_html(bare))
    assert "evidence" not in page.ids
    assert "summary" in page.ids


@pytest.mark.parametrize(
    ("status", "told"),
    [("needs_approval", "waiting for Marketing director"), ("refused", "must not run"), ("degraded", "fell short")],
)
def test_a_plan_that_is_not_complete_says_so_at_the_head(status: str, told: str) -> None:
    assert told in to_html(sample_plan(status=status))
    assert told not in to_html(sample_plan(degraded=()))


def test_no_text_changes_the_structure_of_the_page(
    naughty_plans: tuple[CampaignPlan, ...], filled: Callable[[Callable[[], str]], CampaignPlan]
) -> None:
    """Tags are the same whatever the words: nothing in them is taken for HTML.

    Paragraphs within a text and links to the plan's own ids may differ; charts group by name.
    """
    calm = Page(to_html(filled(lambda: "calm words")))
    for plan in naughty_plans:
        html = to_html(plan)
        assert "<script" not in html.lower()
        page = Page(html)
        assert not [name for name in page.attributes if name.startswith("on")]
        assert {link for link in page.links if not link.startswith("#")} == {"data:,"}
        assert page.frame == calm.frame
        assert set(page.tags) <= {*calm.tags, "br"}
        assert page.attributes <= calm.attributes


def test_the_same_plan_gives_the_same_bytes_on_any_machine() -> None:
    """Neither hash seed, time zone nor locale may show."""
    told = set()
    for seed, zone, locale in (("1", "UTC", "C"), ("2", "Asia/Tokyo", "de_DE.UTF-8")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale, "LANG": locale}
        told.add(subprocess.check_output([sys.executable, "-c", _PRINT], env=environment))
    assert len(told) == 1


def test_money_beyond_what_was_seen_is_noted_beside_the_budget() -> None:
    plan = sample_plan()
    for written in (Page(to_html(plan)).text, plan.to_markdown().replace("\\", "")):
        assert "Beyond what the history shows" in written
        assert "No week with money for podcast is known" in written
        assert "gets 1.2 times the most it ever spent in a week" in written
    calm = tuple(
        c.model_copy(update={"outputs": {**c.outputs, "warnings": []}}) if c.name == "allocation" else c
        for c in plan.calculations
    )
    assert "Beyond what the history shows" not in to_html(sample_plan(calculations=calm))
    assert "Beyond what the history shows" not in sample_plan(calculations=calm).to_markdown()


def test_every_calculation_is_told_with_its_sentence() -> None:
    plan = sample_plan()
    text = Page(to_html(plan)).text
    assert all(" ".join(c.explanation.split()) in text for c in plan.calculations)
