"""The calendar in words: what each dated activity is, for this offering, channel and segment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from nexusplanner.agents.assembly.look_dates import with_looks
from nexusplanner.agents.desk import Desk, Option
from nexusplanner.agents.experts.amounts import money
from nexusplanner.agents.experts.craft import craft_of
from nexusplanner.agents.experts.story import Story
from nexusplanner.agents.experts.voice import listed, sentence
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.sections import Activity
from nexusplanner.domain.spoken import spoken

Told = Mapping[tuple[str, ...], int]
"""What an activity is about -> which of its tellings was chosen."""


def activities(
    desk: Desk, option: Option, calendar: Calculation, looks: Calculation | None = None, *, told: Told | None = None
) -> tuple[Activity, ...]:
    """Put words to the calendar's dates, and to the looks of the test that runs beside.

    Args:
        desk: What they are told from.
        option: The chosen one.
        calendar: Its dates.
        looks: Those of its test.
        told: How an earlier version told the same activities: this one tells them the same way.
    """
    story, rows = Story(desk, option), _rows(calendar, looks)
    chosen = told or {}
    return tuple(
        _activity(story, row, i, chosen.get(about))
        for i, (about, row) in enumerate(zip(_abouts(rows), rows, strict=True))
    )


def told_before(
    desk: Desk, option: Option, calendar: Calculation, looks: Calculation | None, *, activities: Sequence[Activity]
) -> Told:
    """Find out which telling each activity of an earlier version is."""
    story, rows = Story(desk, option), _rows(calendar, looks)
    chosen: dict[tuple[str, ...], int] = {}
    for about, row, activity in zip(_abouts(rows), rows, activities, strict=False):
        tellings = [sentence(text) for text in _tellings(story, row)]
        if activity.activity in tellings:
            chosen[about] = tellings.index(activity.activity)
    return chosen


def _rows(calendar: Calculation, looks: Calculation | None) -> list[JsonObject]:
    rows = calendar.outputs["activities"]
    return with_looks([row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else [], looks)


def _abouts(rows: Sequence[JsonObject]) -> list[tuple[str, ...]]:
    """Name what each row is about; the second of a kind is told apart from the first."""
    seen: Counter[tuple[str, ...]] = Counter()
    abouts = []
    for row in rows:
        about = tuple(str(row.get(key) or "") for key in ("kind", "channel", "segment"))
        seen[about] += 1
        abouts.append((*about, str(seen[about])))
    return abouts


def _activity(s: Story, row: JsonObject, index: int, chosen: int | None) -> Activity:
    channel = str(row["channel"] or "")
    return Activity.model_validate(
        {
            "date": row["date"],
            "end": row["end"],
            "channel": channel,
            "activity": sentence(_words(s, row, index, chosen)),
            "segment": row.get("segment") or "",
            "owner": row.get("owner") or craft_of(channel).owner,
            **{key: row[key] for key in ("depends_on", "at", "zones", "note")},
        }
    )


def _words(s: Story, row: JsonObject, index: int, chosen: int | None) -> str:
    tellings, voice = _tellings(s, row), s.voice(f"calendar {index}")
    if chosen is not None and chosen < len(tellings) and voice.allows(tellings[chosen]):
        return tellings[chosen]
    return voice.tell(*tellings)


def _tellings(s: Story, row: JsonObject) -> tuple[str, ...]:
    kind, channel, segment = str(row["kind"]), str(row["channel"] or ""), str(row.get("segment") or "")
    when = f" at {row['at']}, their time" if row["at"] else ""
    where, name = spoken(channel), s.name
    fact = next((c for c in s.option.channels if c.channel == channel), None)
    amount = money(fact.amount, s.currency) if fact else ""
    formats = listed(list(craft_of(channel).formats)) if channel else ""
    people = next((x.name for x in s.option.segments if x.id == segment), s.people)
    tellings = {
        "brief": (f"brief {where} for {name}: {formats}, to carry “{s.reason}”",
                  f"hand {where} the line “{s.reason}” for {name}, as {formats}"),
        "creative": (f"make {formats} of “{s.reason}” for {name} on {where}",
                     f"produce {formats} for {where}: {name}, “{s.reason}”"),
        "build": (f"set up {where} for {name}: audiences, links and counting for {amount}",
                  f"build {where} for {name}, {amount}, with its links tagged and tested"),
        "approve": (f"sign off what {where} will say of {name}",
                    f"release the words and pictures of {name} for {where}"),
        "launch": (f"{where} opens with {name}", f"{name} goes live on {where}"),
        "send": (f"write to {people} by {where}{when}: {s.reason}", f"{where} to {people}{when}, on “{s.reason}”"),
        "flight": (f"{where} runs for {name}, {amount} over the period", f"{name} on {where}: {amount} in weekly flights"),
        "experiment_start": (f"draw the hold-out among {people} and freeze it for {name}",
                             f"set aside the hold-out of {people} before {name} speaks to them"),
        "experiment_look": (f"compare {people} with their hold-out by the stop rule: end the test, or let it run",
                            f"look at the hold-out test of {name}: it ends here if its stop rule says so"),
        "review": (f"set the weekly results of {name} beside the forecast and move what is held back",
                   f"read {name}'s results by channel against their curves, and decide on the contingency"),
        "experiment_readout": (f"read the hold-out test of {name} by its stop rule",
                               f"compare {people} with their hold-out and decide for {name}"),
        "close": (f"close the books of {name}: spend, results, and what the curves should learn",
                  f"record what {name} spent and brought, channel by channel"),
    }  # fmt: skip
    return tellings.get(kind, (f"{kind.replace('_', ' ')} for {name} {where}".strip(),))
