"""Explanations: any line leads to what it rests on, each thing once, and never in a circle."""

from __future__ import annotations

import pytest

from nexusplanner import CampaignPlan, InputError
from nexusplanner.domain.explanation import Explanation
from nexusplanner.domain.place import as_dotted
from nexusplanner.domain.pointer import leaves
from nexusplanner.testing.plans import sample_plan

PLAN = sample_plan()


def kinds(explanation: Explanation) -> list[str]:
    """Return the kinds of its nodes."""
    return [node.kind for node in explanation.nodes]


def is_sound(explanation: Explanation) -> bool:
    """Whether every node can be reached from the first, and none from itself."""
    reached: set[str] = set()

    def walk(node: str, above: tuple[str, ...]) -> None:
        assert node not in above, f"a circle at {node}"
        reached.add(node)
        for edge in explanation.below(node):
            walk(edge.end, (*above, node))

    walk(explanation.root.id, ())
    ids = [node.id for node in explanation.nodes]
    return reached == set(ids) and len(ids) == len(set(ids))


def test_every_place_of_a_plan_can_be_explained() -> None:
    """Sections, lines and single values alike."""
    tree = PLAN.model_dump(mode="json", exclude={"calculations", "figures", "seal", "provenance"})
    places = {pointer for pointer, _ in leaves(tree)} | {f"/{key}" for key in PLAN.model_dump()}
    assert len(places) > 150
    for pointer in places:
        found = PLAN.explain(pointer)
        assert is_sound(found), pointer
        assert found.edges, f"{pointer} rests on nothing"


def test_every_id_of_a_plan_can_be_explained() -> None:
    ids = (*(c.id for c in PLAN.claims), *(e.id for e in PLAN.evidence), *(c.id for c in PLAN.calculations))
    for key in ids:
        found = PLAN.explain(key)
        assert found.root.id == key
        assert is_sound(found)


def test_a_figure_leads_to_its_calculation_and_on_to_the_rows() -> None:
    for pointer, bound in PLAN.figures.items():
        found = PLAN.explain(pointer)
        (edge,) = found.below(found.root.id)
        assert (edge.end, edge.relation) == (bound.partition("#")[0], "computed by")
        assert found.node(edge.end).lines[0].startswith("answers ")


def test_the_chain_of_a_figure_names_inputs_and_where_they_were_read() -> None:
    read = PLAN.evidence[0].id
    ground = tuple(c.model_copy(update={"evidence": (read,)}) for c in PLAN.calculations)
    found = PLAN.model_copy(update={"calculations": ground}).explain("budget.lines[0].amount")
    chain = found.node(found.below(found.root.id)[0].end)
    assert any(line.startswith("given: ") for line in chain.lines)
    assert {"calculation", "evidence", "source"} <= set(kinds(found))
    sources = [node.title for node in found.nodes if node.kind == "source"]
    assert all(any(e.source in told for e in PLAN.evidence) for told in sources)


def test_a_claim_leads_to_its_evidence_and_its_source() -> None:
    claim = next(c for c in PLAN.claims if c.evidence)
    found = PLAN.explain(claim.id)
    for key in claim.evidence:
        cited = next(e for e in PLAN.evidence if e.id == key)
        assert cited.quote[:100] in found.node(key).lines[0]
        (read,) = found.below(key)
        assert found.node(read.end).title.startswith(cited.source)


def test_an_assumption_says_so() -> None:
    claim = PLAN.claims[0].model_copy(update={"status": "assumption", "evidence": (), "calculations": ()})
    found = PLAN.model_copy(update={"claims": (claim,)}).explain(claim.id)
    assert found.root.lines == ("an assumption: nothing shows it yet",)
    assert not found.edges


def test_the_choice_leads_from_decision_to_debate_critique_and_proposal() -> None:
    found = PLAN.explain("choice")
    assert found.root.kind == "decision"
    assert {"decision", "debate", "proposal"} <= set(kinds(found))
    debated = next(node for node in found.nodes if node.id == "debate")
    assert PLAN.debate.reason in debated.lines
    if PLAN.debate.turns:
        assert any(node.lines == (PLAN.debate.turns[0].argument,) for node in found.nodes)
    for other in PLAN.alternatives:
        assert any(other.why_not in node.lines for node in found.nodes)
    for words in PLAN.dissent:
        assert any(words in node.lines for node in found.nodes)


