"""The page of the Python surface, from signatures and docstrings as they stand in the source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import griffe

_ROOMS = {
    "nexusplanner": "What most programs need.",
    "nexusplanner.ports": "What can be brought: an object with these methods is enough, no base class is needed.",
    "nexusplanner.observability": "Who looks on: hand it to `Planner(observers=[...])`.",
    "nexusplanner.agents.protocols": "How drafts and critics lead to a choice; derive yours from `DecisionProtocol`.",
    "nexusplanner.calculators": "Where the numbers come from; each returns a `Calculation` that can be run again.",
    "nexusplanner.testing": "Doubles and contract suites for your own adapters.",
}
_ROLE = re.compile(r":(?:py:)?(?:class|meth|func|attr|mod):`~?(?:[\w.]*\.)?(\w+)`")

_PART = re.compile(r"^(Args|Returns|Yields|Raises):$", re.MULTILINE)
_NAMED = re.compile(r"^ {4}(\*{0,2}\w+): ", re.MULTILINE)


def api_page(root: Path) -> str:
    """Write a section a room, and in it every name of its ``__all__``."""
    package = griffe.load("nexusplanner", search_paths=[str(root / "src")], resolve_aliases=True)
    assert isinstance(package, griffe.Module)
    return "# Python\n" + "".join(part for room, told in _ROOMS.items() for part in _room(package, room, told))


def _room(package: griffe.Module, name: str, told: str) -> Iterator[str]:
    yield f"\n## `{name}`\n\n{told}\n"
    for member in sorted(getattr(import_module(name), "__all__", ())):
        inside = f"{name}.{member}".removeprefix(f"{package.name}.")
        yield from _thing(member, _found(package[inside]))


def _found(member: griffe.Object | griffe.Alias) -> griffe.Object:
    return member.final_target if isinstance(member, griffe.Alias) else member


def _thing(name: str, thing: griffe.Object) -> Iterator[str]:
    yield f"\n### {name}\n"
    if isinstance(thing, griffe.Function):
        yield f"\n```python\n{'async ' if 'async' in thing.labels else ''}def {name}{_call(thing)}\n```\n"
    yield f"\n{_doc(thing)}\n"
    if isinstance(thing, griffe.Class):
        yield from _members(thing)


def _members(thing: griffe.Class) -> Iterator[str]:
    fields, methods = [], []
    for name, member in thing.all_members.items():
        target = _found(member) if member.canonical_path.startswith("nexusplanner.") else None
        if name.startswith("_") or target is None:
            continue
        if isinstance(target, griffe.Attribute) and target.annotation is not None and name != "code":
            fields.append(f"| `{name}` | `{_cell(str(target.annotation))}` | {_cell(_first(target))} |\n")
        elif isinstance(target, griffe.Function) and target.docstring is not None:
            methods.append(f"- `{name}{_call(target)}`: {_first(target)}\n")
    if fields:
        yield "\n| field | type | |\n|---|---|---|\n" + "".join(fields)
    if methods:
        yield "\n" + "".join(sorted(methods))


def _call(function: griffe.Function) -> str:
    """Write a function's parameters and what it returns, as in the source, without ``self``."""
    parts, is_keyword_only = [], False
    for parameter in function.parameters:
        if parameter.name in {"self", "cls"}:
            continue
        star = {griffe.ParameterKind.var_positional: "*", griffe.ParameterKind.var_keyword: "**"}.get(
            parameter.kind or griffe.ParameterKind.positional_or_keyword, ""
        )
        if parameter.kind is griffe.ParameterKind.keyword_only and not is_keyword_only:
            parts.append("*")
        is_keyword_only = is_keyword_only or parameter.kind is griffe.ParameterKind.keyword_only or star == "*"
        kind = f": {parameter.annotation}" if parameter.annotation is not None else ""
        default = f" = {parameter.default}" if parameter.default is not None and not star else ""
        parts.append(f"{star}{parameter.name}{kind}{default}")
    return f"({', '.join(parts)}) -> {function.returns}" if function.returns is not None else f"({', '.join(parts)})"


def _doc(thing: griffe.Object) -> str:
    text = thing.docstring.value if thing.docstring else ""
    text = _ROLE.sub(r"`\1`", text).replace("``", "`")
    return _NAMED.sub(r"- `\1`: ", _PART.sub(r"\1:\n", text))


def _first(thing: griffe.Object) -> str:
    return (_doc(thing).splitlines() or [""])[0]


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
