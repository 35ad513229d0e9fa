"""Plans in a database: private, whole or not at all, and read in as few questions as can be."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, event, func, select

from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.errors import InputError, StorageError
from nexusplanner.persistence.database import Database
from nexusplanner.persistence.plan_bits import BLOCK
from nexusplanner.persistence.plan_memory import InMemoryPlans
from nexusplanner.persistence.plan_sql import SqlPlans
from nexusplanner.persistence.plan_words import words_kept
from nexusplanner.persistence.tables.evidence import evidence, plan_evidence
from nexusplanner.persistence.tables.plans import briefs, plan_texts, plan_words, plans
from nexusplanner.persistence.tables.tenants import tenants
from nexusplanner.ports import PlanQuery, Plans
from nexusplanner.testing import sample_plan

NOW = datetime(2027, 1, 9, 12, tzinfo=UTC)
DAY = date(2027, 1, 9)
WORDS = ("ash", "birch", "cedar", "elm", "fir")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Return an empty database."""
    at: Path | SecretStr = tmp_path / "work" / "nexusplanner.sqlite"
    if request.param == "postgresql":
        at = request.getfixturevalue("postgres").fresh()
    opened = Database(at)
    yield opened
    opened.close()


@pytest.fixture
def store(database: Database) -> SqlPlans:
    """Return a store whose clock stands still."""
    return SqlPlans(database, now=lambda: NOW)


def numbered(count: int) -> list[CampaignPlan]:
    return [sample_plan(id=f"plan-{number:016x}") for number in range(count)]


def rows(database: Database) -> dict[str, int]:
    tables = (tenants, briefs, plans, plan_texts, plan_words, evidence, plan_evidence)
    with database.read() as connection:
        return {t.name: connection.execute(select(func.count()).select_from(t)).scalar_one() for t in tables}


def varied(plan: CampaignPlan, random: Random) -> CampaignPlan:
    """Give a plan a day, a status and words by chance."""
    return plan.model_copy(
        update={
            "created_at": datetime.combine(DAY + timedelta(days=random.randrange(12)), time(), UTC),
            "status": random.choice(("complete", "refused")),
            "summary": " ".join(random.sample(WORDS, random.randint(0, len(WORDS)))),
        }
    )


async def all_pages(store: Plans, query: PlanQuery) -> list[str]:
    """Return the ids of all pages."""
    found: list[str] = []
    while True:
        page = await store.list(query, tenant="acme")
        found += [plan.id for plan in page]
        if page.after is None:
            return found
        query = replace(query, after=page.after)


@contextmanager
def counted() -> Iterator[list[str]]:
    """Gather what is asked of any database."""
    asked: list[str] = []

    def note(*given: object) -> None:
        asked.append(str(given[2]))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def test_a_request_asks_as_often_for_fifty_as_for_one(store: SqlPlans) -> None:
    """No question a plan: a list is one, a search two; the texts are one, and so are the versions."""
    kept = numbered(50)
    for plan in kept:
        await store.save(plan, tenant="acme")
    ids = [plan.id for plan in kept]
    for limit in (1, 50):
        with counted() as asked:
            await store.list(PlanQuery(limit=limit), tenant="acme")
            await store.list(PlanQuery(limit=limit, search="letters newcomers", status="complete"), tenant="acme")
            assert len(await store.load(ids[:limit], tenant="acme")) == limit
            await store.versions(ids[0], tenant="acme")
        assert len([text for text in asked if not text.startswith("BEGIN")]) == 5, asked


async def test_keeping_a_plan_asks_as_often_however_much_it_holds(store: SqlPlans) -> None:
    plan = sample_plan()
    few = plan.model_copy(update={"id": "plan-00000001", "evidence": plan.evidence[:1], "summary": "One."})
    many = plan.model_copy(update={"id": "plan-00000002"})
    await store.save(plan, tenant="acme")
    counts = []
    for each in (few, many):
        with counted() as asked:
            await store.save(each, tenant="acme")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12


async def test_what_plans_share_is_kept_once(store: SqlPlans, database: Database) -> None:
    """The brief and the evidence, not the text."""
    one, two = numbered(2)
    for plan in (one, two, one):
        await store.save(plan, tenant="acme")
    found, items = rows(database), len(one.evidence)
    assert found["plan_words"] > 20
    del found["plan_words"]
    shared = {"tenants": 1, "briefs": 1, "evidence": items}
    assert found == shared | {"plans": 2, "plan_texts": 2, "plan_evidence": 2 * items}


async def test_a_plan_that_was_decided_upon_keeps_its_place(store: SqlPlans) -> None:
    """A list that is being paged through does not move under the reader."""
    kept = numbered(3)
    for plan in kept:
        await store.save(plan, tenant="acme")
    before = [p.id for p in await store.list(tenant="acme")]
    await store.save(kept[0].model_copy(update={"status": "refused"}), tenant="acme")
    assert [p.id for p in await store.list(tenant="acme")] == before