@pytest.mark.parametrize("name", ["proposal", "decision", "alternatives", "dissent", "debate", "critique"])
def test_the_choice_is_known_by_its_parts(name: str) -> None:
    assert PLAN.explain(name).nodes == PLAN.explain("choice").nodes


def test_a_channel_leads_to_its_money_its_forecast_and_why_it_was_chosen() -> None:
    channel = PLAN.channels[0]
    for name in (channel.channel, channel.channel.upper(), "channels[0]"):
        found = PLAN.explain(name)
        ways = {edge.relation for edge in found.below(found.root.id)}
        assert {"funded by", "written in"} <= ways
        assert channel.why in found.root.lines
        assert "decision" in kinds(found)


def test_a_segment_is_found_by_id_and_by_name() -> None:
    segment = PLAN.segments[0]
    by_id = PLAN.explain(segment.id)
    assert by_id.nodes == PLAN.explain(segment.name).nodes == PLAN.explain("segments[0]").nodes
    assert by_id.root.label == segment.name


def test_a_risk_names_its_author_and_what_it_speaks_of() -> None:
    channel = PLAN.channels[0].channel
    risk = PLAN.risks[0].model_copy(update={"risk": f"Prices of {channel} rise.", "sign": "Dearer.", "answer": "Less."})
    plan = PLAN.model_copy(update={"risks": (risk,)})
    found = plan.explain("risks[0]")
    assert ("speaks of", "place:/channels/0") in {(e.relation, e.end) for e in found.edges}


def test_an_activity_comes_after_what_it_depends_on() -> None:
    i, activity = next((i, a) for i, a in enumerate(PLAN.calendar) if a.depends_on)
    found = PLAN.explain(f"calendar[{i}]")
    after = {edge.end for edge in found.below(found.root.id) if edge.relation == "comes after"}
    assert after == {f"place:/calendar/{before}" for before in activity.depends_on}


def test_words_of_a_line_find_it() -> None:
    words = " ".join(PLAN.channels[0].why.split()[:6])
    assert PLAN.explain(words).root.title.startswith("channels[0]")


def test_the_brief_is_its_own_source() -> None:
    for place in ("objective.target", "brief.name"):
        assert kinds(PLAN.explain(place)) == ["place", "brief"]


def test_words_name_their_author_prompt_and_proposal() -> None:
    found = PLAN.explain("strategy.positioning")
    authors = [node for node in found.nodes if node.kind == "author"]
    assert authors
    assert all(" written by " in node.title for node in authors)
    assert "proposal" in kinds(found)


def test_a_changed_quote_and_a_lost_id_are_told() -> None:
    first = PLAN.evidence[0]
    forged = PLAN.model_copy(update={"evidence": (first.model_copy(update={"quote": "x"}), *PLAN.evidence[1:])})
    assert any("was changed" in line for line in forged.explain(first.id).root.lines)
    claim = PLAN.claims[0].model_copy(update={"evidence": ("ev-none",)})
    lost = PLAN.model_copy(update={"claims": (claim,)}).explain(claim.id)
    assert any(node.title == "ev-none is not in the plan" for node in lost.nodes)


def test_evidence_says_who_used_it() -> None:
    claim = next(c for c in PLAN.claims if c.evidence)
    told = PLAN.explain(claim.evidence[0]).root.lines[-1]
    assert told.startswith("used by ")
    assert claim.id in told


@pytest.mark.parametrize(
    ("what", "near"),
    [
        ("budget.lines[0].amont", "budget.lines[0].amount"),
        (PLAN.claims[0].id + "x", PLAN.claims[0].id),
        ("choise", "choice"),
        ("alocation", "allocation"),
        ("objectiv_fit", "objective_fit"),
    ],
)
def test_what_is_not_there_names_the_nearest(what: str, near: str) -> None:
    with pytest.raises(InputError) as caught:
        PLAN.explain(what)
    assert caught.value.fix is not None
    assert repr(near) in caught.value.fix


def test_the_same_plan_gives_the_same_explanation() -> None:
    again = CampaignPlan.model_validate_json(PLAN.to_json())
    for what in ("choice", "channels[0]", "budget"):
        assert again.explain(what).to_json() == PLAN.explain(what).to_json()


def test_places_are_told_as_they_are_asked_for() -> None:
    pointer = next(iter(PLAN.figures))
    assert PLAN.explain(as_dotted(pointer)).nodes == PLAN.explain(pointer).nodes
