"""The Markdown must read well, and keep its structure whatever words stand in the plan."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.domain.repair import Repair
from nexusplanner.rendering import to_html, to_markdown
from nexusplanner.rendering.markdown import code, escaped
from nexusplanner.testing.plans import sample_plan

_READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def _tokens(text: str) -> list[Token]:
    return _READER.parse(text)


def _inline(text: str) -> list[Token]:
    return [child for token in _tokens(text) for child in token.children or []]


def _plain(text: str) -> str:
    return "".join(child.content for child in _inline(text) if child.type == "text")


def test_citations_are_links_to_headings_of_the_evidence() -> None:
    plan = sample_plan()
    text = to_markdown(plan)
    tokens = _tokens(text)
    headings = {tokens[i + 1].content for i, token in enumerate(tokens) if token.type == "heading_open"}
    links = {str(token.attrs["href"]) for token in _inline(text) if token.type == "link_open"}
    assert links
    assert {link[1:] for link in links} <= headings
    assert {e.id for e in plan.evidence} <= headings
    defined = {line[1 : line.index("]")] for line in text.splitlines() if "]: #" in line}
    assert defined == {e.id for e in plan.evidence} | {c.id for c in plan.calculations} <= headings


def test_sections_come_in_the_order_of_the_page() -> None:
    text = to_markdown(sample_plan())
    names = [
        "Summary",
        "Outlook",
        "Strategy",
        "Segments",
        "Channels",
        "Budget",
        "Calendar",
        "Experiments",
        "Measurement",
    ]
    names += ["Risks", "Compliance", "Alternatives and dissent", "Critique and debate", "Claims", "Evidence"]
    names += ["Calculations", "The brief", "Record"]
    places = [text.index(f"\n## {name}\n") for name in names]
    assert places == sorted(places)


def test_money_and_dates_read_as_they_are_written() -> None:
    """Escaping must not scatter back slashes over figures."""
    text = to_markdown(sample_plan())
    assert "| Paid search | $38,000.00 | 33.3% |" in text
    assert "- **Period:** 3 Mar – 11 May 2025 (10 weeks)" in text
    assert "\\$" not in text


def test_no_text_changes_the_structure_of_the_document(
    naughty_plans: tuple[CampaignPlan, ...], filled: Callable[[Callable[[], str]], CampaignPlan]
) -> None:
    calm = [token.type for token in _tokens(to_markdown(filled(lambda: "calm words")))]
    for plan in naughty_plans:
        text = to_markdown(plan)
        assert [token.type for token in _tokens(text)] == calm
        assert {child.type for child in _inline(text)} & {"html_inline", "image", "s_open", "hardbreak"} == set()
        assert not [t for t in _inline(text) if t.type == "link_open" and not str(t.attrs["href"]).startswith("#")]


@pytest.mark.parametrize(
    "text",
    [
        "# no heading", "> no quote", "- no list", "+ no list", "1. no list", "1) no list", "===", "---", "***", "```",
        "~~~", "[a](http://b.example)", "[a]: http://b.example", "![a](b)", "<b>bold</b>", "&copy;", "a | b", "*a*",
        "_a_", "`a`", "~~a~~", "<http://b.example>", "a\\", "    code", "- - -", "\\*a\\*", "![a][b]", "[x]",
    ],
)  # fmt: skip
def test_what_looks_like_markdown_is_shown_as_it_is(text: str) -> None:
    document = f"{escaped(text)}\n"
    assert [token.type for token in _tokens(document)] == ["paragraph_open", "inline", "paragraph_close"]
    assert _plain(document) == " ".join(text.split())


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60))
def test_any_text_stays_one_paragraph_of_plain_words(text: str) -> None:
    tokens = _tokens(f"{escaped(text)}\n")
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert {child.type for child in tokens[1].children or []} <= {"text", "text_special"}


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60))
def test_any_text_stays_one_cell(text: str) -> None:
    tokens = _tokens(f"| a | b |\n|---|---|\n| {escaped(text)} | {code(text)} |\n")
    assert [token.type for token in tokens].count("td_open") == 2


@pytest.mark.parametrize("after", ["(http://b.example)", "[http://b.example]", ": http://b.example", "[]"])
def test_words_after_a_citation_cannot_send_it_elsewhere(after: str) -> None:
    plan = sample_plan()
    cited = plan.evidence[0].id
    text = to_markdown(plan.model_copy(update={"summary": f"![{cited}]{after} [{cited}]{after}"}))
    links = {str(token.attrs["href"]) for token in _inline(text) if token.type == "link_open"}
    assert f"#{cited}" in links
    assert {link[0] for link in links} == {"#"}
    assert not [token for token in _inline(text) if token.type == "image"]


def test_addresses_of_untrusted_text_are_broken_for_readers_that_link_every_address() -> None:
    told = escaped("see https://b.example or www.b.example or a@b.example")
    assert "https://" not in told
    assert "www." not in told
    assert "a@b" not in told


def test_what_was_mended_is_told_in_the_record() -> None:
    mended = sample_plan().model_copy(
        update={"repairs": (Repair(part="propose growth", kind="untraced_number", count=2),)}
    )
    for text in (to_markdown(mended), to_html(mended)):
        assert "untraced number, 2" in text
    assert "Mended or left out" not in to_markdown(sample_plan())
