"""The tables: each is its tenants', and says on which database it is kept."""

from __future__ import annotations

from nexusplanner.persistence.tables import SERVER, is_kept, metadata

_OF_ALL_TENANTS = {"scopes", "holds", "calls", "alerts"}
"""The books: their ceilings may be those of all tenants together."""


def test_the_tenant_is_first_in_the_key_of_every_table() -> None:
    asked = [table for name, table in metadata.tables.items() if name not in _OF_ALL_TENANTS]
    assert len(asked) > 5
    assert [t.name for t in asked if next(iter(t.primary_key.columns)).name != "tenant"] == []


def test_a_table_of_a_server_is_in_no_file() -> None:
    assert is_kept(SERVER, "postgresql")
    assert not is_kept(SERVER, "sqlite")
    assert is_kept({}, "sqlite")
