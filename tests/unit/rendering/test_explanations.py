"""Explanations as text, as Mermaid and as a drawing: all of the chain, once, and nothing that could break out."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from tests.unit.rendering.pictures import well_formed

from nexusplanner import CampaignPlan
from nexusplanner.domain.explanation import Edge, Explanation, Node
from nexusplanner.rendering import to_explanation_text, to_html, to_mermaid
from nexusplanner.rendering.charts import explanation_graph
from nexusplanner.rendering.reasons import by_group, reason_anchor, reasons
from nexusplanner.testing.plans import sample_plan

SMALL = Explanation(
    about="cl-1",
    nodes=(
        Node(id="cl-1", kind="claim", label="TV pays", title="cl-1: TV pays", lines=("supported",)),
        Node(id="ev-1", kind="evidence", label="a quote", title="ev-1", lines=("“tv: 9 spent”",)),
        Node(id="calc-1", kind="calculation", label="split", title="calc-1 (split)"),
        Node(id="src", kind="source", label="history.csv", title="history.csv, channel tv"),
    ),
    edges=(
        Edge(start="cl-1", end="ev-1", relation="cites"),
        Edge(start="cl-1", end="calc-1", relation="computed by"),
        Edge(start="calc-1", end="ev-1", relation="read from"),
        Edge(start="ev-1", end="src", relation="read from"),
    ),
)
TEXT = """\
cl-1: TV pays
  supported
  cites ev-1
    “tv: 9 spent”
    read from history.csv, channel tv
  computed by calc-1 (split)
    read from ev-1 (above)
"""
MERMAID = """\
flowchart TD
    n0("cl-1: TV pays"):::claim
    n1[/"ev-1"/]:::evidence
    n2[["calc-1 #40;split#41;"]]:::calculation
    n3[("history.csv, channel tv")]:::source
    n0 -->|"cites"| n1
    n0 -->|"computed by"| n2
    n2 -->|"read from"| n1
    n1 -->|"read from"| n3
    style n0 stroke-width:3px
"""
_MERMAID_LINE = re.compile(
    r"flowchart TD|    n\d+[\[({>/]+\"[^\"\[\](){}<>|`]*\"[\])}/]+:::\w+|    n\d+ -->\|\"[a-z ]+\"\| n\d+"
    r"|    style n0 stroke-width:3px"
)


def test_a_chain_reads_from_the_line_down_and_tells_nothing_twice() -> None:
    assert to_explanation_text(SMALL) == SMALL.to_text() == TEXT


def test_a_chain_is_a_flowchart() -> None:
    assert to_mermaid(SMALL) == SMALL.to_mermaid() == MERMAID


def test_all_of_a_chain_is_in_every_form() -> None:
    found = sample_plan().explain("choice")
    text, mermaid = found.to_text(), found.to_mermaid()
    assert text.count("(above)") == len(found.edges) - len(found.nodes) + 1
    assert mermaid.count(":::") == len(found.nodes)
    assert mermaid.count(" -->|") == len(found.edges)
    assert Explanation.model_validate_json(found.to_json()) == found
    assert len(explanation_graph(found).rows) == len(found.edges)


@pytest.mark.parametrize(
    "words", ['"]; click n0 href "x"', "a | b --> c", "<script>alert(1)</script>", "`x` #quot; {y}"]
)
def test_words_of_a_plan_cannot_become_mermaid(words: str) -> None:
    claim = sample_plan().claims[0].model_copy(update={"text": words})
    told = sample_plan().model_copy(update={"claims": (claim,)}).explain(claim.id).to_mermaid()
    assert all(_MERMAID_LINE.fullmatch(line) for line in told.splitlines()), told


def test_naughty_words_stay_on_their_line(filled: Callable[[Callable[[], str]], CampaignPlan]) -> None:
    plan = filled(lambda: "a\n\x1b[31m\u202ered\r\n\tb")
    for what in ("choice", "channels[0]", "claims[0]", "risks[0]", "calendar[0]"):
        found = plan.explain(what)
        for told in (found.to_text(), found.to_mermaid(), str(found.plot().html)):
            assert not {"\x1b", "\u202e", "\r"} & set(told)
        assert len(found.to_mermaid().splitlines()) == 2 + len(found.nodes) + len(found.edges)


def test_the_drawing_of_a_chain_stands_alone() -> None:
    for what in ("choice", "channels[0]", "objective.target"):
        plot = sample_plan().explain(what).plot()
        well_formed(plot)
        assert "href" not in plot.svg
        assert repr(plot).startswith("<Plot of ")


def test_a_box_stands_below_all_that_rests_on_it() -> None:
    svg = explanation_graph(SMALL).panels[0].svg
    tops = {
        name: float(y)
        for name, y in re.findall(r"<title >(cl-1|calc-1|ev-1)[^<]*</title><svg x=\"[^\"]*\" y=\"([\d.]+)\"", svg)
    }
    assert tops["cl-1"] < tops["calc-1"] < tops["ev-1"]


def test_the_source_stands_in_the_box_of_what_was_read_from_it() -> None:
    svg = explanation_graph(SMALL).panels[0].svg
    assert "history.csv, channel" in svg
    assert svg.count('class="box') == len(SMALL.nodes) - 1


def test_the_page_has_a_chain_for_every_line_a_reader_may_doubt() -> None:
    plan = sample_plan()
    names = [reason.id for reason in reasons(plan)]
    assert len(names) == len(set(names))
    lines = ("channels", "segments", "risks", "claims")
    wanted = {reason_anchor(f"{line}[{i}]") for line in lines for i, _ in enumerate(getattr(plan, line))}
    assert wanted | {"why-choice"} <= set(names)
    assert next(name for name, _ in by_group(plan)) == "Choice"
    html = to_html(plan)
    for name in names:
        assert f'id="{name}"' in html
        assert html.count(f'href="#{name}"') >= 1


def test_boxes_lead_to_places_of_the_page_and_can_be_reached_by_keyboard() -> None:
    html = to_html(sample_plan())
    section = html[html.index('<section id="reasons"') :].partition("</section>")[0]
    links = set(re.findall(r'<a href="#([^"]+)"', section))
    assert len(links) > 20
    assert all(f'id="{link}"' in html for link in links)
    assert 'role="img"' not in section
    assert section.count('tabindex="0" role="region"') == section.count('<figure class="why')


def test_one_chain_is_seen_at_a_time_the_choice_first() -> None:
    html = to_html(sample_plan())
    assert html.count('class="why first"') == 1
    assert ".why { display: none; }" in html
    assert ".why:target" in html