async def test_plans_of_two_blocks_are_found_together(store: SqlPlans, database: Database) -> None:
    """The newest first, and the next page where the one before ended."""
    first, *others = numbered(4)
    await store.save(first, tenant="acme")
    with database.begin() as connection:
        connection.execute(plans.update().values(number=BLOCK - 2))
    for plan in others:
        await store.save(plan, tenant="acme")
    found: list[str] = []
    after: str | None = None
    for _ in others:
        shown = await store.list(PlanQuery(limit=1, search="letters newcomers", after=after), tenant="acme")
        found, after = [*found, shown[0].id], shown.after
    assert found == [plan.id for plan in reversed(others)]
    with database.read() as connection:
        assert set(connection.execute(select(plan_words.c.block)).scalars()) == {0, 1}


async def test_a_search_finds_what_memory_finds(store: SqlPlans) -> None:
    """Whatever words, status, days and page are asked for, in whatever order the plans came, also of many words."""
    random, memory = Random(7), InMemoryPlans(now=lambda: NOW)
    kept = [varied(plan, random) for plan in numbered(30)]
    for plan in (*kept, *(varied(plan, random) for plan in kept[::3])):
        for plans_ in (store, memory):
            await plans_.save(plan, tenant="acme")
    for _ in range(60):
        asked = PlanQuery(
            limit=random.choice((1, 3, 50)),
            search=" ".join(random.sample(WORDS, random.randint(1, 4))),
            status=random.choice((None, "refused", "complete")),
            since=random.choice((None, DAY + timedelta(days=random.randrange(6)))),
            until=random.choice((None, DAY + timedelta(days=random.randrange(6, 12)))),
        )
        assert await all_pages(store, asked) == await all_pages(memory, asked), asked


async def test_a_word_that_no_plan_has_any_more_has_no_row(store: SqlPlans, database: Database) -> None:
    """A name that was taken out of the only plan that had it is gone."""
    plan = sample_plan()
    named = plan.model_copy(update={"summary": "Ask Anncanary about it."})
    for each in (named, plan):
        await store.save(each, tenant="acme")
    with database.read() as connection:
        words = set(connection.execute(select(plan_words.c.word)).scalars())
        assert words == words_kept(plan)
        assert connection.execute(select(plan_texts.c.words)).scalar_one() == " ".join(sorted(words))


async def test_of_many_at_once_each_is_found_by_its_words(store: SqlPlans) -> None:
    """Plans share the rows of words, and no writer undoes what another wrote."""
    many = [plan.model_copy(update={"summary": f"{plan.summary} word{n}"}) for n, plan in enumerate(numbered(24))]
    await asyncio.gather(*(store.save(plan, tenant=f"tenant{n % 2}") for n, plan in enumerate(many)))
    for n, plan in enumerate(many):
        shown = await store.list(PlanQuery(search=f"word{n} newcomers letters"), tenant=f"tenant{n % 2}")
        assert [p.id for p in shown] == [plan.id]
    for tenant in ("tenant0", "tenant1"):
        assert len(await store.list(PlanQuery(search="newcomers"), tenant=tenant)) == 12


async def test_a_name_that_no_database_takes_is_kept_and_listed(store: SqlPlans) -> None:
    """PostgreSQL has no NUL in its texts; the plan itself comes back as it was."""
    plan = sample_plan()
    named = plan.model_copy(update={"brief": plan.brief.model_copy(update={"name": "Nul \0 and 🎉 and '); --"})})
    await store.save(named, tenant="acme")
    assert await store.get(named.id, tenant="acme") == named
    (shown,) = await store.list(tenant="acme")
    assert shown.name == "Nul \ufffd and 🎉 and '); --"


async def test_what_is_damaged_is_not_taken_for_a_plan(store: SqlPlans, database: Database) -> None:
    plan = sample_plan()
    await store.save(plan, tenant="acme")
    for text in (b"", b"\x00", b"not deflated"):
        with database.begin() as connection:
            connection.execute(plan_texts.update().values(text=text))
        with pytest.raises(StorageError, match=rf"{plan.id} is damaged"):
            await store.get(plan.id, tenant="acme")


async def test_asking_what_is_kept_makes_no_file(tmp_path: Path) -> None:
    store = SqlPlans(Database(tmp_path / "work" / "nexusplanner.sqlite"), now=lambda: NOW)
    assert await store.list(tenant="acme") == ()
    for asked in (store.get, store.versions):
        with pytest.raises(InputError):
            await asked("plan-01234567", tenant="acme")
    assert list(tmp_path.iterdir()) == []


async def test_a_workspace_that_cannot_be_made_is_a_storage_error(tmp_path: Path) -> None:
    """One line, with the next step."""
    (tmp_path / "workspace").write_text("a file")
    store = SqlPlans(Database(tmp_path / "workspace" / "nexusplanner.sqlite"), now=lambda: NOW)
    with pytest.raises(StorageError, match=r"nexusplanner\.sqlite cannot be used") as refused:
        await store.save(sample_plan(), tenant="acme")
    assert refused.value.fix
