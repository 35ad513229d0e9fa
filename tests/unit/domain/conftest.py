"""A brief as plain data, free to be broken."""

from __future__ import annotations

import pytest

Raw = dict[str, object]


@pytest.fixture
def raw() -> Raw:
    """Return a brief that is right."""
    return {
        "name": "Spring",
        "offering": {"name": "Vinyl Club", "price": "20", "margin": "0.4", "value_props": ["Fresh"]},
        "objective": {"metric": "conversions", "target": "1200"},
        "budget": {"amount": "40000", "currency": "USD"},
        "period": {"start": "2026-03-01", "end": "2026-05-31"},
        "audience": {"regions": ["NO", "SE"]},
        "channels": {"allowed": ["Paid Search", "e-mail"], "minimum": {"paid_search": "1000"}},
    }
