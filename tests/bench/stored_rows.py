"""Many stored plans, written faster than one by one: whole plans with names, days and words of their own."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, text

from nexusplanner.domain.fingerprint import sha256_of
from nexusplanner.domain.plan import PlanStatus
from nexusplanner.domain.words import words_of
from nexusplanner.persistence.database import Database
from nexusplanner.persistence.plan_bits import BLOCK, with_plan
from nexusplanner.persistence.plan_rows import packed, plan_row
from nexusplanner.persistence.plan_words import marks
from nexusplanner.persistence.tables.plans import plan_texts, plan_words, plans
from nexusplanner.testing import sample_plan

TENANT = "acme"
FIRST = date(2024, 1, 1)
DAYS = 1_460
STATUSES: tuple[PlanStatus, ...] = ("complete", "complete", "complete", "degraded", "refused", "needs_approval")
_SIZES = ("early", "late", "big", "small", "bright", "quiet", "regional", "national", "winter", "summer", "spring")
_THINGS = ("sale", "launch", "return", "trial", "renewal", "festival", "opening", "journey", "harvest", "regatta")

Rows = list[dict[str, Any]]
Spread = Literal["in order", "shuffled", "one day"]
"""How the days of plans follow each other in the order of keeping."""


@dataclass(frozen=True)
class Vocabulary:
    """Words, a few of them in many texts and most in few."""

    words: tuple[str, ...]

    @classmethod
    def drawn(cls, random_: random.Random, *, count: int = 3_000) -> Vocabulary:
        """Make words up."""
        consonants, vowels = "bdfgklmnprstvz", "aeiou"
        parts = [c + v for c in consonants for v in vowels]
        return cls(tuple("".join(random_.choices(parts, k=3)) + str(n % 10) for n in range(count)))

    def some(self, random_: random.Random, *, count: int) -> list[str]:
        """Draw words; the first of the list are the common ones."""
        last = len(self.words) - 1
        return [self.words[min(int(random_.paretovariate(0.4)) - 1, last)] for _ in range(count)]


def plan_id(number: int) -> str:
    """Return the id of a plan, which says nothing of its day."""
    return f"plan-{sha256_of(str(number))[:16]}"


def day_of(number: int, count: int, spread: Spread) -> date:
    """Return the planning day of a plan."""
    place = {"in order": number * DAYS // count, "shuffled": number * 7_919 % DAYS, "one day": 0}[spread]
    return FIRST + timedelta(days=place)


def apart(number: int, count: int) -> str:
    """Return words that stand in 30 % of plans: ``ebb`` meets ``flow`` nowhere, ``tide`` in one, ``moon`` in ten."""
    third = number % 10 // 3
    words = ["ebb"] if third == 0 else ["flow", "tide", "moon"] if third == 1 else []
    tenth = count // 10
    meeting = {"tide": number == 5 * tenth, "moon": number % tenth == 0}
    return " ".join([*words, *(word for word, meets in meeting.items() if meets)])


def load(database: Database, count: int, *, spread: Spread = "in order") -> Vocabulary:
    """Write plans, each as the store itself would write it, but for its evidence; the count is a multiple of 100."""
    random_ = random.Random(7)
    vocabulary = Vocabulary.drawn(random_)
    for start in range(0, count, BLOCK):
        days = {number: day_of(number, count, spread) for number in range(start, min(start + BLOCK, count))}
        names = {number: _texts(number, count, vocabulary, random_) for number in days}
        with database.begin() as connection:
            for table, rows in zip((plans, plan_texts, plan_words), _block(days, names, random_), strict=True):
                connection.execute(table.insert(), rows)
    with database.begin() as connection:
        _gather_statistics(connection)
    return vocabulary


def _texts(number: int, count: int, vocabulary: Vocabulary, random_: random.Random) -> tuple[str, str]:
    name = f"{random_.choice(_SIZES)} {random_.choice(_THINGS)} {number}".capitalize()
    return name, " ".join([*vocabulary.some(random_, count=60), apart(number, count)])


def _block(days: dict[int, date], texts: dict[int, tuple[str, str]], random_: random.Random) -> Iterator[Rows]:
    """Yield the rows of plans, of their texts and of the words of a block."""
    plan = sample_plan()
    whole, row = plan.model_dump_json(), {"tenant": TENANT} | plan_row(plan, "0" * 64, now=0)
    listed: Rows = []
    kept: Rows = []
    bits: dict[str, bytes] = defaultdict(bytes)
    for number, day in days.items():
        name, summary = texts[number]
        own = {"plan_id": plan_id(number), "number": number, "day": day.isoformat(), "name": name, "summary": summary}
        status = random_.choice(STATUSES)
        listed.append(row | own | {"root": own["plan_id"], "status": status})
        text_ = _renamed(whole, plan.id, plan.brief.name, plan.summary, own)
        words = words_of(name, summary, plan.objective.metric, "subscription") | marks(status, day)
        found_by = {"words": " ".join(sorted(words)), "sha256": sha256_of(text_), "text": packed(text_)}
        kept.append({"tenant": TENANT, "plan_id": own["plan_id"]} | found_by)
        for word in words:
            bits[word] = with_plan(bits[word], number % BLOCK)
    block = next(iter(days)) // BLOCK
    yield listed
    yield kept
    yield [{"tenant": TENANT, "word": word, "block": block, "bits": bits[word]} for word in sorted(bits)]


def _renamed(whole: str, id_: str, name: str, summary: str, own: dict[str, Any]) -> str:
    day = datetime.combine(date.fromisoformat(own["day"]), datetime.min.time(), UTC)
    created = day.isoformat().replace("+00:00", "Z")
    head = whole.replace(id_, own["plan_id"]).replace(f'"name":"{name}"', f'"name":"{own["name"]}"', 1)
    before, _, after = head.partition('"created_at":"')
    head = f'{before}"created_at":"{created}{after[after.index(chr(34)) :]}'
    before, _, after = head.partition('"summary":')
    return f'{before}"summary":"{own["summary"]}"{after[after.index(",") if not summary else _end(after) :]}'


def _end(after: str) -> int:
    """Find where a JSON text ends."""
    at = 1
    while after[at] != '"' or after[at - 1] == "\\":
        at += 1
    return at + 1


def _gather_statistics(connection: Connection) -> None:
    """Let the planner of statements know the tables, as each database does by itself in time."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("ANALYZE"))
