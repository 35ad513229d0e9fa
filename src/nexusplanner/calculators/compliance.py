"""Compliance: which rules bear on the plan, which are met, what has to be done for the others.

A check list for planners, not legal advice. Each rule looks only at facts of the plan: channels that
reach known people, recorded consent, audience countries, voices that are paid.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, JsonValue

from nexusplanner.calculators.registry import calculate
from nexusplanner.domain.brief import CampaignBrief, Rule
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.model import JsonObject

Status = Literal["met", "action_needed", "not_applicable"]
_PAID_VOICES = ("influencer", "creator", "affiliate", "podcast", "referral", "partner", "ambassador")
_TRACKED = (
    "social",
    "facebook",
    "instagram",
    "tiktok",
    "display",
    "programmatic",
    "retarget",
    "video",
    "search",
    "web",
)
_YOUNG = ("child", "kid", "under 13", "school", "toy", "teen")


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    rules: tuple[Rule, ...]
    channels: tuple[str, ...]
    direct: tuple[str, ...]
    contactable: int
    has_consent: bool
    audience: str

    def named(self, words: tuple[str, ...]) -> list[str]:
        """Return the channels whose name holds one of the words."""
        return [channel for channel in self.channels if any(word in channel for word in words)]


def check_compliance(
    brief: CampaignBrief,
    *,
    channels: Sequence[str],
    has_consent: bool,
    direct: Sequence[str] = (),
    contactable: int = 0,
    evidence: Sequence[str] = (),
) -> Calculation:
    """Check the rules a brief names against the plan.

    Args:
        brief: Names the rules and the audience.
        channels: Channels that get money.
        has_consent: Whether the customer data record consent at all.
        direct: Those of the channels that reach known people (e-mail, text message, letters).
        contactable: How many of the addressed customers have a recorded consent.
        evidence: Ids of the evidence on consent.
    """
    audience = " ".join((brief.audience.description or "", brief.offering.category or "", brief.offering.name))
    rules: list[JsonValue] = list(brief.compliance)
    return calculate(
        "compliance",
        {
            "rules": rules,
            "channels": list(channels),
            "direct": list(direct),
            "contactable": contactable,
            "has_consent": has_consent,
            "audience": audience.lower(),
        },
        explain=lambda _: (
            f"Checked the {len(brief.compliance)} rules that the brief names against {len(channels)} channels and "
            f"{contactable:,} customers with a recorded consent."
        ),
        evidence=tuple(evidence),
    )


def compute(inputs: JsonObject) -> JsonObject:
    """Check rules from plain JSON."""
    facts = _Facts.model_validate(inputs)
    checks: list[JsonValue] = []
    for rule in facts.rules:
        status, detail = _CHECKS[rule](facts)
        checks.append({"rule": rule, "status": status, "detail": detail})
    return {"checks": checks}


def _consent(facts: _Facts, law: str) -> tuple[Status, str]:
    if not facts.direct:
        return "not_applicable", f"No channel writes to known people, so {law} asks for no consent here."
    names = ", ".join(facts.direct)
    if not facts.has_consent:
        return "action_needed", f"The data record no consent: nobody may be written to on {names} before it is shown."
    if facts.contactable == 0:
        return "action_needed", f"None of the addressed customers has a recorded consent for {names}."
    return "met", f"{names} goes only to the {facts.contactable:,} addressed customers whose consent is on record."


def _gdpr(facts: _Facts) -> tuple[Status, str]:
    status, detail = _consent(facts, "the GDPR")
    if status == "not_applicable" and facts.named(_TRACKED):
        return "action_needed", (
            f"Name the lawful basis for the audiences on {', '.join(facts.named(_TRACKED))} "
            "and keep opt-outs out of them."
        )
    return status, detail


def _eprivacy(facts: _Facts) -> tuple[Status, str]:
    tracked = facts.named(_TRACKED)
    if tracked:
        return "action_needed", f"Count {', '.join(tracked)} only after the visitor has agreed to cookies or the like."
    return _consent(facts, "ePrivacy")


def _can_spam(facts: _Facts) -> tuple[Status, str]:
    mail = [channel for channel in facts.direct if "mail" in channel or "newsletter" in channel]
    if not mail:
        return "not_applicable", "No e-mail is sent."
    return "action_needed", (
        f"Every {', '.join(mail)} needs a postal address, a true subject line "
        "and an opt-out that works within 10 business days."
    )


def _casl(facts: _Facts) -> tuple[Status, str]:
    return _consent(facts, "CASL")


def _ccpa(facts: _Facts) -> tuple[Status, str]:
    used = [*facts.direct, *facts.named(_TRACKED)]
    if not used:
        return "not_applicable", "No personal data of Californians is used or shared."
    return "action_needed", f"Keep who opted out of sale or sharing out of {', '.join(dict.fromkeys(used))}."


def _coppa(facts: _Facts) -> tuple[Status, str]:
    if any(word in facts.audience for word in _YOUNG):
        return "action_needed", "The audience may be under 13: no data of theirs without a parent's verified consent."
    return "not_applicable", "Neither audience nor offering addresses children under 13."


def _endorsement(facts: _Facts) -> tuple[Status, str]:
    paid = facts.named(_PAID_VOICES)
    if not paid:
        return "not_applicable", "Nobody is paid to recommend the offering."
    return "action_needed", f"Everyone paid on {', '.join(paid)} says so plainly, in each piece."


_CHECKS: dict[Rule, Callable[[_Facts], tuple[Status, str]]] = {
    "gdpr": _gdpr,
    "eprivacy": _eprivacy,
    "can_spam": _can_spam,
    "casl": _casl,
    "ccpa": _ccpa,
    "coppa": _coppa,
    "ftc_endorsement": _endorsement,
}
