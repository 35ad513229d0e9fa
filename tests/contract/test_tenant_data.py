"""Every store that keeps anything for a tenant can tell it, copy it and forget it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from langgraph.checkpoint.base import BaseCheckpointSaver, empty_checkpoint
from tests.contract.databases import OnDatabase, OnPostgres, OnSqlite
from tests.unit.persistence.test_answers_redis import Client

from nexusplanner.adapters.embeddings import HashedWordEmbeddings
from nexusplanner.adapters.memory.chroma import ChromaMemory
from nexusplanner.adapters.memory.folder import FolderMemory
from nexusplanner.agents.assembly import finished
from nexusplanner.domain.evidence import Evidence
from nexusplanner.domain.fingerprint import sha256_of
from nexusplanner.domain.passage import Document
from nexusplanner.domain.person import ERASED, Person
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.llm.answers_data import owner_of_answers
from nexusplanner.llm.answers_memory import InMemoryAnswers
from nexusplanner.llm.ledger_memory import InMemoryLedger
from nexusplanner.persistence import database_checkpoints, memory_checkpoints, release, sqlite_checkpoints
from nexusplanner.persistence.answers_redis import RedisAnswers
from nexusplanner.persistence.answers_sqlite import SqliteAnswers
from nexusplanner.persistence.checkpoint_data import CheckpointData
from nexusplanner.persistence.ledger_postgres import PostgresLedger
from nexusplanner.persistence.ledger_postgres_data import PostgresLedgerData
from nexusplanner.persistence.ledger_sqlite import SqliteLedger
from nexusplanner.persistence.plan_data import SqlPlanData
from nexusplanner.persistence.plan_memory import InMemoryPlans
from nexusplanner.persistence.plan_sql import SqlPlans
from nexusplanner.persistence.steps_memory import InMemorySteps
from nexusplanner.persistence.steps_memory_data import InMemoryStepData
from nexusplanner.persistence.steps_sql import SqlSteps
from nexusplanner.persistence.table_data import TableData
from nexusplanner.persistence.tables.runs import runs
from nexusplanner.persistence.tables.steps import steps
from nexusplanner.planner.runs import thread_of
from nexusplanner.ports import Plans
from nexusplanner.ports.answers import AnswerStore
from nexusplanner.ports.ledger import Balance, Call, Hold, Ledger, Paid, Scope
from nexusplanner.ports.personal_data import TenantData
from nexusplanner.ports.steps import Steps
from nexusplanner.testing.plans import sample_plan
from nexusplanner.testing.steps import step
from nexusplanner.testing.tenant_data import ANN, NOTE, TenantDataContract
from nexusplanner.testing.traces import files_with

NOW = datetime(2027, 1, 9, tzinfo=UTC)


def plan_that_says(text: str, *, tenant: str) -> CampaignPlan:
    """Return a plan with a text in its evidence, its brief and its summary."""
    plain = sample_plan()
    item = Evidence.found(kind="memory", source="notes.md", quote=text, as_of=NOW.date(), trusted=False)
    brief = plain.brief.model_copy(update={"notes": text, "name": f"For {text}"})
    told = {"tenant": tenant, "brief": brief, "summary": text, "evidence": (*plain.evidence, item)}
    return finished(plain.model_copy(update=told), "complete")


def save(store: Plans, text: str, *, tenant: str) -> None:
    """Keep a plan with a text in it."""
    asyncio.run(store.save(plan_that_says(text, tenant=tenant), tenant=tenant))


class TestInMemoryPlans(TenantDataContract):
    def make(self, folder: Path) -> TenantData:
        return InMemoryPlans()

    def put(self, store: TenantData, text: str, *, tenant: str) -> None:
        assert isinstance(store, Plans)
        save(store, text, tenant=tenant)


class PlansOfADatabase(OnDatabase, TenantDataContract):
    def put(self, store: TenantData, text: str, *, tenant: str) -> None:
        save(SqlPlans(self.opened[0], now=lambda: NOW), text, tenant=tenant)


class TestSqlitePlans(OnSqlite, PlansOfADatabase):
    def make(self, folder: Path) -> TenantData:
        return SqlPlanData(self.database(folder))


@pytest.mark.slow
class TestPostgresPlans(OnPostgres, PlansOfADatabase):
    def make(self, folder: Path) -> TenantData:
        return SqlPlanData(self.database(folder))


class RowsOfADatabase(OnDatabase, TenantDataContract):
    numbers: int = 0

    def put(self, store: TenantData, text: str, *, tenant: str) -> None:
        self.numbers += 1
        row = {"tenant": tenant, "run_id": f"run-{self.numbers}", "status": "done", "brief": f'{{"notes": "{text}"}}'}
        rest = {"seed": 0, "day": "2027-01-09", "limits": "{}", "settings_sha": "", "created_at": 0, "updated_at": 0}
        with self.opened[0].begin() as connection:
            connection.execute(runs.insert(), {**row, **rest})


class TestSqliteRows(OnSqlite, RowsOfADatabase):
    def make(self, folder: Path) -> TenantData:
        return TableData(self.database(folder), runs, kind="runs", json_columns=("brief", "limits"))


@pytest.mark.slow
class TestPostgresRows(OnPostgres, RowsOfADatabase):
    def make(self, folder: Path) -> TenantData:
        return TableData(self.database(folder), runs, kind="runs", json_columns=("brief", "limits"))


class Answers(TenantDataContract):
    def put(self, store: TenantData, text: str, *, tenant: str) -> None:
        assert isinstance(store, AnswerStore)
        key = owner_of_answers(tenant) + sha256_of(text)
        store.put(key, json.dumps({"value": json.dumps({"text": text})}), now=time.time(), ttl_s=3600)


class TestInMemoryAnswers(Answers):
    def make(self, folder: Path) -> TenantData:
        return InMemoryAnswers()


class TestSqliteAnswers(Answers):
    def make(self, folder: Path) -> TenantData:
        return SqliteAnswers(folder / "answers.sqlite")


class TestRedisAnswers(Answers):
    def make(self, folder: Path) -> TenantData:
        return RedisAnswers(Client())


class Books(TenantDataContract):
    def books(self, store: TenantData) -> Ledger:
        assert isinstance(store, Ledger)
        return store

    def put(self, store: TenantData, text: str, *, tenant: str) -> None:
        books = self.books(store)
        call = Call(tenant, NOW.date(), f"run of {text}", f"tool:{text}", "m")
        keys = (f"run:{tenant}:run of {text}", f"tenant_day:{tenant}:2027-01-09", "day:2027-01-09")
        scopes = (Scope("run", keys[0], 100), Scope("tenant_day", keys[1], 100), Scope("day", keys[2], 1000))
        hold = books.reserve(60, scopes, call, now=0, hold_s=60)
        assert isinstance(hold, Hold)
        books.settle(hold, Paid(20))

    def test_what_a_forgotten_tenant_spent_stays_in_the_bill_of_all(self, tmp_path: Path) -> None:
        store = self.filled(tmp_path)
        books = self.books(store)
        before = books.balance("day:2027-01-09")
        store.forget(tenant="acme")
        assert books.balance("day:2027-01-09") == before
        assert {(line.tenant, line.amount) for line in books.spend()} >= {("Acme", 20)}
        assert sum(line.amount for line in books.spend()) == 60
        assert sum(line.amount for line in books.spend(tenant="acme")) == 0
        assert books.balance("tenant_day:acme:2027-01-09").spent == 0
        assert books.balance("tenant_day:Acme:2027-01-09").spent == 20

    def test_a_tenant_called_as_a_day_takes_no_count_of_all_with_it(self, tmp_path: Path) -> None:
        store = self.make(tmp_path)
        self.put(store, "a call", tenant="2027-01-09")
        store.forget(tenant="2027-01-09")
        assert self.books(store).balance("day:2027-01-09").spent == 20


class TestInMemoryBooks(Books):
    def make(self, folder: Path) -> TenantData:
        return InMemoryLedger()


class TestSqliteBooks(Books):
    def make(self, folder: Path) -> TenantData:
        return SqliteLedger(folder / "ledger.sqlite")

    def test_what_is_held_for_a_forgotten_tenant_counts_as_spent(self, tmp_path: Path) -> None:
        store = SqliteLedger(tmp_path / "ledger.sqlite")
        scopes = (Scope("tenant_day", "tenant_day:acme:2027-01-09", 100), Scope("day", "day:2027-01-09", 1000))
        store.reserve(60, scopes, Call("acme", NOW.date(), "r", "a", "m"), now=0, hold_s=60)
        store.forget(tenant="acme")
        store.scrub()
        assert store.balance("day:2027-01-09") == Balance(spent=60, held=0)
        assert not files_with(tmp_path, "acme")
        store.close()


class Memories(TenantDataContract):
    memory: ChromaMemory

    @pytest.fixture(autouse=True)
    def _closed(self) -> Iterator[None]:
        yield
        self.memory.close()

    def put(self, store: TenantData, text: str, *, tenant: str) -> None:
        document = Document(source=f"about {text}.md", text=f"# Of {text}\n\nIt says: {text}", as_of=NOW.date())
        self.memory.keep([document], tenant=tenant, collection="notes", is_whole=False)

    def test_what_was_erased_is_found_by_nothing_it_said_and_by_all_else(self, tmp_path: Path) -> None:
        store = self.make(tmp_path)
        self.put(store, NOTE.format(ANN), tenant="acme")
        assert asyncio.run(self.memory.search("spring offer", tenant="acme"))
        store.erase(Person.of(ANN), tenant="acme")
        self.scrub(store)
        found = asyncio.run(self.memory.search("talked about the spring offer", tenant="acme"))
        assert [passage for passage in found if ERASED in passage.text]
        assert not [passage for passage in found if Person.of(ANN).is_in(passage.model_dump_json())]
        assert not asyncio.run(self.memory.search("canary", tenant="acme"))

    def test_the_same_text_handed_in_again_does_not_bring_the_person_back(self, tmp_path: Path) -> None:
        store, text = self.make(tmp_path), f"Talked to {ANN}."
        again = Document(source="notes.md", text=text, as_of=NOW.date())
        for _ in range(2):
            self.memory.keep([again], tenant="acme", collection="notes", is_whole=True)
            store.erase(Person.of(ANN), tenant="acme")
        self.memory.keep([again], tenant="acme", collection="notes", is_whole=True)
        assert not [kept for kept in store.export(tenant="acme") if Person.of(ANN).is_in(kept.content)]


class TestMemoryInAFolder(Memories):
    def make(self, folder: Path) -> TenantData:
        self.memory = ChromaMemory(folder / "memory", HashedWordEmbeddings())
        return self.memory


class TestMemoryInThisProcess(Memories):
    def make(self, folder: Path) -> TenantData:
        self.memory = ChromaMemory(None, HashedWordEmbeddings())
        return self.memory


class TestMemoryOfAFolder(Memories):
    def make(self, folder: Path) -> TenantData:
        self.memory = ChromaMemory(folder / "memory", HashedWordEmbeddings())
        return FolderMemory(folder, self.memory)


@pytest.mark.slow
class TestPostgresBooks(OnPostgres, Books):
    ledger: PostgresLedger

    def make(self, folder: Path) -> TenantData:
        database = self.database(folder)
        self.ledger = PostgresLedger(database)
        return PostgresLedgerData(database)

    def books(self, store: TenantData) -> Ledger:
        return self.ledger


class RestingRuns(TenantDataContract):
    saver: BaseCheckpointSaver[str]

    @pytest.fixture(autouse=True)
    def _released(self) -> Iterator[None]:
        yield
        release(self.saver)

    def put(self, store: TenantData, text: str, *, tenant: str) -> None:
        point = empty_checkpoint()
        point["channel_values"] = {"brief": {"notes": text}}
        point["channel_versions"] = {"brief": "1"}
        config = thread_of(tenant, f"run-{sha256_of(text)[:8]}")
        config["configurable"]["checkpoint_ns"] = ""
        at = self.saver.put(config, point, {"source": "loop", "step": 1, "parents": {}}, {"brief": "1"})
        self.saver.put_writes(at, [("brief", {"notes": text})], "task-1")

    def test_a_step_that_is_past_counts_too(self, tmp_path: Path) -> None:
        store = self.make(tmp_path)
        for text in (NOTE.format(ANN), "nobody"):
            point = empty_checkpoint()
            point["channel_values"], point["channel_versions"] = {"brief": text}, {"brief": text}
            config = thread_of("acme", "run-1")
            config["configurable"]["checkpoint_ns"] = ""
            self.saver.put(config, point, {"source": "loop", "step": 1, "parents": {}}, {"brief": text})
        assert store.erase(Person.of(ANN), tenant="acme") == 1
        self.scrub(store)
        assert not files_with(tmp_path, ANN)


class TestRestingRunsInMemory(RestingRuns):
    def make(self, folder: Path) -> TenantData:
        self.saver = memory_checkpoints()
        return CheckpointData(self.saver)


class TestRestingRunsInAFile(RestingRuns):
    def make(self, folder: Path) -> TenantData:
        self.saver = sqlite_checkpoints(folder / "runs.sqlite")
        return CheckpointData(self.saver)


@pytest.mark.slow
class TestRestingRunsOnAServer(OnPostgres, RestingRuns):
    def make(self, folder: Path) -> TenantData:
        self.saver = database_checkpoints(self.database(folder))
        return CheckpointData(self.saver)


class DecisionsOfAgents(TenantDataContract):
    steps: Steps
    numbers: int = 0

    def put(self, store: TenantData, text: str, *, tenant: str) -> None:
        self.numbers += 1
        asyncio.run(self.steps.add([step(self.numbers, tenant=tenant, output=text)], tenant=tenant))


class TestDecisionsInMemory(DecisionsOfAgents):
    def make(self, folder: Path) -> TenantData:
        self.steps = kept = InMemorySteps()
        return InMemoryStepData(kept)


class TestDecisionsInAFile(OnSqlite, DecisionsOfAgents):
    def make(self, folder: Path) -> TenantData:
        database = self.database(folder)
        self.steps = SqlSteps(database)
        return TableData(database, steps, kind="decisions", json_columns=("text",))
