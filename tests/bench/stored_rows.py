"""Many stored plans, written faster than one by one: whole plans with names, days and words of their own."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, text

from nexusplanner.domain.fingerprint import sha256_of
from nexusplanner.domain.plan import PlanStatus
from nexusplanner.domain.words import words_of
from nexusplanner.persistence.database import Database
from nexusplanner.persistence.plan_pages import status_word
from nexusplanner.persistence.plan_rows import packed, plan_row
from nexusplanner.persistence.tables.plans import plan_texts, plan_words, plans
from nexusplanner.testing import sample_plan

TENANT = "acme"
FIRST = date(2024, 1, 1)
STATUSES: tuple[PlanStatus, ...] = ("complete", "complete", "complete", "degraded", "refused", "needs_approval")
_BATCH = 2_000
_SIZES = ("early", "late", "big", "small", "bright", "quiet", "regional", "national", "winter", "summer", "spring")
_THINGS = ("sale", "launch", "return", "trial", "renewal", "festival", "opening", "journey", "harvest", "regatta")
_TEXT = plan_texts.insert()

Rows = list[dict[str, Any]]


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


def load(database: Database, count: int) -> Vocabulary:
    """Write plans of four years, each as the store itself would write it, but for its evidence."""
    random_ = random.Random(7)
    vocabulary = Vocabulary.drawn(random_)
    for batch in _batches(count, vocabulary, random_):
        with database.begin() as connection:
            for table, rows in zip((plans, plan_texts, plan_words), batch, strict=True):
                connection.execute(table.insert(), rows)
    with database.begin() as connection:
        _gather_statistics(connection)
    return vocabulary


def _batches(count: int, vocabulary: Vocabulary, random_: random.Random) -> Iterator[tuple[Rows, Rows, Rows]]:
    plan = sample_plan()
    whole, row = plan.model_dump_json(), {"tenant": TENANT} | plan_row(plan, "0" * 64, now=0)
    for start in range(0, count, _BATCH):
        listed: Rows = []
        kept: Rows = []
        found: Rows = []
        for number in range(start, min(start + _BATCH, count)):
            name = f"{random_.choice(_SIZES)} {random_.choice(_THINGS)} {number}".capitalize()
            summary = " ".join(vocabulary.some(random_, count=60))
            day = (FIRST + timedelta(days=number * 1_460 // count)).isoformat()
            status = random_.choice(STATUSES)
            own = {"plan_id": plan_id(number), "day": day, "kept_at": number, "name": name, "summary": summary}
            listed.append(row | own | {"root": own["plan_id"], "status": status})
            text_ = _renamed(whole, plan.id, plan.brief.name, plan.summary, own)
            fingerprint = {"sha256": sha256_of(text_), "text": packed(text_)}
            kept.append({"tenant": TENANT, "plan_id": own["plan_id"]} | fingerprint)
            at = {"tenant": TENANT, "plan_id": own["plan_id"], "day": day, "kept_at": number}
            words = words_of(name, summary, plan.objective.metric, "subscription") | {status_word(status)}
            found += [at | {"word": word} for word in words]
        yield listed, kept, sorted(found, key=lambda r: (r["word"], r["day"], r["kept_at"]))


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
