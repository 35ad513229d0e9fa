"""Plans in a database: private, whole or not at all, and read in as few questions as can be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, event, func, select

from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.errors import InputError, StorageError
from nexusplanner.persistence.database import Database
from nexusplanner.persistence.plan_sql import SqlPlans
from nexusplanner.persistence.tables.evidence import evidence, plan_evidence
from nexusplanner.persistence.tables.plans import briefs, plan_texts, plan_words, plans
from nexusplanner.persistence.tables.tenants import tenants
from nexusplanner.ports import PlanQuery
from nexusplanner.testing import sample_plan

NOW = datetime(2027, 1, 9, 12, tzinfo=UTC)


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
