"""A tenant's handle has every verb of the planner, and none of its methods takes a tenant."""

from __future__ import annotations

import inspect
from collections.abc import Callable

import pytest
from tests.flow.campaigns import brief, planner

from nexusplanner import Planner, TenantError
from nexusplanner.planner import TenantPlanner
from nexusplanner.settings import Settings

NOT_OF_A_TENANT = {"tenant", "server_graph", "close"}
"""Methods that are about the planner itself."""


def verbs(kind: type) -> dict[str, Callable[..., object]]:
    """Return the public methods of a class."""
    return {name: thing for name, thing in inspect.getmembers(kind, inspect.isfunction) if not name.startswith("_")}


def parameters(verb: Callable[..., object]) -> dict[str, tuple[object, object, object]]:
    """Return name, kind, default and annotation of what a verb takes, but for the tenant."""
    found = inspect.signature(verb).parameters.values()
    return {p.name: (p.kind, p.default, p.annotation) for p in found if p.name != "tenant"}


@pytest.mark.parametrize("name", sorted(set(verbs(Planner)) - NOT_OF_A_TENANT))
def test_every_verb_of_the_planner_is_one_of_the_handle_without_the_tenant(name: str) -> None:
    assert name in verbs(TenantPlanner), f"TenantPlanner needs {name}, bound to its tenant"
    assert parameters(verbs(TenantPlanner)[name]) == parameters(verbs(Planner)[name])
    assert "tenant" in inspect.signature(verbs(Planner)[name]).parameters


def test_no_method_of_the_handle_takes_a_tenant() -> None:
    assert not [name for name, verb in verbs(TenantPlanner).items() if "tenant" in inspect.signature(verb).parameters]


@pytest.mark.parametrize("name", sorted(n for n in verbs(TenantPlanner) if f"a{n}" in verbs(TenantPlanner)))
def test_sync_twins_take_what_the_async_verbs_take(name: str) -> None:
    assert parameters(verbs(TenantPlanner)[name]) == parameters(verbs(TenantPlanner)[f"a{name}"])


@pytest.mark.parametrize("name", ["", " ", "../acme", "Ａ", "a" * 64])
def test_what_is_no_name_of_a_tenant_gets_no_handle_and_no_plan(name: str) -> None:
    with planner() as asking:
        with pytest.raises(TenantError):
            asking.tenant(name)
        for call in (asking.plan, asking.estimate):
            with pytest.raises(TenantError):
                call(brief(), tenant=name)


ARGUMENTS: dict[str, tuple[object, ...]] = {
    "result": ("run-1",),
    "resume": ("run-1", {}),
    "batch": ([],),
    "refine": ("plan-0123456789abcdef", "less"),
    "record_outcome": ("plan-0123456789abcdef", "outcome.csv"),
    "withdraw_lesson": ("les-0123456789ab",),
    "restore": ("plan-0123456789abcdef", 1),
    **dict.fromkeys(("show", "versions", "compare"), ("plan-0123456789abcdef",)),
    "export_audit": ("audit.jsonl",),
    "export_decisions": ("decisions.jsonl",),
    **dict.fromkeys(("list", "costs", "audit", "verify_audit", "decisions", "outcomes", "lessons", "runs"), ()),
}
"""What a verb takes first; a brief, where it is not named here."""


@pytest.mark.parametrize("name", sorted(set(verbs(Planner)) - NOT_OF_A_TENANT))
async def test_where_a_tenant_is_required_every_verb_without_one_is_refused(name: str) -> None:
    asking = planner(settings=Settings(require_tenant=True))
    verb: Callable[..., object] = getattr(asking, name)
    with pytest.raises(TenantError, match="No tenant was named"):
        await _used_up(verb(*ARGUMENTS.get(name[1:] if name[1:] in verbs(Planner) else name, (brief(),))))


async def _used_up(given: object) -> None:
    """Wait for whatever a verb gives."""
    if inspect.isawaitable(given):
        await given
    elif inspect.isasyncgen(given):
        async for _ in given:
            pass
    elif inspect.isgenerator(given):
        list(given)


def test_a_handle_says_whose_it_is() -> None:
    with planner() as asking:
        assert repr(asking.tenant("acme")) == "<TenantPlanner 'acme'>"
        handle = asking.tenant("acme", user="ann")
        assert repr(handle) == "<TenantPlanner 'acme' as 'ann'>"
        assert (handle.name, handle.user) == ("acme", "ann")
