"""Tenants in a planner: who may do what, what is used, and that copies and erasures reach everything."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr
from tests.flow.campaigns import APPROVERS, TODAY, brief, history, planner, to_approve

from nexusplanner import (
    ApprovalError,
    CampaignPlan,
    Decision,
    InputError,
    PermissionDenied,
    Planner,
    TenantError,
    TenantPlanner,
)
from nexusplanner.adapters.embeddings import HashedWordEmbeddings
from nexusplanner.adapters.memory.chroma import ChromaMemory
from nexusplanner.calculators.verification import verify_plan
from nexusplanner.domain.access import ACTIONS
from nexusplanner.domain.operations import Storage
from nexusplanner.domain.passage import Document
from nexusplanner.domain.person import ERASED, Person
from nexusplanner.persistence.tenant_export import check_export
from nexusplanner.settings import Settings
from nexusplanner.tenancy import acting_as
from nexusplanner.testing.traces import files_with

ANN, CANARY = "ann.canary@example.org", "canary-of-kiln"
NOTE = f"# Last spring\n\nSearch filled the pottery workshops, wrote {ANN} of {CANARY}; posters did not.\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Return an empty workspace."""
    return tmp_path / "workspace"


@pytest.fixture
def memory(workspace: Path) -> Iterator[ChromaMemory]:
    """Return a memory in which one tenant's note names a person."""
    kept = ChromaMemory(workspace / "memory", HashedWordEmbeddings())
    note = Document(source="retro.md", text=NOTE, as_of=TODAY, trusted=True)
    kept.keep([note], tenant="kiln", collection="documents", is_whole=False)
    yield kept
    kept.close()


@pytest.fixture
def asking(workspace: Path, memory: ChromaMemory) -> Iterator[Planner]:
    """Return a planner of a workspace."""
    with planner(workspace=workspace, memory=memory, history=history()) as opened:
        yield opened


def planned(handle: TenantPlanner) -> CampaignPlan:
    """Plan a campaign whose brief names a person and a tenant's secret."""
    plan = handle.plan(brief(notes=f"Ask {ANN} about {CANARY}.", compliance=["gdpr"])).plan
    assert plan is not None
    return plan


def refused(*calls: Callable[[], object]) -> None:
    """See to it that none of the calls is let in."""
    for call in calls:
        with pytest.raises(PermissionDenied):
            call()


def test_a_handle_does_what_the_planner_does_for_its_tenant(asking: Planner) -> None:
    handle = asking.tenant("kiln")
    plan = planned(handle)
    assert plan.tenant == "kiln"
    assert handle.list() == asking.list(tenant="kiln") == (plan,)
    assert handle.show(plan.id) == plan
    assert asking.tenant("other").list() == ()
    with pytest.raises(InputError):
        asking.tenant("other").show(plan.id)
    events = list(handle.stream(brief()))
    run = getattr(events[-1], "run_id")  # noqa: B009 - of the last event alone
    assert handle.result(run).status in ("complete", "degraded")
    with pytest.raises(Exception, match="No result"):
        asking.tenant("other").result(run)


def test_a_name_that_looks_like_a_tenants_is_turned_away_in_every_process(workspace: Path) -> None:
    with planner(workspace=workspace) as one:
        one.tenant("kiln").plan(brief())
    with planner(workspace=workspace) as other:
        for name in ("Kiln", "kіln"):
            with pytest.raises(TenantError, match="looks like"):
                other.tenant(name)
            with pytest.raises(TenantError, match="looks like"):
                other.plan(brief(), tenant=name)
        assert len(other.tenant("kiln").list()) == 1


def test_a_look_registers_nobody_and_makes_no_file(workspace: Path) -> None:
    with planner(workspace=workspace) as looking:
        assert looking.tenant("kiln").list() == ()
        assert looking.tenant("kiln").may("erase")
        assert not workspace.exists()
        assert looking.tenant("Kiln").plan(brief()).plan


