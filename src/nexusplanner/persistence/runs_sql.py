"""Runs in the database: a claim is one transaction, so of many processes that try at once one gets the run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from nexusplanner.persistence.database import Database
from nexusplanner.persistence.ledger_owner import is_gone
from nexusplanner.persistence.runs_memory import same_id
from nexusplanner.persistence.runs_rules import cancelled, claimed, ended
from nexusplanner.persistence.tables.runs import runs
from nexusplanner.ports.runs import Ending, Lease, RunRow, RunStatus

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MAYBE = ("owner", "plan_id", "more", "result", "error", "name", "kind")
"""Texts that are NULL where there is none."""


class SqlRuns:
    """Knows all runs of a database.

    Args:
        database: The database.
        is_gone: Tells whether a process has ended.
    """

    waits = True

    def __init__(self, database: Database, *, is_gone: Callable[[str], bool] = is_gone) -> None:
        self._database, self._is_gone = database, is_gone

    def add(self, row: RunRow) -> None:
        """Keep a new run."""
        with self._database.begin() as connection:
            try:
                connection.execute(insert(runs), _columns(row))
            except IntegrityError as error:
                raise same_id(row.run_id) from error

    def get(self, run_id: str, *, tenant: str) -> RunRow | None:
        """Return a run, or None."""
        if not self._database.is_there:
            return None
        with self._database.read() as connection:
            return _found(connection, run_id, tenant)

    def list(self, *, tenant: str, statuses: Sequence[RunStatus] = (), limit: int = 50) -> tuple[RunRow, ...]:
        """Return runs, the newest first."""
        if not self._database.is_there:
            return ()
        asked = select(runs).where(runs.c.tenant == tenant)
        if statuses:
            asked = asked.where(runs.c.status.in_(list(statuses)))
        asked = asked.order_by(runs.c.created_at.desc(), runs.c.run_id.desc()).limit(limit)
        with self._database.read() as connection:
            return tuple(_row(found) for found in connection.execute(asked))

    def claim(self, run_id: str, *, tenant: str, lease: Lease) -> RunRow | None:
        """Take a run that nobody walks."""
        return self._changed(run_id, tenant, lambda row: claimed(row, lease, is_gone=self._is_gone))

    def renew(self, *, tenant: str, lease: Lease) -> None:
        """Go on holding all runs of an owner."""
        mine = update(runs).where(runs.c.tenant == tenant, runs.c.owner == lease.owner)
        with self._database.begin() as connection:
            connection.execute(mine.values(lease_until=_micros(lease.until)))

    def held(self, *, tenant: str, owner: str) -> tuple[RunRow, ...]:
        """Return the runs that an owner walks."""
        asked = select(runs).where(runs.c.tenant == tenant, runs.c.owner == owner)
        with self._database.read() as connection:
            return tuple(_row(found) for found in connection.execute(asked))

    def end(self, run_id: str, *, tenant: str, lease: Lease, ending: Ending) -> bool:
        """Say how a walk ended."""
        with self._database.begin() as connection:
            row = _found(connection, run_id, tenant, is_to_change=True)
            if row is None or row.owner != lease.owner:
                return False
            _write(connection, ended(row, ending, at=lease.now))
            return True

    def cancel(self, run_id: str, *, tenant: str, now: datetime) -> RunRow | None:
        """Cancel a run."""
        return self._changed(run_id, tenant, lambda row: cancelled(row, now=now, is_gone=self._is_gone))

    def _changed(self, run_id: str, tenant: str, change: Callable[[RunRow], RunRow]) -> RunRow | None:
        if not self._database.is_there:
            return None
        with self._database.begin() as connection:
            row = _found(connection, run_id, tenant, is_to_change=True)
            if row is None:
                return None
            changed = change(row)
            if changed != row:
                _write(connection, changed)
            return changed


def _found(connection: Connection, run_id: str, tenant: str, *, is_to_change: bool = False) -> RunRow | None:
    asked = select(runs).where(runs.c.tenant == tenant, runs.c.run_id == run_id)
    found = connection.execute(asked.with_for_update() if is_to_change else asked).one_or_none()
    return None if found is None else _row(found)


def _write(connection: Connection, row: RunRow) -> None:
    values = _columns(row)
    mine = update(runs).where(runs.c.tenant == values.pop("tenant"), runs.c.run_id == values.pop("run_id"))
    connection.execute(mine.values(**values))


def _columns(row: RunRow) -> dict[str, object]:
    values = asdict(row)
    values["created_at"], values["updated_at"] = _micros(row.created_at), _micros(row.updated_at)
    values["lease_until"] = _micros(row.lease_until) if row.lease_until else None
    values["done_at"] = _micros(row.updated_at) if row.status == "done" else None
    values |= {name: values[name] or None for name in _MAYBE}
    values["settings_sha"] = values.pop("setup")
    values["is_cancel_asked"] = int(row.is_cancel_asked)
    return values


def _row(found: Row[Any]) -> RunRow:
    values = dict(found._mapping)
    values.pop("done_at")
    values["setup"] = values.pop("settings_sha")
    values["created_at"], values["updated_at"] = _moment(values["created_at"]), _moment(values["updated_at"])
    values["lease_until"] = None if values["lease_until"] is None else _moment(values["lease_until"])
    values |= {name: values[name] or "" for name in _MAYBE}
    values["is_cancel_asked"] = bool(values["is_cancel_asked"])
    return RunRow(**values)


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def _moment(micros: int) -> datetime:
    return _EPOCH + micros * _MICROSECOND
