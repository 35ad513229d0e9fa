"""From Pydantic's list of complaints to one clear line."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from nexusplanner.domain.plain_file import dotted
from nexusplanner.errors import InputError

_MAX_OTHERS = 4
_WORDS: dict[str, tuple[str, str]] = {
    "missing": ("is missing", "Add it."),
    "decimal_parsing": (
        "not a number",
        "Write digits only, such as 12000 or 49.90, with no thousands separators.",
    ),
    "decimal_type": ("not a number", "Write digits only, such as 12000 or 49.90."),
    "float_parsing": ("not a number", "Write digits only, such as 0.25."),
    "float_type": ("not a number", "Write digits only, such as 0.25."),
    "int_parsing": ("not a whole number", "Write digits only, such as 12."),
    "int_type": ("not a whole number", "Write digits only, such as 12."),
    "int_from_float": ("not a whole number", "Write digits only, such as 12."),
    "bool_parsing": ("neither true nor false", "Write true or false."),
    "bool_type": ("neither true nor false", "Write true or false."),
    "finite_number": ("not a finite number", "Write digits only."),
    "date_parsing": ("not a date", "Write it as 2026-03-31."),
    "date_type": ("not a date", "Write it as 2026-03-31."),
    "date_from_datetime_parsing": ("not a date", "Write it as 2026-03-31."),
    "date_from_datetime_inexact": ("not a date", "Write it as 2026-03-31."),
    "string_type": ("must be text", "Put it in quotes."),
    "string_too_short": ("must not be empty", "Write something, or leave the key out."),
    "path_type": ("not a path", "Put it in quotes."),
    "string_pattern_mismatch": ("not of the expected form", "Check its spelling."),
    "tuple_type": ("must be a list", "Write it as [first, second]."),
    "dict_type": ("must be a mapping", "Write it as key: value."),
    "model_type": ("must be a mapping", "Write it as key: value."),
    "model_attributes_type": ("must be a mapping", "Write it as key: value."),
}
_INPUT_SHOULD = re.compile("^(Decimal i|I)nput should")
_NO_VALUE = frozenset({"missing", "extra_forbidden"})


def from_validation(
    error: ValidationError,
    *,
    source: str,
    model: type[BaseModel],
    prefix: Sequence[str | int] = (),
) -> InputError:
    """Turn what Pydantic found into one ``InputError``: the gravest fault in words, the others by name.

    Validators may say more than Pydantic knows by a ``PydanticCustomError`` with a context: ``fix``
    is the next step, ``field`` the place within what was validated.

    Args:
        error: What Pydantic raised.
        source: The file's name.
        model: The model that was validated; the nearest known key comes from it.
        prefix: Where the validated data stands in the file.
    """
    details = sorted(error.errors(include_url=False), key=_gravity)
    first = details[0]
    problem, fix = _wording(first, model)
    others = dict.fromkeys(_field(d, prefix) for d in details[1:])
    field = _field(first, prefix)
    others.pop(field, None)
    return InputError(
        problem,
        source=source,
        field=field,
        value=_value(first),
        fix=" ".join(part for part in (_also(list(others)), fix) if part),
    )


def nearest(word: str, known: Collection[str]) -> str | None:
    """Return the known word that is most like this one, or None where none is alike."""
    from difflib import get_close_matches

    folded = {name.casefold(): name for name in known}
    found = get_close_matches(word[:64].casefold(), folded, n=1, cutoff=0.65)
    return folded[found[0]] if found else None


def suggestion(word: str, known: Collection[str]) -> str:
    """Say which known word was meant, or which there are."""
    best = nearest(word, known)
    return f"Did you mean {best!r}?" if best else f"Known: {', '.join(sorted(known))}."


def _gravity(detail: ErrorDetails) -> int:
    return {"extra_forbidden": 0, "missing": 2}.get(detail["type"], 1)


def _field(detail: ErrorDetails, prefix: Sequence[str | int]) -> str:
    within = str(detail.get("ctx", {}).get("field", ""))
    return dotted((*prefix, *detail["loc"], *within.split("."))) if within else dotted((*prefix, *detail["loc"]))


def _wording(detail: ErrorDetails, model: type[BaseModel]) -> tuple[str, str]:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        *parents, key = detail["loc"]
        return "unknown key", suggestion(str(key), known_keys(model, parents))
    if kind == "literal_error":
        choices = [part.strip(" '") for part in context["expected"].replace(" or ", ", ").split(",")]
        return f"must be one of {', '.join(choices)}", suggestion(str(detail["input"]), choices)
    if kind == "decimal_parsing" and str(detail["input"]).rstrip().endswith("%"):
        return "not a share", "Write it between 0 and 1, such as 0.25."
    if kind in _WORDS:
        return _WORDS[kind]
    message = _INPUT_SHOULD.sub("must", detail["msg"].removeprefix("Value error, "))
    return message.rstrip("."), str(context.get("fix", "Correct it."))


def _value(detail: ErrorDetails) -> object:
    value = detail["input"]
    if detail["type"] in _NO_VALUE:
        return ...
    if isinstance(value, Mapping | list | tuple | BaseModel):
        kind = "a list" if isinstance(value, list | tuple) else "a mapping"
        return _Kind(kind) if detail["type"] in _WORDS else ...
    return value


class _Kind:
    """What was found, where the thing itself is too long to show."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


def _also(fields: list[str]) -> str:
    if not fields:
        return ""
    more = f" and {len(fields) - _MAX_OTHERS} more" if len(fields) > _MAX_OTHERS else ""
    return f"Also wrong: {', '.join(fields[:_MAX_OTHERS])}{more}."


def known_keys(model: type[BaseModel], path: Sequence[str | int]) -> tuple[str, ...]:
    """Name the keys a model takes at a path into it."""
    here: type[BaseModel] | None = model
    for step in path:
        found = here.model_fields.get(step) if here is not None and isinstance(step, str) else None
        if found is not None:
            here = next(_models(found.annotation), None)
    return tuple(here.model_fields) if here is not None else ()


def _models(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)
