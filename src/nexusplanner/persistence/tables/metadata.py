"""The schema that all tables belong to.

Every table has the tenant first in its keys. JSON is TEXT, times are whole microseconds since 1970 or ISO days, money
is whole micro-units: both databases keep and compare them alike.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import MetaData

SERVER = {"kept_on": "server"}
"""``Table(info=SERVER)``: a table of PostgreSQL alone; in a workspace its rows have a file of their own."""

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def is_kept(info: Mapping[str, str], dialect: str) -> bool:
    """Tell whether a table with this ``info`` is in a database of this dialect."""
    return dialect != "sqlite" or info.get("kept_on") != "server"