def test_from_the_first_grant_on_only_those_who_have_a_role_are_let_in(asking: Planner) -> None:
    app = asking.tenant("kiln")
    plan = planned(app)
    with pytest.raises(TenantError, match="own"):
        app.grant("vera", "viewer")
    app.grant("olga", "owner")
    refused(app.list, lambda: app.plan(brief()), lambda: asking.list(tenant="kiln"), lambda: app.grant("x", "viewer"))
    olga, vera = asking.tenant("kiln", user="olga"), asking.tenant("kiln", user="vera")
    refused(vera.list, lambda: vera.show(plan.id))
    olga.grant("vera", "viewer")
    assert vera.list() == (plan,)
    refused(
        lambda: vera.plan(brief()),
        lambda: list(vera.stream(brief())),
        lambda: vera.batch([brief()]),
        lambda: vera.refine(plan.id, "10 % more on search"),
        lambda: vera.restore(plan.id, 1),
        vera.costs,
        vera.usage,
        vera.erase,
        vera.grants,
    )
    assert {action for action in ACTIONS if vera.may(action)} == {"view", "list"}
    assert olga.who_may("view") == ("olga", "vera")
    assert olga.revoke("vera", "viewer")
    refused(vera.list)
    with pytest.raises(TenantError, match="own"):
        olga.revoke("olga", "owner")


def test_a_role_for_one_plan_reaches_its_versions_alone(asking: Planner) -> None:
    app = asking.tenant("kiln")
    plan, other = planned(app), app.plan(brief(notes="Another one.")).plan
    assert other is not None
    app.grant("olga", "owner")
    asking.tenant("kiln", user="olga").grant("pia", "planner", plan=plan.id)
    pia = asking.tenant("kiln", user="pia")
    newer = pia.refine(plan.id, "Never say wellness").plan
    assert newer is not None
    assert pia.show(newer.id) == newer
    assert len(pia.versions(newer.id)) == 2
    assert asking.tenant("kiln", user="olga").who_may("refine", plan=newer.id) == ("olga", "pia")
    refused(pia.list, lambda: pia.show(other.id), lambda: pia.show("plan-00000000ffffffff"), lambda: pia.plan(brief()))


def test_whoever_acts_is_who_approves(asking: Planner) -> None:
    app = asking.tenant("kiln")
    waiting = app.plan(to_approve())
    key = waiting.pending[0].id
    app.grant("olga", "owner")
    olga = asking.tenant("kiln", user="olga")
    for user in APPROVERS:
        olga.grant(user, "approver")
    olga.grant("mallory", "planner")
    yes, mara = Decision(approve=True), asking.tenant("kiln", user=APPROVERS[0])
    refused(
        lambda: asking.tenant("kiln", user="mallory").resume(waiting.run_id, {key: yes}),
        lambda: mara.resume(waiting.run_id, {key: Decision(approve=True, by=APPROVERS[1])}),
    )
    done = mara.resume(waiting.run_id, {key: yes})
    assert done.status in ("complete", "degraded")


def test_usage_tells_what_was_spent_and_what_is_kept(asking: Planner) -> None:
    handle = asking.tenant("kiln")
    planned(handle)
    used = handle.usage(since=date(2020, 1, 1))
    assert used.plans == 1
    assert used.kept["memory"] == 1
    assert used.storage_bytes > 10_000
    assert used.by_day.total.usd == 0
    assert asking.tenant("other").usage().kept == {}


def test_the_bill_of_all_is_the_operators(asking: Planner) -> None:
    asking.tenant("kiln").grant("olga", "owner")
    asking.tenant("default").grant("olga", "owner")
    assert asking.costs(by="tenant").total.calls == 0
    refused(lambda: asking.costs(tenant="kiln"))
    assert asking.tenant("kiln", user="olga").costs().total.calls == 0
    with acting_as("olga"):
        assert asking.costs().total.calls == 0  # of her own tenant's; the bill of all is not hers
    with acting_as("vera"):
        refused(asking.costs)


def test_an_export_holds_everything_and_proves_itself(asking: Planner, tmp_path: Path) -> None:
    handle = asking.tenant("kiln")
    plan = planned(handle)
    made = handle.export(tmp_path / "out")
    assert {file.name for file in made.files} >= {
        "plans.jsonl",
        "briefs.jsonl",
        "evidence.jsonl",
        "memory.jsonl",
        "costs.csv",
    }
    (line,) = (tmp_path / "out" / "plans.jsonl").read_text("utf-8").splitlines()
    assert CampaignPlan.model_validate(json.loads(line)["content"]) == plan
    assert check_export(tmp_path / "out") == ()
    (tmp_path / "out" / "plans.jsonl").write_text("{}", encoding="utf-8")
    assert check_export(tmp_path / "out") == ("plans.jsonl",)
    handle.export(tmp_path / "out.zip")
    assert set(zipfile.ZipFile(tmp_path / "out.zip").namelist()) == {"manifest.json", *(f.name for f in made.files)}
    with pytest.raises(InputError, match="already"):
        handle.export(tmp_path / "out.zip")
    assert asking.tenant("other").export(tmp_path / "none").items == 0


