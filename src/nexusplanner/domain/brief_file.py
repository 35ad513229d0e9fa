"""Reading a brief: from a file or plain data to a ``CampaignBrief``, or one clear line on what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.domain.brief_money import in_budget_currency
from nexusplanner.domain.plain_file import check_plain, parse_json, parse_toml, read_text
from nexusplanner.domain.validation import from_validation
from nexusplanner.errors import BriefIncomplete, InputError

MAX_BYTES = 1_000_000
MAX_DEPTH = 32
MAX_VALUES = 20_000

_QUESTIONS: dict[str, str] = {
    "name": "What is the campaign called (name)?",
    "offering": "What is offered (offering: a name, and what you can say of price, margin and value)?",
    "offering.name": "What is the offering called (offering.name)?",
    "objective": "What should the campaign bring (objective: a metric and a target)?",
    "objective.metric": "Which metric should move: conversions, revenue, leads, signups or visits (objective.metric)?",
    "objective.target": "How much more of that metric should it bring (objective.target)?",
    "budget": "How much money is there, in which currency (budget: amount and currency)?",
    "budget.amount": "How much money is there (budget.amount)?",
    "budget.currency": "Which currency is the budget in (budget.currency, such as USD)?",
    "period": "From which day to which day does it run (period: start and end)?",
    "period.start": "On which day does it start (period.start, such as 2026-03-01)?",
    "period.end": "On which day does it end (period.end, such as 2026-05-31)?",
}
_WHOLE = {
    "offering": "Write a mapping such as offering: {name: Vinyl Club, price: 29.90}.",
    "objective": "Write a mapping such as objective: {metric: conversions, target: 1200}.",
    "budget": "Write a mapping such as budget: {amount: 40000, currency: USD}.",
    "period": "Write a mapping such as period: {start: 2026-03-01, end: 2026-05-31}.",
}


def load_brief(path: Path) -> CampaignBrief:
    """Read a brief from a ``.yaml``, ``.yml``, ``.json`` or ``.toml`` file.

    Raises:
        InputError: The file cannot be read or parsed, or a field is wrong; names file, field and value.
        BriefIncomplete: Essentials are missing; carries one question for each.
    """
    parse = _PARSERS.get(path.suffix.lower())
    if parse is None:
        raise InputError(
            f"a brief cannot be read from {path.suffix or 'a file without a suffix'}",
            source=path.name,
            fix=f"Use one of {', '.join(_PARSERS)}.",
        )
    text = read_text(path, max_bytes=MAX_BYTES)
    raw = parse(text, path.name) if text.strip() else None
    if raw is None:
        raise InputError("the file is empty", source=path.name, fix="Write a brief into it.")
    return parse_brief(raw, source=path.name)


def parse_brief(raw: object, *, source: str = "brief") -> CampaignBrief:
    """Build a brief from plain data. Entries that are None count as absent.

    Raises:
        InputError: A field is wrong or unknown; names it.
        BriefIncomplete: Essentials are missing; carries one question for each.
    """
    if isinstance(raw, CampaignBrief):
        return raw
    if not isinstance(raw, Mapping):
        raise InputError(
            "a brief is a mapping of keys", source=source, value=raw, fix="Start with 'name:' and 'offering:'."
        )
    check_plain(raw, source=source, max_depth=MAX_DEPTH, max_values=MAX_VALUES)
    present = _present(raw)
    assert isinstance(present, dict)
    try:
        return CampaignBrief.model_validate(in_budget_currency(present, source=source))
    except ValidationError as error:
        raise _worded(error, source=source) from None


def _present(value: object) -> object:
    """Leave out what is None, at any depth."""
    if isinstance(value, Mapping):
        return {key: _present(child) for key, child in value.items() if child is not None}
    if isinstance(value, list | tuple):
        return [_present(child) for child in value if child is not None]
    return value


def _worded(error: ValidationError, *, source: str) -> InputError:
    details = error.errors(include_url=False)
    missing = [field for d in details if (field := _missing(d))]
    if len(missing) == len(details):
        return BriefIncomplete([_QUESTIONS[field] for field in missing], missing=missing, source=source)
    found = from_validation(error, source=source, model=CampaignBrief)
    if found.field in _WHOLE and found.problem == "must be a mapping":
        return InputError(found.problem, source=source, field=found.field, value=found.value, fix=_WHOLE[found.field])
    return found


def _missing(detail: ErrorDetails) -> str:
    field = ".".join(str(part) for part in detail["loc"])
    return field if detail["type"] == "missing" and field in _QUESTIONS else ""


def _yaml(text: str, source: str) -> object:
    from nexusplanner.domain.strict_yaml import parse_yaml

    return parse_yaml(text, source=source, max_depth=MAX_DEPTH, max_values=MAX_VALUES)


def _json(text: str, source: str) -> object:
    return parse_json(text, source=source)


def _toml(text: str, source: str) -> object:
    return parse_toml(text, source=source)


_PARSERS: dict[str, Callable[[str, str], object]] = {".yaml": _yaml, ".yml": _yaml, ".json": _json, ".toml": _toml}
