"""All tables, one file a noun; who imports this room knows the whole schema."""

from nexusplanner.persistence.tables import access, books, evidence, plans, runs, tenants
from nexusplanner.persistence.tables.metadata import SERVER, is_kept, metadata

__all__ = ["SERVER", "access", "books", "evidence", "is_kept", "metadata", "plans", "runs", "tenants"]
