"""Histories of many tenants whose names look alike, over all that keeps anything: nobody gets what is another's.

Whatever is kept carries the canary of its tenant. Whatever any tenant is then told, by whatever is asked, must hold no
canary but its own; and it must hold its own, or nothing would be shown by it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, MultipleResults, RuleBasedStateMachine, initialize, multiple, rule
from langgraph.checkpoint.base import CheckpointMetadata, empty_checkpoint
from tests.flow.campaigns import TODAY, planner

from nexusplanner import Decision, InputError, NexusError, Planner, TenantError, TenantPlanner
from nexusplanner.adapters.embeddings import HashedWordEmbeddings
from nexusplanner.adapters.memory.chroma import ChromaMemory
from nexusplanner.domain.fingerprint import sha256_of
from nexusplanner.domain.passage import Document
from nexusplanner.domain.person import Person
from nexusplanner.llm.answers_data import owner_of_answers
from nexusplanner.persistence.answers_sqlite import SqliteAnswers
from nexusplanner.planner.background import run_in_background
from nexusplanner.planner.runs import thread_of
from nexusplanner.ports.ledger import Call, Hold, Paid, Scope
from nexusplanner.ports.personal_data import TenantData
from nexusplanner.testing.plans import sample_plan

ALIKE = (
    ("A", "a", "А", "а", "Α"),
    ("acme", "Acme", "аcme"),
    ("A_b", "Aab", "A b", "A.b"),
    ("ß", "ss"),
    ("İ", "i"),
)
"""Latin, Cyrillic and Greek letters, and names in which a wildcard or a folding of case would find others."""
TENANTS = tuple(name for names in ALIKE for name in names)
NO_TENANTS = ("Ａ", "ａ", "", " A", "A\u200b", "A/../a", "%", "ﬀ")
NUMBERS = range(3)
"""Ids are few, so that tenants have things of the same id."""
ANN = Person.of("ann@example.org")
_PLAN = sample_plan()

tenants: Bundle[str] = Bundle("tenants")
numbers = st.sampled_from(NUMBERS)
_alike = st.sampled_from(ALIKE).flatmap(lambda names: st.lists(st.sampled_from(names), min_size=2, unique=True))
_any = st.lists(st.sampled_from(TENANTS), min_size=2, max_size=4, unique=True)


def canary_of(tenant: str) -> str:
    """Return a word that only this tenant's things hold."""
    return f"canary{TENANTS.index(tenant):02d}x"


@dataclass
class House:
    """A planner of a workspace with everything that it can keep in."""

    folder: Path
    memory: ChromaMemory = field(init=False)
    planner: Planner = field(init=False)
    answers: SqliteAnswers = field(init=False)

    def __post_init__(self) -> None:
        """Open it."""
        self.memory = ChromaMemory(None, HashedWordEmbeddings())
        self.answers = SqliteAnswers(self.folder / "answers.sqlite")
        self.planner = planner(workspace=self.folder / "workspace", memory=self.memory)

    def close(self) -> None:
        """Close it."""
        self.planner.close()
        self.answers.close()

    def stores(self, tenant: str) -> tuple[TenantData, ...]:
        """Return all that keeps anything."""
        return (*self.planner.tenant(tenant)._keepers.stores, self.answers)


