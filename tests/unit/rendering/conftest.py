"""Plans with strange text in every field that holds words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.testing.plans import sample_plan

Words = Callable[[], str]
Fill = Callable[[Words], CampaignPlan]
_NAUGHTY = Path(__file__).resolve().parents[4] / "shared" / "data" / "bad-input" / "blns.json"
_NOT_WORDS = {"currency", "sha256", "prompt_sha256", "figures", "seal", "inputs", "outputs", "initial_votes"}


def _filled(value: object, words: Words) -> object:
    """Rebuild a value with other words in every plain text; enums, ids of code and numbers stay."""
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        texts = {name: words() for name, info in fields.items() if _is_text(name, info.annotation, value)}
        deeper = {
            name: _filled(getattr(value, name), words)
            for name in fields
            if name not in texts and name not in _NOT_WORDS
        }
        return value.model_copy(update={**deeper, **texts})
    if isinstance(value, tuple):
        return tuple(words() if isinstance(item, str) else _filled(item, words) for item in value)
    if isinstance(value, dict):
        return {key: words() if isinstance(item, str) else _filled(item, words) for key, item in value.items()}
    return value


def _is_text(name: str, annotation: object, model: BaseModel) -> bool:
    told = getattr(model, name)
    return name not in _NOT_WORDS and isinstance(told, str) and "Literal" not in str(annotation)


@pytest.fixture(scope="session")
def filled() -> Fill:
    """Give a function that puts words, one after the other, into every text field of the sample plan."""

    def fill(words: Words) -> CampaignPlan:
        plan = sample_plan()
        compliance = tuple(check.model_copy(update={"detail": words()}) for check in plan.compliance)
        kept = {"brief": plan.brief.model_copy(update={"compliance": ()}), "compliance": ()}
        made = _filled(plan.model_copy(update=kept), words)
        assert isinstance(made, CampaignPlan)
        calculations = tuple(
            c.model_copy(
                update={"inputs": {words(): words(), "list": [words()]}, "outputs": plan.calculations[i].outputs}
            )
            for i, c in enumerate(made.calculations)
        )
        return made.model_copy(update={"compliance": compliance, "calculations": calculations})

    return fill


@pytest.fixture(scope="session")
def naughty() -> tuple[str, ...]:
    """Give the strings that often break text handling."""
    if not _NAUGHTY.exists():
        pytest.skip(f"the naughty strings are not at hand: {_NAUGHTY}")
    found: list[str] = json.loads(_NAUGHTY.read_text(encoding="utf-8"))
    return tuple(text for text in found if text)


@pytest.fixture(scope="session")
def naughty_plans(naughty: tuple[str, ...], filled: Fill) -> tuple[CampaignPlan, ...]:
    """Give plans that between them hold every naughty string, each in several kinds of field."""
    plans: list[CampaignPlan] = []
    for start in range(0, len(naughty), 41):
        words = _around(naughty, start)
        plans.append(filled(lambda source=words: next(source)))  # type: ignore[misc]
    return tuple(plans)


def _around(texts: tuple[str, ...], start: int) -> Iterator[str]:
    place = start
    while True:
        yield texts[place % len(texts)]
        place += 1
