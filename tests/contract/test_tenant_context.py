"""No store is asked anything without a tenant: each public method of each store is walked."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nexusplanner.adapters.embeddings import HashedWordEmbeddings
from nexusplanner.adapters.memory.chroma import ChromaMemory
from nexusplanner.adapters.memory.folder import FolderMemory
from nexusplanner.domain.access import Grant
from nexusplanner.domain.passage import Document
from nexusplanner.domain.person import Person
from nexusplanner.errors import TenantError
from nexusplanner.llm.answers_memory import InMemoryAnswers
from nexusplanner.llm.ledger_memory import InMemoryLedger
from nexusplanner.persistence.answers_sqlite import SqliteAnswers
from nexusplanner.persistence.database import FILE_NAME, Database
from nexusplanner.persistence.grants_memory import InMemoryGrants
from nexusplanner.persistence.grants_sql import SqlGrants
from nexusplanner.persistence.ledger_sqlite import SqliteLedger
from nexusplanner.persistence.plan_data import SqlPlanData
from nexusplanner.persistence.plan_memory import InMemoryPlans
from nexusplanner.persistence.plan_sql import SqlPlans
from nexusplanner.persistence.table_data import TableData
from nexusplanner.persistence.tables.runs import runs
from nexusplanner.persistence.tenants_memory import InMemoryTenants
from nexusplanner.persistence.tenants_sql import SqlTenants
from nexusplanner.testing.plans import sample_plan

NOW = datetime(2027, 1, 9, tzinfo=UTC)
DOCUMENT = Document(source="a.md", text="A text.", as_of=NOW.date())
ARGUMENTS: dict[str, object] = {
    "plan": sample_plan(),
    "plan_id": "plan-0123456789abcdef",
    "plan_ids": ("plan-0123456789abcdef",),
    "grant": Grant(user="ann", role="owner"),
    "person": Person.of("ann@example.org"),
    "documents": [DOCUMENT],
    "collection": "documents",
    "is_whole": False,
    "query": "text",
}
"""What methods are called with beside the tenant, by name; what is not named here has a default."""
OF_ALL = {
    "close": "lets go of files",
    "scrub": "rewrites a file",
    "waits": "says how the store is called",
    "get": "an answer's key begins with its tenant's opaque name, and is made by the model chain alone",
    "put": "as get",
    "of": "as get",
    "drop": "as get",
    "reserve": "a call names its tenant",
    "settle": "as reserve",
    "note": "as reserve",
    "recover": "of processes that are gone",
    "balance": "a scope's key names its tenant",
    "spend": "of all tenants where none is named: the bill is the operator's",
    "together": "makes a transaction",
    "also_keep": "adds tables to the file",
    "reading": "lends the file to what is kept beside it",
    "writing": "as reading",
    "known": "for whoever runs the app",
    "tenants": "as known",
    "notes": "says which parts failed",
    "embedding": "says what embeds",
    "quality": "says which files of the app's own could not be read",
}
"""Methods that take no tenant, and why."""


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[list[object]]:
    """Open one of each store."""
    database = Database(tmp_path / FILE_NAME)
    memory = ChromaMemory(tmp_path / "memory", HashedWordEmbeddings())
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.md").write_text("A text.", encoding="utf-8")
    opened: list[object] = [
        InMemoryPlans(),
        SqlPlans(database, now=lambda: NOW),
        SqlPlanData(database),
        TableData(database, runs, kind="runs"),
        InMemoryGrants(),
        SqlGrants(database),
        InMemoryTenants(),
        SqlTenants(database),
        InMemoryAnswers(),
        SqliteAnswers(tmp_path / "answers.sqlite"),
        InMemoryLedger(),
        SqliteLedger(tmp_path / "ledger.sqlite"),
        memory,
        FolderMemory(tmp_path / "notes", memory),
    ]
    yield opened
    for store in (*opened, database):
        if hasattr(store, "close"):
            store.close()


def methods(store: object) -> dict[str, Callable[..., object]]:
    """Return a store's public methods."""
    found = inspect.getmembers(store, inspect.ismethod)
    return {name: thing for name, thing in found if not name.startswith("_")}


async def test_every_method_of_every_store_without_a_proper_tenant_is_refused(stores: list[object]) -> None:
    walked = 0
    for store in stores:
        for name, method in methods(store).items():
            taken = inspect.signature(method).parameters
            if "tenant" not in taken or (name in OF_ALL and taken["tenant"].default is None):
                assert name in OF_ALL, f"{type(store).__name__}.{name} takes no tenant"
                continue
            assert taken["tenant"].kind is inspect.Parameter.KEYWORD_ONLY, f"{type(store).__name__}.{name}"
            assert taken["tenant"].default is inspect.Parameter.empty, f"{type(store).__name__}.{name}"
            needed = {p: ARGUMENTS[p] for p, how in taken.items() if how.default is how.empty and p != "tenant"}
            for tenant in ("", " ", "../acme", "Ａ", "a" * 64):
                assert await _is_refused(lambda: method(**needed, tenant=tenant)), f"{type(store).__name__}.{name}"  # noqa: B023
            with pytest.raises(TypeError):
                method(**needed)
            walked += 1
    assert walked > 50


async def test_what_a_store_is_told_of_others_is_nothing(stores: list[object]) -> None:
    """A proper tenant that nothing was ever kept for gets nothing from a store, and no error of anybody else's."""
    for store in stores:
        for name in ("export", "amounts"):
            if (method := methods(store).get(name)) is not None:
                assert not list(method(tenant="nobody"))  # type: ignore[call-overload]


async def _is_refused(call: Callable[[], object]) -> bool:
    try:
        await _used_up(call())
    except TenantError:
        return True
    return False


async def _used_up(given: object) -> None:
    if inspect.isawaitable(given):
        await given
    elif isinstance(given, AsyncIterator):
        async for _ in given:
            pass
    elif isinstance(given, Iterator):
        list(given)
