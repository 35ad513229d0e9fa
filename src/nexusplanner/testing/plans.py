"""A small but complete campaign plan for tests, docs and a first look at the files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from pydantic import TypeAdapter

from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.critique import CRITERIA, Verdict
from nexusplanner.domain.debate import Debate, Turn
from nexusplanner.domain.evidence import Evidence, EvidenceKind
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.domain.proposal import Angle, Claim, Pillar
from nexusplanner.domain.sections import (
    Alternative,
    Cost,
    Degraded,
    Provenance,
    Risk,
    Strategy,
)
from nexusplanner.testing import plan_numbers as numbers
from nexusplanner.testing.plan_actions import actions

_CONTINGENCY = Decimal("6000.00")
_AS_OF = date(2025, 2, 14)


def sample_plan(**changes: object) -> CampaignPlan:
    """Build a plan that adds up: lines and contingency make the total, and every id resolves.

    Args:
        changes: Keys of :class:`CampaignPlan` to replace.
    """
    brief, evidence = sample_brief(), _evidence()
    found = _calculations(brief, evidence)
    parts: dict[str, object] = {
        "id": "plan-5f2c9a1e",
        "version": 1,
        "tenant": "default",
        "created_at": datetime(2025, 2, 17, tzinfo=UTC),
        "status": "complete",
        "seed": 7,
        "brief": brief,
        **_numbers(brief, found, evidence=evidence),
        **_words(evidence, found),
        **actions(evidence, found),
        **_record(evidence, found),
        "evidence": tuple(evidence.values()),
        "calculations": tuple(found.values()),
    }
    return CampaignPlan.model_validate({**parts, **changes})


def sample_brief() -> CampaignBrief:
    """Build the brief the sample plan answers."""
    return CampaignBrief.model_validate(
        {
            "name": "First Light: the subscription launch",
            "offering": {
                "name": "Harbour Lane Coffee by post",
                "category": "Coffee subscription",
                "description": "Single-origin beans, roasted on Monday and in the letterbox by Wednesday.",
                "price": "24.00",
                "margin": "0.42",
                "value_props": ["Roasted to order", "Pause at any time", "Fits the letterbox"],
            },
            "objective": {"metric": "conversions", "target": "3600", "baseline": "3150"},
            "budget": {"amount": "120000.00", "currency": "USD"},
            "period": {"start": "2025-03-03", "end": "2025-05-11"},
            "audience": {"description": "People who own a grinder", "regions": ["US"], "languages": ["en"]},
            "channels": {"excluded": ["tv"], "maximum": {"podcast": "12500"}, "minimum": {"email": "5000"}},
            "brand": {
                "voice": "plain, warm, never breathless",
                "must_say": ["Pause at any time"],
                "never_say": ["best"],
            },
            "compliance": ["can_spam", "ccpa"],
            "approvers": ["Marketing director"],
        }
    )


def _evidence() -> dict[str, Evidence]:
    finds: dict[str, tuple[EvidenceKind, str, str, str]] = {
        "brief": ("brief", "brief.yaml", "objective", "Target: 3600 conversions between 2025-03-03 and 2025-05-11."),
        "crm": (
            "crm",
            "customers.csv",
            "rows 1-18420",
            "18420 customers; the 2614 who bought often and lately brought 49 % of last year's revenue.",
        ),
        "history": (
            "history",
            "history.csv",
            "104 weeks, 4 channels",
            "Paid search cost 31.20 USD a conversion on average; never more than 5200 USD was spent in one week.",
        ),
        "memory": (
            "memory",
            "autumn_campaign.md",
            "What we learned",
            "Letters to newcomers within 14 days of the first order doubled the second order.",
        ),
        "signal": (
            "signal",
            "https://news.example/coffee-prices",
            "item 12",
            "Green coffee futures rose 18 % in January; roasters expect shelf prices to follow in spring.",
        ),
    }
    return {
        key: Evidence.found(
            kind=kind, source=source, locator=locator, quote=quote, as_of=_AS_OF, trusted=kind != "signal"
        )
        for key, (kind, source, locator, quote) in finds.items()
    }


def _calculations(brief: CampaignBrief, evidence: Mapping[str, Evidence]) -> dict[str, Calculation]:
    made = (
        numbers.customer_segments(evidence["crm"].id),
        numbers.response_curves(evidence["history"].id),
        numbers.allocation(brief, _CONTINGENCY),
        numbers.flights(brief),
        numbers.forecast(brief),
        numbers.what_if(brief),
        numbers.experiment_size(0.052, 0.024),
    )
    return {calculation.name: calculation for calculation in made}


def _numbers(
    brief: CampaignBrief, found: Mapping[str, Calculation], *, evidence: Mapping[str, Evidence]
) -> dict[str, object]:
    split, outlook, base = (found[name].outputs for name in ("allocation", "forecast", "customer_segments"))
    ranges = {key: outlook[key] for key in ("metric", "p10", "p50", "p90", "by_channel")}
    objective = {key: outlook[key] for key in ("metric", "stretch", "probability_of_target")}
    segments = TypeAdapter(list[dict[str, object]]).validate_python(base["segments"])
    kept = ("id", "name", "rule", "size", "contactable", "share", "value")
    return {
        "objective": {**objective, "target": brief.objective.target, "baseline": brief.objective.baseline},
        "forecast": ranges,
        "segments": [{**{key: s[key] for key in kept}, "evidence": (evidence["crm"].id,)} for s in segments],
        "budget": {
            "total": brief.budget.amount,
            "currency": brief.budget.currency,
            "contingency": _CONTINGENCY,
            "lines": [{key: line[key] for key in _LINE_KEYS} for line in _ROWS.validate_python(split["lines"])],
            "flights": found["flights"].outputs["flights"],
        },
        "figures": _figures(found, len(numbers.AMOUNTS)),
    }


def _figures(found: Mapping[str, Calculation], lines: int) -> dict[str, str]:
    split, outlook = found["allocation"].id, found["forecast"].id
    traced = {f"/forecast/{key}": f"{outlook}#/{key}" for key in ("p10", "p50", "p90")}
    for i in range(lines):
        traced |= {f"/budget/lines/{i}/{key}": f"{split}#/lines/{i}/{key}" for key in _LINE_KEYS if key != "channel"}
    return traced


def _words(evidence: Mapping[str, Evidence], found: Mapping[str, Calculation]) -> dict[str, object]:
    crm, history, memory, signal = (evidence[key].id for key in ("crm", "history", "memory", "signal"))
    fast = "Roasted on Monday, in the letterbox by Wednesday."
    return {
        "summary": (
            "Sell the subscription first to people who have just bought once, and let search catch those who already "
            f"compare. Letters to newcomers doubled the second order last autumn [{memory}], so email carries more "
            "money than it ever did.\n\nPodcasts are new here: their curve is an assumption, and the first review "
            "moves that money if the sign is bad."
        ),
        "strategy": Strategy(
            positioning="For people who own a grinder and resent stale beans: coffee that was green on Sunday.",
            big_idea="Two days from fire to letterbox.",
            pillars=(
                Pillar(text=fast, proof=(evidence["brief"].id,)),
                Pillar(text="The second parcel is the one that makes a habit.", proof=(memory, crm)),
                Pillar(text="A price that holds while shelf prices rise.", proof=(signal,)),
            ),
            angles=(
                Angle(
                    segment="seg-promising", message="Your first bag is nearly empty. The next is roasted on Monday."
                ),
                Angle(segment="seg-champions", message="You already order every month. Let the postman remember."),
                Angle(segment="seg-slipping", message="Pause at any time, and come back without asking."),
            ),
        ),
        "claims": (
            Claim(
                id="claim-1", text="Newcomers answer letters within 14 days.", status="supported", evidence=(memory,)
            ),
            Claim(
                id="claim-2",
                text="Search still has room: the plan stays near the most ever spent in a week.",
                status="supported",
                evidence=(history,),
                calculations=(found["response_curves"].id, found["allocation"].id),
            ),
            Claim(id="claim-3", text="Podcast listeners subscribe at half the rate of searchers.", status="assumption"),
        ),
        "risks": (
            Risk(
                risk="The podcast curve is assumed; 12500 USD may bring nothing.",
                likelihood="medium",
                impact="medium",
                sign="Fewer than 20 subscriptions with the podcast code after three weeks.",
                answer="Move what is left of the line to paid search at the first review.",
            ),
            Risk(
                risk="Shelf prices do not rise and the price pillar falls flat.",
                likelihood="low",
                impact="low",
                sign=f"No price change at two rival roasters by the end of March; see [{signal}].",
                answer="Drop the third pillar from all letters.",
            ),
        ),
    }


def _record(evidence: Mapping[str, Evidence], found: Mapping[str, Calculation]) -> dict[str, object]:
    history, curves = evidence["history"].id, found["response_curves"].id
    disputed = "growth/money"
    failed = Verdict(
        criterion="differentiation",
        passed=False,
        score=0.4,
        gap="Two rivals promise two days as well.",
        evidence=(evidence["signal"].id,),
    )
    verdicts = [Verdict(criterion=c, passed=True, score=0.9) for c in CRITERIA if c != failed.criterion]
    return {
        "alternatives": [
            Alternative(
                proposal="Growth first: 60 % in social.", why_not="Goes twice beyond what was ever spent there."
            ),
            Alternative(proposal="Loyal first: email alone.", why_not="The base is too small for the target."),
        ],
        "dissent": ["One critic would rather test podcasts with half the money."],
        "critique": [*verdicts, failed],
        "debate": Debate(
            triggered=True,
            reason="Critics split 2 to 1 on the money.",
            rounds=1,
            turns=(
                Turn(
                    round=1,
                    voice="A",
                    about=disputed,
                    stance="fail",
                    argument=f"Social would pass the most ever spent in a week [{history}].",
                    evidence=(history,),
                ),
                Turn(
                    round=1,
                    voice="B",
                    about=disputed,
                    stance="concede",
                    argument="The curve is dashed there; the claim is withdrawn.",
                    calculations=(curves,),
                ),
            ),
            verdict="The efficient split stands.",
            flips=(disputed,),
            initial_votes={disputed: (True, True, False)},
            final_votes={disputed: (False, True, False)},
            stop_reason="no_open_claim",
        ),
        "provenance": [Provenance(section=s, rung="rules") for s in ("strategy", "channels", "critique", "debate")],
        "cost": Cost(),
        "degraded": [Degraded(part="model", reason="No key was set, so the deterministic experts wrote the words.")],
        "notes": ["Memory was searched with hashed words: no embedding model was at hand."],
    }


_ROWS = TypeAdapter(list[dict[str, object]])
_LINE_KEYS = ("channel", "amount", "share", "expected", "marginal_return")
