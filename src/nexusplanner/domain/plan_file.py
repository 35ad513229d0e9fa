"""Reading a plan.json: strictly, so that nothing that was changed by hand slips through as something else."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from pydantic import ValidationError

from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.plain_file import check_plain, parse_json, read_text
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.domain.validation import from_validation
from nexusplanner.errors import InputError

MAX_BYTES = 64_000_000


def read_plan(path: Path) -> JsonObject:
    """Read a plan.json as plain data, as it stands in the file: what ``verify`` checks.

    Raises:
        InputError: The file cannot be read, is not strict JSON, or not an object.
    """
    tree = parse_json(read_text(path, max_bytes=MAX_BYTES), source=path.name, exact=False)
    check_plain(tree, source=path.name)
    if not isinstance(tree, dict):
        raise InputError("not a plan: a JSON object is expected", source=path.name, fix="Hand in a plan.json.")
    return cast(JsonObject, tree)


def parse_plan(tree: JsonObject, *, source: str = "plan") -> CampaignPlan:
    """Build a plan from plain data.

    Raises:
        InputError: Not a plan; names the field.
    """
    try:
        return CampaignPlan.model_validate(tree)
    except ValidationError as error:
        raise from_validation(error, source=source, model=CampaignPlan) from None


def load_plan(path: Path) -> CampaignPlan:
    """Read a plan.json.

    Raises:
        InputError: Not a plan; names the file and the field.
    """
    return parse_plan(read_plan(path), source=path.name)
