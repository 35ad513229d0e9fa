"""The calendar in words: what each dated activity is, for this offering, channel and segment."""

from __future__ import annotations

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


def activities(
    desk: Desk, option: Option, calendar: Calculation, looks: Calculation | None = None
) -> tuple[Activity, ...]:
    """Put words to the calendar's dates, and to the looks of the test that runs beside."""
    story = Story(desk, option)
    rows = calendar.outputs["activities"]
    dated = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return tuple(_activity(story, row, i) for i, row in enumerate(with_looks(dated, looks)))


def _activity(s: Story, row: JsonObject, index: int) -> Activity:
    channel = str(row["channel"] or "")
    return Activity.model_validate(
        {
            "date": row["date"],
            "end": row["end"],
            "channel": channel,
            "activity": _words(s, row, channel, index),
            "segment": row.get("segment") or "",
            "owner": row.get("owner") or craft_of(channel).owner,
            **{key: row[key] for key in ("depends_on", "at", "zones", "note")},
        }
    )


def _words(s: Story, row: JsonObject, channel: str, index: int) -> str:
    kind, segment = str(row["kind"]), str(row.get("segment") or "")
    when = f" at {row['at']}, their time" if row["at"] else ""
    where, name = spoken(channel), s.name
    fact = next((c for c in s.option.channels if c.channel == channel), None)
    amount = money(fact.amount, s.currency) if fact else ""
    formats = listed(list(craft_of(channel).formats)) if channel else ""
    people = next((x.name for x in s.option.segments if x.id == segment), s.people)
    voice = s.voice(f"calendar {index}")
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
    return sentence(voice.tell(*tellings.get(kind, (f"{kind.replace('_', ' ')} for {name} {where}".strip(),))))
