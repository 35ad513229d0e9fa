"""Roles: what each of them may do."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from nexusplanner.domain.access import ACTIONS, ROLES, Action, Role

_LOOKS: frozenset[Action] = frozenset({"view", "list"})
MAY: Mapping[Role, frozenset[Action]] = MappingProxyType(
    {
        "owner": frozenset(ACTIONS),
        "planner": _LOOKS | {"estimate", "plan", "refine", "cancel", "record_outcome", "usage"},
        "approver": _LOOKS | {"approve"},
        "viewer": _LOOKS,
    }
)
"""Who plans does not approve what they planned, unless they have both roles."""


def roles_for(action: Action) -> tuple[Role, ...]:
    """Name the roles that may do something, the least of them first."""
    return tuple(role for role in reversed(ROLES) if action in MAY[role])
