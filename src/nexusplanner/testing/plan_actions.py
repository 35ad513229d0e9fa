"""What is done in the sample plan: channels, calendar, experiment, measures and rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pydantic import TypeAdapter

from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.evidence import Evidence
from nexusplanner.domain.sections import Activity, Measure, PlannedChannel, RuleCheck

_ROWS = TypeAdapter(list[dict[str, object]])
_CHANNELS: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...], str, str], ...] = (
    (
        "paid_search",
        "catches those who compare",
        (),
        ("text ads", "shopping"),
        "It has the steadiest cost a conversion in the history, and room before its curve bends.",
        "history",
    ),
    (
        "paid_social",
        "shows the two days",
        ("seg-champions",),
        ("short video", "look-alikes"),
        "It answers late but strongly; the plan goes a little beyond what was ever spent in a week.",
        "history",
    ),
    (
        "email",
        "turns the first order into a habit",
        ("seg-promising", "seg-slipping"),
        ("letters",),
        "Newcomers who were written to early ordered again twice as often.",
        "memory",
    ),
    (
        "podcast",
        "lends a voice people trust",
        (),
        ("host-read spots",),
        "No history here: the brief's maximum holds it, and a code makes it readable.",
        "brief",
    ),
    (
        "out_of_home",
        "is seen on the way to work",
        (),
        ("tram posters",),
        "Short history, so its curve leans on that of the others.",
        "history",
    ),
)
_ACTIVITIES: tuple[tuple[str, str, str, str, str, str, tuple[int, ...]], ...] = (
    ("2025-03-03", "2025-03-04", "", "Brief the makers", "", "Marketing", ()),
    ("2025-03-05", "2025-03-14", "paid_social", "Film the two days", "", "Studio", (0,)),
    ("2025-03-05", "2025-03-07", "paid_search", "Write and group the ads", "", "Search", (0,)),
    ("2025-03-10", "2025-05-11", "paid_search", "Search runs", "", "Search", (2,)),
    ("2025-03-17", "2025-05-11", "paid_social", "Video runs", "", "Social", (1,)),
    ("2025-03-11", "2025-03-11", "email", "First letter to newcomers", "seg-promising", "CRM", (0,)),
    ("2025-03-18", "2025-04-07", "email", "Test: day 10 against day 20", "seg-promising", "CRM", (5,)),
    ("2025-04-09", "2025-04-09", "email", "Pause at any time", "seg-slipping", "CRM", (5,)),
    ("2025-03-24", "2025-04-20", "podcast", "Host-read spots", "", "Partners", (0,)),
    ("2025-04-14", "2025-04-14", "podcast", "First review: keep or move", "", "Marketing", (8,)),
    ("2025-03-31", "2025-04-27", "out_of_home", "Tram posters", "", "Partners", (0,)),
    ("2025-05-09", "2025-05-09", "", "Read everything, write down what was learned", "", "Marketing", (3, 4, 6)),
)


def actions(evidence: Mapping[str, Evidence], found: Mapping[str, Calculation]) -> dict[str, object]:
    """Give the sections of the plan that say what is done."""
    size = found["experiment_size"].outputs
    sizes = {key: size[key] for key in ("baseline", "mde", "alpha", "power", "n_per_arm", "days")}
    experiment = {
        "hypothesis": "A letter on day 10 brings more second orders than one on day 20",
        "unit": "customer",
        "arms": ("day 10", "day 20"),
        "metric": "second order within 30 days",
        "stop_rule": "After 21 days, or when complaints pass 0.3 % in either arm.",
        **sizes,
    }
    return {
        "channels": [
            PlannedChannel(
                channel=name,
                role=role,
                audience=audience,
                formats=formats,
                why=why,
                unit_cost=cost,
                evidence=(evidence[cited].id,),
            )
            for (name, role, audience, formats, why, cited), cost in zip(_CHANNELS, _unit_costs(found), strict=True)
        ],
        "calendar": _calendar(),
        "experiments": [experiment],
        "measurement": [
            Measure(
                kpi="Subscriptions started",
                source="Shop orders",
                cadence="daily",
                formula="count of first subscription orders",
                utm={"utm_campaign": "first-light", "utm_source": "newsletter"},
            ),
            Measure(
                kpi="Cost per subscription", source="Ad accounts", cadence="weekly", formula="spend / subscriptions"
            ),
        ],
        "compliance": [
            RuleCheck(rule="can_spam", status="met", detail="Every letter names the sender and a way out."),
            RuleCheck(
                rule="ccpa", status="action_needed", detail="The notice at collection must name the podcast code."
            ),
        ],
    }


def _unit_costs(found: Mapping[str, Calculation]) -> list[float]:
    lines = _ROWS.validate_python(found["allocation"].outputs["lines"])
    return TypeAdapter(list[float]).validate_python([line["unit_cost"] for line in lines])


def _calendar() -> tuple[Activity, ...]:
    return tuple(
        Activity(
            date=date.fromisoformat(start),
            end=date.fromisoformat(end),
            channel=channel,
            activity=activity,
            segment=segment,
            owner=owner,
            depends_on=after,
        )
        for start, end, channel, activity, segment, owner, after in _ACTIVITIES
    )
