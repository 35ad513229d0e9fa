"""A planner tells what was done, proves that nothing of it was changed, and hands it out."""

from __future__ import annotations

import sqlite3
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr
from tests.flow.campaigns import APPROVERS, brief, planner, to_approve

from nexusplanner import Decision, InputError, Planner, Settings, StorageError, TenantError
from nexusplanner.domain.audit import AuditNote
from nexusplanner.domain.audit_file import verify_file
from nexusplanner.domain.person import Person
from nexusplanner.planner.auditing import _checked

T0 = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def planning(tmp_path: Path) -> Planner:
    """Return a planner whose workspace has five entries."""
    made = planner(workspace=tmp_path / "work", now=lambda: T0)
    log = made._parts.audit
    assert log is not None
    for n in range(5):
        log.append(AuditNote(action="plan.saved", subject=f"plan-{n % 2}", actor="Ines Okonjo"), tenant="default")
    return made


def changed_by_hand(tmp_path: Path, statement: str) -> None:
    with sqlite3.connect(tmp_path / "work/nexusplanner.sqlite") as connection:
        connection.execute(statement)
    connection.close()


def test_a_run_leaves_its_steps_in_the_log() -> None:
    """Of a plan that was approved: when it began, was asked about, waited, was answered, went on, was kept, ended."""
    asking = planner()
    result = asking.plan(to_approve())
    asking.resume(result.run_id, {result.pending[0].id: Decision(approve=True, by=APPROVERS[0])})
    assert [(e.action, e.actor) for e in asking.audit()] == [
        ("run.started", "planner"),
        ("decision.asked", "planner"),
        ("run.waiting", "planner"),
        ("decision.answered", APPROVERS[0]),
        ("run.resumed", "planner"),
        ("plan.saved", "planner"),
        ("run.finished", "planner"),
    ]
    assert asking.verify_audit().is_intact


def test_refining_and_restoring_are_noted_and_a_run_that_fails_too(monkeypatch: pytest.MonkeyPatch) -> None:
    planning = planner()
    plan = planning.plan(brief()).plan
    assert plan is not None
    refined = planning.refine(plan.id, "Move 2,000 from search to email.").plan
    planning.restore(plan.id, 1)

    async def fails(*_: object) -> None:
        raise StorageError("The disk is full.")

    monkeypatch.setattr("nexusplanner.planner.runs.Run.walk", fails)
    with pytest.raises(StorageError):
        planning.plan(brief())
    noted = {e.action: e for e in planning.audit()}
    assert refined is not None
    assert (noted["plan.refined"].subject, noted["plan.refined"].details["parent"]) == (refined.id, plan.id)
    assert noted["plan.restored"].details["version"] == 3
    assert noted["run.failed"].details == {"error": "StorageError"}


def test_a_dry_run_is_not_noted() -> None:
    """An estimate does nothing that anybody would ask about."""
    planning = planner()
    planning.estimate(brief())
    assert planning.audit() == ()


def test_the_newest_entries_are_read_or_those_after_a_number(planning: Planner) -> None:
    assert [e.seq for e in planning.audit(limit=2)] == [4, 5]
    assert [e.seq for e in planning.audit(after=1, limit=2)] == [2, 3]
    assert [e.seq for e in planning.audit(subject="plan-1")] == [2, 4]
    assert planning.audit(action="run.started") == ()
    assert planning.audit(tenant="other") == ()


def test_an_untouched_log_is_intact(planning: Planner) -> None:
    report = planning.verify_audit()
    assert report.is_intact
    assert report.head.seq == 5
    assert planning.verify_audit(str(report.head)).is_intact


CHANGES = (
    "UPDATE audit SET payload = replace(payload, 'Ines', 'Ivan') WHERE seq = 3",
    "UPDATE audit SET payload = '' WHERE seq = 3",
    "UPDATE audit SET at = '2026-11-03T09:30:00.000000Z' WHERE seq = 5",
    "UPDATE audit SET tenant = 'other' WHERE seq = 5",
    "DELETE FROM audit WHERE seq = 1",
    "DELETE FROM audit WHERE seq = 5",
    "DELETE FROM audit",
    "INSERT INTO audit SELECT tenant, 6, at, action, subject, payload, payload_sha256, hash, '' FROM audit LIMIT 1",
    "UPDATE audit_heads SET seq = 4",
    "UPDATE audit_heads SET hash = 'ab'",
)


