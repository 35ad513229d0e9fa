"""Purchases, summarised: how often customers bought again, for how long they were seen, what they spent.

A purchase is a day with an order. Single customers never stand here, only sums over many alike.
"""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from nexusplanner.domain.model import DomainModel

Whole = Annotated[int, Field(ge=0)]
Money = Annotated[float, Field(ge=0)]


class _Columns(DomainModel):
    @model_validator(mode="after")
    def _level(self) -> Self:
        if len({len(column) for _, column in self if isinstance(column, tuple)}) > 1:
            raise ValueError("the columns differ in length")
        return self


class PurchaseCells(_Columns):
    """Customers who bought, or a sample of them, in groups of like history: each column holds one number a group.

    The mean of a group is its sum over ``size``. Groups are few however many customers there are,
    so that they travel in a plan.
    """

    r: tuple[Whole, ...] = ()
    """Recency quintile, 1-5."""
    f: tuple[Whole, ...] = ()
    """Frequency quintile, 1-5."""
    size: tuple[Annotated[int, Field(gt=0)], ...] = ()
    """Customers in the group."""
    repeats: tuple[Whole, ...] = ()
    """Purchases after each one's first, summed."""
    active_days: tuple[Whole, ...] = ()
    """Days from each one's first purchase to the last, summed."""
    watched_days: tuple[Whole, ...] = ()
    """Days from each one's first purchase to ``as_of``, summed."""
    spent: tuple[Money, ...] = ()
    """Money of the repeat purchases, summed."""
    share: Annotated[float, Field(ge=0, le=1)] = 1.0
    """Share of the customers who bought that the groups hold; less than 1 where they are a sample."""


class SpendCells(_Columns):
    """Customers who bought again, in groups of like mean spend: each column holds one number a group."""

    size: tuple[Annotated[int, Field(gt=0)], ...] = ()
    """Customers in the group."""
    repeats: tuple[Whole, ...] = ()
    """Purchases after each one's first, summed."""
    spent: tuple[Money, ...] = ()
    """Money of the repeat purchases, summed."""
