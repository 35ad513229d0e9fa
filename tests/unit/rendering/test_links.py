"""Ids in prose must become links, and nothing else may."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.rendering.links import Links, anchor
from nexusplanner.testing.plans import sample_plan

_LINKS = Links({"ev-crm-1": 'a "quote" <b>', "ev-crm-12": "longer", "x": "short"})


def test_ids_in_prose_are_linked_with_or_without_brackets() -> None:
    told = _LINKS.prose("See [ev-crm-1], ev-crm-12 and ev-crm-123; x stays.")
    assert told.count("<a ") == 2
    assert 'href="#ev-crm-12"' in told
    assert "ev-crm-123; x stays." in told
    assert "[" not in told


def test_hints_and_words_are_escaped() -> None:
    told = _LINKS.prose("<i>[ev-crm-1]</i>")
    assert told.startswith("&lt;i&gt;<a")
    assert "&#34;quote&#34; &lt;b&gt;" in told


def test_an_id_that_leads_nowhere_is_marked_and_not_linked() -> None:
    assert "<a" not in _LINKS.html("ev-none-1")
    assert "not in this plan" in _LINKS.html("ev-none-1")


def test_blank_lines_part_paragraphs() -> None:
    assert _LINKS.prose("one\n\ntwo\nthree") == "one<br><br>two three"
    assert Links({}).prose("a ev-crm-1") == "a ev-crm-1"


def test_all_ids_of_a_plan_are_known() -> None:
    plan = sample_plan()
    hints = Links.of(plan).hints
    assert {e.id for e in plan.evidence} | {c.id for c in plan.calculations} <= set(hints)


@given(st.text(min_size=1, max_size=100))
def test_anchors_are_plain_words(identifier: str) -> None:
    found = anchor(identifier)
    assert found.isascii()
    assert not set(found) & set("<>\"'& #%")
    assert anchor(identifier) == found
