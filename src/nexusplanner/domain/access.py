"""Access: who asks for what, and what was granted to whom."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator

from nexusplanner.domain.model import DomainModel
from nexusplanner.errors import TenantError

Role = Literal["owner", "planner", "approver", "viewer"]
Action = Literal[
    "view",
    "list",
    "estimate",
    "plan",
    "refine",
    "approve",
    "cancel",
    "record_outcome",
    "usage",
    "audit",
    "export",
    "erase",
    "manage",
]
ROLES: tuple[Role, ...] = get_args(Role)
ACTIONS: tuple[Action, ...] = get_args(Action)
_LONGEST = 254


def user_name(value: str) -> str:
    """Check a user's name, as the embedding app calls them: an e-mail address, say, or an id.

    Raises:
        TenantError: Empty, too long, with characters that cannot be printed, or in another form than NFKC.
    """
    is_plain = unicodedata.normalize("NFKC", value) == value == value.strip() and value.isprintable()
    if not is_plain or not 1 <= len(value) <= _LONGEST:
        raise TenantError(
            f"{value[:64]!r} is no name of a user.", fix="Use 1 to 254 printable characters in NFKC form."
        )
    return value


UserName = Annotated[str, AfterValidator(user_name)]


class Grant(DomainModel):
    """A role that a user has: in all that is a tenant's, or for one plan in all its versions."""

    user: UserName
    role: Role
    plan: str | None = None
    """Id of the plan's first version; None grants the role for everything."""

    def __repr__(self) -> str:
        return f"<Grant {self.role} to {self.user!r} for {self.plan or 'everything'}>"


class Access(DomainModel):
    """What is asked for: by whom, for which tenant, and for which plan where it is about one."""

    tenant: str
    action: Action
    user: str | None = None
    """None is the embedding app itself, that says of nobody that they act."""
    plan: str | None = None
    """Id of the plan's first version; None asks for everything that is the tenant's."""