def test_what_is_changed_in_the_database_is_found(planning: Planner, tmp_path: Path) -> None:
    """And only that: as it was before, the log is intact again."""
    for statement in CHANGES:
        with sqlite3.connect(tmp_path / "work/nexusplanner.sqlite") as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS was AS SELECT * FROM audit")
            connection.execute("CREATE TABLE IF NOT EXISTS was_head AS SELECT * FROM audit_heads")
            connection.execute(statement)
        assert not planning.verify_audit().is_intact, statement
        with connection:
            for table, was in (("audit", "was"), ("audit_heads", "was_head")):
                connection.execute(f"DELETE FROM {table}")
                connection.execute(f"INSERT INTO {table} SELECT * FROM {was}")
        connection.close()
        assert planning.verify_audit().is_intact


def test_an_end_that_was_cut_off_with_its_head_is_found_against_a_head_that_was_kept(
    planning: Planner, tmp_path: Path
) -> None:
    kept = str(planning.verify_audit().head)
    changed_by_hand(tmp_path, "DELETE FROM audit WHERE seq = 5")
    changed_by_hand(tmp_path, "UPDATE audit_heads SET seq = 4, hash = (SELECT hash FROM audit WHERE seq = 4)")
    assert planning.verify_audit().is_intact
    assert not planning.verify_audit(kept).is_intact
    with pytest.raises(InputError, match="not a head"):
        planning.verify_audit("5")


def test_an_exported_log_is_whole_private_and_proves_itself(planning: Planner, tmp_path: Path) -> None:
    """The export is in it, as its last entry."""
    path = tmp_path / "out/log.jsonl"
    head = planning.export_audit(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with path.open("rb") as file:
        report = verify_file(file, source="log", head=str(head))
    assert report.is_intact
    assert report.head == head == planning.verify_audit(head).head
    assert planning.audit(limit=1)[0].action == "data.exported"
    assert [p.name for p in path.parent.iterdir()] == ["log.jsonl"]


def test_a_log_of_which_a_person_was_erased_is_intact_and_is_exported(planning: Planner, tmp_path: Path) -> None:
    head = planning.verify_audit().head
    assert planning._parts.audit is not None
    planning._parts.audit.erase(Person.of("Ines Okonjo"), tenant="default")
    assert planning.verify_audit(head).is_intact
    planning.export_audit(tmp_path / "log.jsonl")
    assert "Okonjo" not in (tmp_path / "log.jsonl").read_text(encoding="utf-8")


def test_a_log_that_cannot_be_written_is_a_storage_error(planning: Planner, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    with pytest.raises(StorageError, match="there cannot be written"):
        planning.export_audit(tmp_path / "there")
    assert list(tmp_path.glob(".*.part")) == []


def test_another_tenants_name_is_checked(planning: Planner) -> None:
    with pytest.raises(TenantError):
        planning.audit(tenant="../default")


def test_a_log_that_nobody_wrote_to_is_intact_and_makes_no_file(tmp_path: Path) -> None:
    fresh = planner(workspace=tmp_path)
    assert fresh.verify_audit().is_intact
    assert not (tmp_path / "nexusplanner.sqlite").exists()
    log = fresh._parts.audit
    assert log is not None
    assert _checked(log, "default", ()).head.seq == 0


@pytest.mark.slow
def test_decisions_and_the_log_are_kept_on_a_server(postgres_url: SecretStr) -> None:
    """Another planner on the same server goes on with them."""
    settings = Settings.load(storage={"url": postgres_url})
    with planner(settings=settings) as first:
        result = first.plan(to_approve())
        edit = Decision(approve=True, by=APPROVERS[0], edits="Move 2,000 from search to email.")
        assert first.resume(result.run_id, {result.pending[0].id: edit}).status == "complete"
        head = first.verify_audit().head
    with planner(settings=settings) as second:
        assert second.verify_audit(head).is_intact
        actions = ["decision.answered", "run.resumed", "plan.saved", "plan.refined", "run.finished"]
        assert [e.action for e in second.audit(limit=5)] == actions
        assert second._parts.approvals is not None
        (made,) = second._parts.approvals.list(tenant="default")
        assert (made.verdict, made.edits) == ("edited", edit.edits)
