"""A page of something long: items, and where the next page begins."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self, TypeVar

T = TypeVar("T", covariant=True)


class Page(tuple[T, ...]):  # noqa: SLOT001 - a tuple has no slots beside its items
    """Some items, in order.

    Attributes:
        after: Where the next page begins: hand it back as ``after``; None where this is the last one.
    """

    after: str | None

    def __new__(cls, items: Iterable[T] = (), *, after: str | None = None) -> Self:
        """Hold the items."""
        page = super().__new__(cls, items)
        page.after = after
        return page
