"""One plan to refine: every source in memory, bounds on three channels, phrases to say and never to say."""

from __future__ import annotations

from tests.flow.campaigns import brief

from nexusplanner import CampaignBrief


def bounded() -> CampaignBrief:
    """Build the brief of the plan that feedback is given on."""
    return brief(
        channels={"excluded": ["tv"], "maximum": {"search": "12000"}, "minimum": {"email": "5000"}},
        brand={"voice": "plain and warm", "must_say": ["Pieces are fired"], "never_say": ["cheap"]},
        compliance=["gdpr"],
    )
