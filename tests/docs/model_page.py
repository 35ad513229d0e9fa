"""Pages of files and settings: their keys, from the models that read and write them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import UnionType
from typing import Literal, Union, get_args, get_origin

import griffe
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from nexusplanner import CampaignBrief, CampaignPlan, Settings

_PLAN = """\
# plan.json

A plan as a file: written by `--out`, by `CampaignPlan.save` and by `CampaignPlan.to_json`, read by `verify`, `show`,
`explain` and `CampaignPlan.load`. Money is a text of the decimal amount, so that no cent is lost; dates are ISO 8601;
shares sum to 1; the lines of the budget and the contingency sum to the total, to the cent. Keys may be added, but none
changes its meaning.
"""
_BRIEF = """\
# The brief

A `.yaml`, `.json` or `.toml` file, or the same as keyword arguments of `CampaignBrief`. `offering`, `objective`,
`budget` and `period` are essential: what is missing of them comes back as a question. An unknown key is an error that
names the nearest known one. All amounts are in the currency of the budget.
"""
_SETTINGS = """\
# Settings

`nexusplanner.toml` beside the brief, else in the working folder. The environment wins over the file
(`NEXUSPLANNER_SEED`, `NEXUSPLANNER_LIMITS__USD`, `NEXUSPLANNER_PLAN__CRM`), arguments and options win over both. Paths
in the file start at the file. Keys of providers are read from `OPENAI_API_KEY` and the AWS variables; the file may name
one (`openai_api_key = "secret:file:openai"`, see [secrets](../how-to/secrets.md)), never hold it.
"""
_OF_THE_ENVIRONMENT = ("openai_api_key", "openai_base_url")
_ROLE = re.compile(r":(?:class|meth|func|attr|data):`~?(?:[\w.]*\.)?(\w+)`")
_PLAIN = {"str": "text", "int": "whole number", "float": "number", "bool": "true or false", "Decimal": "amount"}


def plan_json_page(root: Path) -> str:
    """Write the keys of plan.json."""
    return _PLAN + _page(root, CampaignPlan)


def brief_page(root: Path) -> str:
    """Write the keys of a brief."""
    return _BRIEF + _page(root, CampaignBrief)


def settings_page(root: Path) -> str:
    """Write the keys of nexusplanner.toml."""
    return _SETTINGS + _page(root, Settings, left_out=_OF_THE_ENVIRONMENT)


def _page(root: Path, top: type[BaseModel], *, left_out: Sequence[str] = ()) -> str:
    package = griffe.load("nexusplanner", search_paths=[str(root / "src")])
    assert isinstance(package, griffe.Module)
    known = [model for model in _reached(top, []) if model.__module__.startswith("nexusplanner.")]
    return "".join(_section(package, model, known, left_out if model is top else ()) for model in known)


def _reached(model: type[BaseModel], seen: list[type[BaseModel]]) -> list[type[BaseModel]]:
    if model not in seen:
        seen.append(model)
        for field in model.model_fields.values():
            for inner in _models(field.annotation):
                _reached(inner, seen)
    return seen


def _models(kind: object) -> Iterator[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for inner in get_args(kind):
        yield from _models(inner)


def _section(
    package: griffe.Module, model: type[BaseModel], known: Sequence[type[BaseModel]], left_out: Sequence[str]
) -> str:
    place = f"{model.__module__}.{model.__name__}".removeprefix("nexusplanner.")
    source = package[place]
    told = _ROLE.sub(r"`\1`", source.docstring.value.split("\n\n")[0]).replace("``", "`").replace("\n", " ")
    rows = [
        f"| `{name}` | {_kind(field.annotation, known)} | {_default(field)} | {_told(source, name)} |\n"
        for name, field in model.model_fields.items()
        if name not in left_out
    ]
    return f"\n## {model.__name__}\n\n{told}\n\n| key | is | default | |\n|---|---|---|---|\n{''.join(rows)}"


def _told(source: griffe.Object | griffe.Alias, name: str) -> str:
    member = source.all_members.get(name)
    text = member.docstring.value if member is not None and member.docstring else ""
    return " ".join(_ROLE.sub(r"`\1`", text).replace("``", "`").replace("|", "\\|").split())


def _kind(kind: object, known: Sequence[type[BaseModel]]) -> str:
    origin, inner = get_origin(kind), get_args(kind)
    if isinstance(kind, type) and kind in known:
        return f"[{kind.__name__}](#{kind.__name__.lower()})"
    if origin is Literal:
        return " or ".join(f"`{choice}`" for choice in inner)
    if origin in (Union, UnionType):
        kinds = dict.fromkeys(_kind(part, known) for part in inner)
        return " or ".join("nothing" if part == "NoneType" else part for part in kinds)
    if origin is tuple:
        return f"list of {_kind(inner[0], known)}"
    if origin is dict:
        return f"{_kind(inner[0], known)} → {_kind(inner[1], known)}"
    if inner:  # Annotated
        return _kind(inner[0], known)
    name = getattr(kind, "__name__", str(kind))
    return _PLAIN.get(name, name)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**needed**"
    value = field.get_default()
    if (not value and value != 0) or field.default_factory or isinstance(value, BaseModel):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"
