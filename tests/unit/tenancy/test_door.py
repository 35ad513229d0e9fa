"""Whoever calls for a tenant is let in at the door, or not at all."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from functools import partial
from typing import cast

import pytest

from nexusplanner.domain.access import ACTIONS, ROLES, Access, Action, Grant, Role, user_name
from nexusplanner.errors import InputError, PermissionDenied, TenantError
from nexusplanner.persistence.grants_memory import InMemoryGrants
from nexusplanner.persistence.tenants_memory import InMemoryTenants
from nexusplanner.ports.access import Policy
from nexusplanner.tenancy import Door, RolePolicy, acting, acting_as, roles_for

FIRST, SECOND = "plan-0000000000000001", "plan-0000000000000002"
ALLOWED: dict[Role, set[str]] = {
    "owner": set(ACTIONS),
    "planner": {"view", "list", "estimate", "plan", "refine", "cancel", "record_outcome", "usage"},
    "approver": {"view", "list", "approve"},
    "viewer": {"view", "list"},
}


async def root_of(plan: str, tenant: str) -> str:
    """Know two versions of one plan."""
    if plan not in (FIRST, SECOND) or tenant != "acme":
        raise InputError("no such plan")
    return FIRST


def door_with(*grants: Grant, policy: Policy | None = None) -> Door:
    """Open a door to tenant ``acme``, with grants."""
    store = InMemoryGrants()
    for grant in grants:
        store.add(grant, tenant="acme")
    return Door(InMemoryTenants(), policy or RolePolicy(store))


async def is_let_in(door: Door, action: Action, *, user: str | None, plan: str | None = None) -> bool:
    """Tell whether a user gets in."""
    with acting_as(user):
        try:
            return await door.enter("acme", action, plan_of=partial(root_of, plan, "acme") if plan else None) == "acme"
        except PermissionDenied:
            return False


OWNER = Grant(user="olga", role="owner")


async def test_as_long_as_nothing_is_granted_the_app_itself_may_do_everything() -> None:
    assert all([await is_let_in(door_with(), action, user=None) for action in ACTIONS])


async def test_as_soon_as_something_is_granted_whoever_does_not_say_who_they_are_may_do_nothing() -> None:
    assert not any([await is_let_in(door_with(OWNER), action, user=None) for action in ACTIONS])


async def test_a_user_to_whom_nothing_was_granted_may_do_nothing() -> None:
    for door, action in itertools.product((door_with(), door_with(OWNER)), ACTIONS):
        assert not await is_let_in(door, action, user="ann", plan=FIRST)


@pytest.mark.parametrize("role", ROLES)
async def test_a_role_may_do_what_it_is_for_and_nothing_else(role: Role) -> None:
    door = door_with(OWNER, Grant(user="ann", role=role))
    assert {action for action in ACTIONS if await is_let_in(door, action, user="ann")} == ALLOWED[role]


@pytest.mark.parametrize("role", ROLES)
async def test_a_role_for_a_plan_reaches_all_its_versions_and_nothing_beyond_it(role: Role) -> None:
    door = door_with(OWNER, Grant(user="ann", role=role, plan=FIRST))
    versions: tuple[str | None, ...] = (FIRST, SECOND)
    for plan in versions:
        allowed = {action for action in ACTIONS if await is_let_in(door, action, user="ann", plan=plan)}
        assert allowed == ALLOWED[role]
    for plan in (None, "plan-00000000ffffffff"):
        assert not any([await is_let_in(door, action, user="ann", plan=plan) for action in ACTIONS])


async def test_whoever_is_denied_is_told_which_role_it_takes() -> None:
    for action in ACTIONS:
        with acting_as("ann"), pytest.raises(PermissionDenied) as denied:
            await door_with(OWNER).enter("acme", action)
        assert denied.value.action == action
        assert denied.value.needed == roles_for(action)
        assert all(role in denied.value.fix for role in roles_for(action))


async def test_names_that_look_alike_are_not_the_same_user() -> None:
    door = door_with(OWNER)
    assert not any([await is_let_in(door, "view", user=user) for user in ("Olga", "оlga", "olga ")])


class Says:
    """A policy of an embedding app that answers whatever it is told to."""

    def __init__(self, answer: object) -> None:
        self._answer, self.asked = answer, list[Access]()

    async def permits(self, access: Access) -> bool:
        """Answer."""
        self.asked.append(access)
        if isinstance(self._answer, Exception):
            raise self._answer
        return cast(bool, self._answer)

    def needed(self, action: Action) -> Sequence[str]:
        """Name the roles of the library."""
        return roles_for(action)


@pytest.mark.parametrize("answer", [False, None, 0, 1, "yes"])
async def test_only_true_opens_the_door(answer: object) -> None:
    assert not await is_let_in(door_with(policy=Says(answer)), "view", user="ann")


async def test_a_policy_that_fails_opens_nothing() -> None:
    with pytest.raises(RuntimeError):
        await is_let_in(door_with(policy=Says(RuntimeError("down"))), "view", user="ann")


async def test_a_policy_of_ones_own_is_asked_with_everything_there_is_to_know() -> None:
    policy = Says(True)
    assert await is_let_in(door_with(OWNER, policy=policy), "erase", user="ann")
    assert policy.asked == [Access(tenant="acme", action="erase", user="ann")]


async def test_a_name_that_looks_like_another_tenants_is_not_let_in() -> None:
    door = door_with()
    assert await door.enter("acme", "plan") == "acme"
    for name in ("Acme", "аcme", "Ａcme", ""):
        with pytest.raises(TenantError):
            await door.enter(name, "plan")


async def test_who_acts_is_known_in_tasks_and_threads_and_forgotten_afterwards() -> None:
    with acting_as("ann"):
        task = asyncio.create_task(asyncio.to_thread(acting))
        with acting_as("bob"):
            assert acting() == "bob"
        assert acting() == "ann"
    assert acting() is None
    assert await task == "ann"


@pytest.mark.parametrize("name", ["", " ann", "a\nb", "x" * 255, "Ａnn"])
def test_what_is_no_name_of_a_user_is_refused(name: str) -> None:
    with pytest.raises(TenantError):
        user_name(name)
