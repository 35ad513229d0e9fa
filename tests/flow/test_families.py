"""Where models of two families are there at the same price, the lenses begin with different ones."""

from __future__ import annotations

from tests.flow.campaigns import TODAY, brief
from tests.flow.obeying import Obeying

from nexusplanner import Planner, Settings
from nexusplanner.observability.events import ProposalEvent
from nexusplanner.settings import Limits
from nexusplanner.testing.scripted import ScriptedChatModel


def test_the_drafts_come_from_two_families_and_cost_no_more_calls() -> None:
    calls, drafts = {}, dict[str, str]()
    for names in (("one",), ("one", "other")):
        models = [ScriptedChatModel.playing(Obeying(""), model_name=name) for name in names]
        planner = Planner(models=models, settings=Settings(limits=Limits(usd=99)), clock=lambda: TODAY)
        result = planner.plan(brief(), seed=1)
        assert result.plan is not None
        drafts = {e.lens: e.rung for e in result.events if isinstance(e, ProposalEvent) and not e.revision}
        calls[names] = result.plan.cost.calls
    assert drafts == {"efficiency": "one", "growth": "other", "brand_and_risk": "one"}
    assert calls["one",] == calls["one", "other"]