class TenantHistories(RuleBasedStateMachine):
    """Puts, searches, lists, exports, resumes and deletes, in any order, by tenants that look alike."""

    house: ClassVar[House]
    told: ClassVar[int] = 0
    """How many answers were looked at."""
    leaks: ClassVar[int] = 0
    used: ClassVar[set[str]] = set()
    """Who may have something."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, set[str]] = {tenant: set() for tenant in TENANTS}
        """What each tenant should find, by kind and number."""

    @initialize(target=tenants, names=_alike | _any)
    def begin(self, names: Sequence[str]) -> MultipleResults[str]:
        """Begin with a few, who mostly look alike, and with nothing of anybody's."""
        for tenant in sorted(self.used):
            self._forget(tenant)
        self.used.clear()
        return multiple(*names)

    @rule(tenant=tenants, number=numbers)
    def put_a_plan(self, tenant: str, number: int) -> None:
        told = f"{canary_of(tenant)} ann@example.org"
        brief = _PLAN.brief.model_copy(update={"notes": told, "name": told})
        made = {"id": f"plan-{number:016x}", "tenant": tenant, "summary": told, "brief": brief, "seed": number}
        run_in_background(self.house.planner._parts.plans.save(_PLAN.model_copy(update=made), tenant=tenant))
        self._keep(tenant, f"plan {number}")

    @rule(tenant=tenants, number=numbers)
    def put_a_document(self, tenant: str, number: int) -> None:
        text = f"# Notes\n\nThe spring offer of {canary_of(tenant)}, said ann@example.org."
        document = Document(source=f"notes-{number}.md", text=text, as_of=TODAY)
        self.house.memory.keep([document], tenant=tenant, collection="notes", is_whole=False)
        self._keep(tenant, "document")

    @rule(tenant=tenants, number=numbers)
    def put_an_answer(self, tenant: str, number: int) -> None:
        key = owner_of_answers(tenant) + sha256_of(str(number))
        self.house.answers.put(key, f'{{"value": "{canary_of(tenant)}"}}', now=time.time(), ttl_s=3600)
        self._keep(tenant, "answer")

    @rule(tenant=tenants, number=numbers)
    def spend(self, tenant: str, number: int) -> None:
        books, agent = self.house.planner._parts.purses.treasury.ledger, f"tool:{canary_of(tenant)}"
        scope = Scope("tenant_day", f"tenant_day:{tenant}:2027-01-09", 10**9)
        call = Call(tenant, date(2027, 1, 9), f"run-{number}", agent, "m")
        hold = books.reserve(5, (scope,), call, now=time.time(), hold_s=60)
        assert isinstance(hold, Hold)
        books.settle(hold, Paid(3))
        self._keep(tenant, "cost")

    @rule(tenant=tenants, number=numbers)
    def put_a_resting_run(self, tenant: str, number: int) -> None:
        point = empty_checkpoint()
        point["channel_values"] = {"tenant": tenant, "brief": {"notes": canary_of(tenant)}}
        point["channel_versions"] = dict.fromkeys(point["channel_values"], "1")
        config = thread_of(tenant, f"run-{number}")
        config["configurable"]["checkpoint_ns"] = ""
        told: CheckpointMetadata = {"source": "loop", "step": 1, "parents": {}}
        self.house.planner._saver.put(config, point, told, point["channel_versions"])
        self._keep(tenant, f"run {number}")

    @rule(tenant=tenants, number=numbers)
    def show(self, tenant: str, number: int) -> None:
        with self._only(tenant, f"plan {number}") as hear:
            hear(lambda it: it.show(f"plan-{number:016x}").to_json())

    @rule(tenant=tenants, number=numbers)
    def versions(self, tenant: str, number: int) -> None:
        with self._only(tenant, f"plan {number}") as hear:
            hear(lambda it: "".join(plan.to_json() for plan in it.versions(f"plan-{number:016x}")))

    @rule(tenant=tenants)
    def list(self, tenant: str) -> None:
        with self._only(tenant, *(k for k in self.kept[tenant] if k.startswith("plan"))) as hear:
            hear(lambda it: "".join(plan.model_dump_json() for plan in it.list(fields="summary")))

    @rule(tenant=tenants, other=tenants)
    def look_for_anothers_words(self, tenant: str, other: str) -> None:
        words = canary_of(other)
        with self._only(tenant) as hear:
            hear(lambda it: "".join(plan.model_dump_json() for plan in it.list(search=words, fields="summary")))

    @rule(tenant=tenants, other=tenants)
    def search(self, tenant: str, other: str) -> None:
        asked = f"spring offer of {canary_of(other)}"
        with self._only(tenant, *({"document"} & self.kept[tenant])) as hear:
            hear(lambda _: str(run_in_background(self.house.memory.search(asked, tenant=tenant))))

    @rule(tenant=tenants)
    def export(self, tenant: str) -> None:
        exported = {k for k in self.kept[tenant] if not k.startswith("run")}
        with self._only(tenant, *exported) as hear:
            hear(lambda _: self._exported(tenant))

    @rule(tenant=tenants)
    def use(self, tenant: str) -> None:
        with self._only(tenant, *({"cost"} & self.kept[tenant])) as hear:
            hear(lambda it: it.usage().model_dump_json())

    @rule(tenant=tenants, number=numbers)
    def resume(self, tenant: str, number: int) -> None:
        with self._only(tenant, f"run {number}") as hear:
            hear(lambda _: str(self.house.planner._saver.get_tuple(thread_of(tenant, f"run-{number}"))))
        with self._only(tenant) as hear:
            hear(lambda it: str(it.resume(f"run-{number}", {"question": Decision(approve=True)})))

    @rule(tenant=tenants)
    def erase_a_person(self, tenant: str) -> None:
        for store in self.house.stores(tenant):
            store.erase(ANN, tenant=tenant)
        told = self._exported(tenant)
        assert not ANN.is_in(told)

    @rule(tenant=tenants)
    def delete(self, tenant: str) -> None:
        self._forget(tenant)
        with self._only(tenant) as hear:
            hear(lambda _: self._exported(tenant))

    @rule(name=st.sampled_from(NO_TENANTS))
    def be_nobody(self, name: str) -> None:
        for call in (self.house.planner.tenant, lambda n: self.house.planner.list(tenant=n)):
            try:
                call(name)
            except TenantError:
                continue
            raise AssertionError(f"{name!r} was let in")

    def _keep(self, tenant: str, what: str) -> None:
        self.kept[tenant].add(what)
        self.used.add(tenant)

    def _exported(self, tenant: str) -> str:
        kept = (item for store in self.house.stores(tenant) for item in store.export(tenant=tenant))
        return "".join(f"{item.key} {item.content}" for item in kept)

    def _forget(self, tenant: str) -> None:
        for store in self.house.stores(tenant):
            store.forget(tenant=tenant)
        for number in NUMBERS:
            self.house.planner._saver.delete_thread(thread_of(tenant, f"run-{number}")["configurable"]["thread_id"])
        self.kept[tenant].clear()

    @contextmanager
    def _only(self, tenant: str, *expected: str) -> Iterator[Callable[[Callable[[TenantPlanner], str]], None]]:
        """See to it that a tenant is told nothing of the others, and its own where there is something."""
        heard: list[str] = []

        def hear(ask: Callable[[TenantPlanner], str]) -> None:
            try:
                heard.append(ask(self.house.planner.tenant(tenant)))
            except InputError as error:
                assert not set(expected) & self.kept[tenant]
                heard.append(str(error))
            except NexusError as error:
                heard.append(str(error))

        yield hear
        told = "".join(heard).lower()
        type(self).told += 1
        foreign = [other for other in TENANTS if other != tenant and canary_of(other) in told]
        if foreign:
            type(self).leaks += 1
            raise AssertionError(f"{tenant!r} was told of {foreign}")
        if set(expected) & self.kept[tenant]:
            assert canary_of(tenant) in told, (
                f"{tenant!r} was told nothing of its own {set(expected) & self.kept[tenant]}: {told[:300]}"
            )