def test_a_person_gets_what_is_kept_of_them_and_nothing_of_others(asking: Planner, tmp_path: Path) -> None:
    handle = asking.tenant("kiln")
    plan = planned(handle)
    made = handle.export_person(ANN, to=tmp_path / "ann")
    assert {file.name for file in made.files} >= {"plans.jsonl", "memory.jsonl"}
    (line,) = (tmp_path / "ann" / "plans.jsonl").read_text("utf-8").splitlines()
    told = json.loads(line)
    assert told["key"] == plan.id
    assert told["content"]["/brief/notes"] == f"Ask {ANN} about {CANARY}."
    assert all(ANN in text for text in told["content"].values())


def test_an_erased_person_is_in_no_byte_of_the_workspace_and_plans_still_verify(
    asking: Planner, workspace: Path
) -> None:
    handle, other = asking.tenant("kiln"), asking.tenant("other")
    plan, theirs = planned(handle), planned(other)
    waiting = handle.plan(brief(notes=f"Ask {ANN}.", approvers=list(APPROVERS)))
    assert files_with(workspace, ANN)
    assert handle.erase_person(ANN).things >= 2
    assert Person.of(ANN).is_in(other.show(theirs.id).to_json())
    other.erase_person(ANN)
    assert files_with(workspace, ANN) == []
    with pytest.raises(ApprovalError):  # what waited for a decision waited for one about other words
        handle.resume(waiting.run_id, {waiting.pending[0].id: Decision(approve=True)})
    left = handle.show(plan.id)
    assert left.id == plan.id
    assert left.brief.notes == f"Ask {ERASED} about {CANARY}."
    assert verify_plan(left).ok
    assert verify_plan(plan).ok
    newer = handle.refine(plan.id, "Never say wellness").plan
    assert newer is not None
    assert ANN not in newer.to_json()
    assert handle.erase_person(ANN).things == 0


def test_an_erased_approver_leaves_an_approved_plan_and_an_audit_log_that_prove_themselves(
    asking: Planner, workspace: Path
) -> None:
    handle = asking.tenant("kiln")
    waiting = handle.plan(to_approve())
    done = handle.resume(waiting.run_id, {waiting.pending[0].id: Decision(approve=True, by=APPROVERS[0])}).plan
    assert done is not None
    handle.erase_person(APPROVERS[0])
    left = handle.show(done.id)
    assert left.approval is not None
    assert left.approval.by == ERASED
    assert verify_plan(left).ok
    assert handle.verify_audit().is_intact
    assert files_with(workspace, APPROVERS[0]) == []


def test_a_forgotten_tenant_is_in_no_byte_of_the_workspace(asking: Planner, workspace: Path) -> None:
    handle, other = asking.tenant("kiln"), asking.tenant("other")
    planned(handle)
    handle.plan(brief(notes=CANARY, approvers=list(APPROVERS)))
    kept = other.plan(brief()).plan
    handle.grant("olga-canary", "owner")
    with pytest.raises(PermissionDenied):
        handle.erase()
    assert asking.tenant("kiln", user="olga-canary").erase().things >= 4
    assert files_with(workspace, CANARY, ANN, "olga-canary") == []
    assert handle.list() == ()
    assert other.list() == (kept,)
    assert asking.tenant("Kiln").list() == ()


@pytest.mark.slow
def test_on_a_server_an_erased_person_is_in_no_byte_of_the_database(postgres_url: SecretStr, workspace: Path) -> None:
    """The server's own log of writes is not looked at: it runs out by itself."""
    with planner(workspace=workspace, settings=Settings(storage=Storage(url=postgres_url))) as asking:
        handle = asking.tenant("kiln")
        plan = planned(handle)
        assert files_with(files_of(postgres_url), ANN)
        assert handle.erase_person(ANN).things >= 1
        assert verify_plan(handle.show(plan.id)).ok
        assert files_with(files_of(postgres_url), ANN) == []
        handle.erase()
        assert files_with(files_of(postgres_url), CANARY) == []
        assert handle.list() == ()


def files_of(url: SecretStr) -> Path:
    """Return the folder of a database's files, with everything in them that was written."""
    with psycopg.connect(url.get_secret_value(), autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        asked = "SELECT current_setting('data_directory'), oid FROM pg_database WHERE datname = current_database()"
        row = connection.execute(asked).fetchone()
    assert row is not None
    return Path(row[0]) / "base" / str(row[1])
