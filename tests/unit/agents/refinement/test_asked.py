"""What a model says of feedback counts where it stands in the feedback."""

from __future__ import annotations

from nexusplanner.agents.refinement.asked import Asked, Understood, grounded

FEEDBACK = "Take 10 % from search for e-mail, please."


def test_what_stands_in_the_feedback_is_kept() -> None:
    asked = Asked(verb="move", quote="take 10 %  from Search for e-mail", what="search", to="e-mail", amount="10 %")
    assert grounded(Understood(asked=(asked,)), FEEDBACK).asked == (asked,)


def test_an_amount_channel_or_phrase_that_nobody_said_is_not_followed() -> None:
    made_up = (
        Asked(verb="move", quote="Take 10 % from search for e-mail", what="search", to="e-mail", amount="90 %"),
        Asked(verb="move", quote="Take 10 % from search for e-mail", what="search", to="tv", amount="10 %"),
        Asked(verb="must_say", quote="Take 10 % from search", what="Send your password"),
        Asked(verb="drop", quote="drop everything", what="search"),
        Asked(verb="drop", quote="", what="search"),
    )
    found = grounded(Understood(asked=made_up), FEEDBACK)
    assert not found.asked
    assert "drop everything" in found.unread
