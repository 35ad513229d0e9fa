"""Sections of a schema: which fields are asked for in one reply, and how the replies are joined."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, RootModel, create_model

S = TypeVar("S", bound=BaseModel)
MOST_ITEMS = 8
"""Items asked for at first, where a list alone is too long for one reply."""
_SCHEMAS = 256


@dataclass(frozen=True)
class Section:
    """What one reply is asked to hold: some fields, or the next items of one list."""

    fields: tuple[str, ...]
    most_items: int = 0
    """The most items of the one list in ``fields``; 0 asks for fields as a whole."""


class Page(BaseModel):
    """Items of a list, and whether it is complete with them."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    items: tuple[Any, ...]
    is_last: bool


def smaller(section: Section, schema: type[BaseModel]) -> tuple[Section, ...]:
    """Cut a section that was too long for one reply; empty where it cannot be cut.

    Fields are parted in halves, a list alone is asked for in pages, a page in shorter ones.
    """
    if issubclass(schema, RootModel):
        return ()
    if (count := len(section.fields)) > 1:
        middle = (count + 1) // 2
        return Section(section.fields[:middle]), Section(section.fields[middle:])
    if section.most_items > 1:
        return (Section(section.fields, section.most_items // 2),)
    if not section.most_items and section.fields and _item_of(schema, section.fields[0]) is not None:
        return (Section(section.fields, MOST_ITEMS),)
    return ()


def schema_of(section: Section, schema: type[BaseModel]) -> type[BaseModel]:
    """Build the schema of a section's reply, from the same definitions of fields: their bounds hold."""
    if section.most_items:
        return _page_schema(schema, section.fields[0], section.most_items)
    return _part_schema(schema, section.fields)


def values_of(part: BaseModel) -> dict[str, object]:
    """Return what a part's reply holds, by field; what was left out stays left out."""
    return {name: getattr(part, name) for name in type(part).model_fields if name in part.model_fields_set}


def joined(written: Mapping[str, object], schema: type[S]) -> S:
    """Join what was written into the whole.

    Raises:
        ValidationError: The parts do not make a whole.
    """
    return schema.model_validate(dict(written), strict=False, by_alias=True, by_name=True)


@lru_cache(maxsize=_SCHEMAS)
def _part_schema(schema: type[BaseModel], fields: tuple[str, ...]) -> type[BaseModel]:
    known = schema.model_fields
    kept: dict[str, Any] = {name: (known[name].annotation, copy(known[name])) for name in fields}
    part: type[BaseModel] = create_model(f"{schema.__name__}Part", __config__=schema.model_config, **kept)
    return part


@lru_cache(maxsize=_SCHEMAS)
def _page_schema(schema: type[BaseModel], field: str, most_items: int) -> type[BaseModel]:
    item: Any = _item_of(schema, field)
    kept: dict[str, Any] = {"items": (tuple[item, ...], Field(json_schema_extra={"maxItems": most_items}))}
    page: type[BaseModel] = create_model(f"{schema.__name__}Page", __base__=Page, **kept)
    return page


def _item_of(schema: type[BaseModel], field: str) -> object | None:
    """Return the type of a list's items; None where the field is no list."""
    annotation: object = schema.model_fields[field].annotation
    origin, arguments = get_origin(annotation), get_args(annotation)
    is_list = origin is list and len(arguments) == 1
    is_open_tuple = origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis
    item: object = arguments[0] if is_list or is_open_tuple else None
    return item
