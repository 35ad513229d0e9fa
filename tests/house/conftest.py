"""The house's rules read the whole source, and let go of it: trees of a thousand files slow whatever comes after."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from tests.house import source_tree


@pytest.fixture(scope="package", autouse=True)
def _source_is_let_go() -> Iterator[None]:
    """Keep the collector from walking the trees while they are there, and forget them."""
    source_tree.modules(source_tree.PACKAGE, "tests")
    gc.freeze()
    yield
    source_tree.forget()
    gc.unfreeze()
