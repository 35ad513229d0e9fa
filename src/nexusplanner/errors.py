"""Typed errors: one type for each different reaction of the caller.

    NexusError                       anything this library raises on purpose
    ├── ConfigurationError           the set-up is wrong: fix settings or arguments, then call again
    │   └── MissingExtraError        an optional package is absent: install the extra it names
    ├── InputError                   what was handed in is wrong: fix the named file, field and value
    │   ├── BriefIncomplete          essentials are missing: answer the questions
    │   └── InfeasibleBudget         the bounds on the money clash: loosen one that it names
    ├── ProviderError                a model or a tool's service failed
    │   ├── ProviderTransientError   the same call may work later
    │   ├── ProviderPermanentError   the same call never works there
    │   └── ProviderContentError     it answered, but not with what was asked for
    ├── BudgetExceeded               a limit in money, calls or time stopped the work
    ├── TenantError                  no tenant, or not this tenant's
    │   └── PermissionDenied         whoever asks may not: ask for one of the roles that it names
    ├── ApprovalError                a decision came too late, twice or for something else
    ├── StorageError                 a file or database could not be read or written
    └── VerificationError            a plan does not add up

Every error has a stable ``code``; it is also its anchor in ``docs/reference/errors.md``.
``str(error)`` is one line; its last sentence says what to do next.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from nexusplanner.secrecy import masked

_MAX_VALUE = 80


def shown(value: object) -> str:
    """Show a value in an error: one line, quoted, and never long."""
    try:
        text = repr(value[:_MAX_VALUE] if isinstance(value, str | bytes) else value)
    except (ValueError, RecursionError):
        text = f"a very large {type(value).__name__}"
    is_cut = isinstance(value, str | bytes) and len(value) > _MAX_VALUE
    return f"{text[: _MAX_VALUE - 1]}…" if is_cut or len(text) > _MAX_VALUE else text


def one_line(text: str) -> str:
    """Fold white space so that a message stays on one line, and show what a terminal would obey as ``\ufffd``."""
    return " ".join("".join(c if c.isprintable() else "\ufffd" for c in word) for word in text.split())


def _revived(kind: type[NexusError], message: str, state: dict[str, object]) -> NexusError:
    error = kind.__new__(kind, message)
    error.__dict__.update(state)
    return error


class NexusError(Exception):
    """Anything this library raises on purpose.

    Args:
        message: What went wrong, in one sentence.
        fix: What to do next, in one sentence.
    """

    code: ClassVar[str] = "nexus"

    def __init__(self, message: str, *, fix: str = "") -> None:
        self.message = masked(one_line(message))
        self.fix = masked(one_line(fix))
        super().__init__(f"{self.message} {self.fix}".strip())

    def __reduce__(self) -> tuple[object, ...]:
        return _revived, (type(self), str(self), self.__dict__)


class ConfigurationError(NexusError):
    """The set-up is wrong: settings, arguments or installed parts."""

    code = "configuration"


class MissingExtraError(ConfigurationError, ImportError):
    """An optional package is absent."""

    code = "configuration.extra"

    def __init__(self, what: str, *, extra: str) -> None:
        super().__init__(
            f"{what} needs packages that are not installed.",
            fix=f"Install them with: pip install 'nexusplanner[{extra}]'.",
        )
        self.extra = extra


class InputError(NexusError):
    """What was handed in is wrong.

    Args:
        problem: What is wrong, without the place.
        source: The file or object it stands in.
        field: The field, dotted (``budget.amount``), or the column.
        value: The value found; shown shortened. Left out when ``...``.
        fix: What to do next.
    """

    code = "input"

    def __init__(
        self,
        problem: str,
        *,
        source: str = "",
        field: str = "",
        value: object = ...,
        fix: str = "",
    ) -> None:
        self.problem, self.source, self.field, self.value = (
            problem,
            source,
            field,
            value,
        )
        place = ": ".join(part for part in (source, field) if part)
        found = "" if value is ... else f" (found {shown(value)})"
        super().__init__(f"{place}: {problem}{found}." if place else f"{problem}{found}.", fix=fix)


class BriefIncomplete(InputError):
    """Essentials of the brief are missing; ``questions`` asks for them."""

    code = "input.incomplete"

    def __init__(self, questions: Sequence[str], *, missing: Sequence[str], source: str = "") -> None:
        self.questions, self.missing = tuple(questions), tuple(missing)
        super().__init__(
            f"the brief does not say: {', '.join(missing)}",
            source=source,
            fix=" ".join(questions),
        )


class InfeasibleBudget(InputError):
    """The bounds on the money cannot all hold; the message names the clash."""

    code = "input.infeasible"


class ProviderError(NexusError):
    """A model, or the service behind a tool, failed."""

    code = "provider"
    is_unsent: bool = False
    """Whether it is known that no request left, so that nothing can have been charged."""


class ProviderTransientError(ProviderError):
    """The same call may work later."""

    code = "provider.transient"
    retry_after_s: float | None = None
    """Seconds the provider asked to be left alone; infinite where no wait within this call will do."""


class ProviderPermanentError(ProviderError):
    """The same call never works at this provider."""

    code = "provider.permanent"


class ProviderContentError(ProviderError):
    """The provider answered, but not with what was asked for."""

    code = "provider.content"


class BudgetExceeded(NexusError):
    """A limit in money, calls or time stopped the work.

    Args:
        message: What went wrong, in one sentence.
        fix: What to do next, in one sentence.
        ceiling: ``call``, ``calls``, ``run``, ``tenant_day``, ``tenant_month``, ``day`` or ``month``;
            ``ledger`` where the books cannot be written.
    """

    code = "budget"

    def __init__(self, message: str, *, fix: str = "", ceiling: str = "") -> None:
        super().__init__(message, fix=fix)
        self.ceiling = ceiling


class TenantError(NexusError):
    """No tenant was named, the name is not valid, or the thing is another tenant's."""

    code = "tenant"


class PermissionDenied(TenantError):
    """Whoever asks may not do this for this tenant.

    Args:
        message: What was refused, in one sentence.
        fix: Which role is needed, in one sentence.
        action: What was asked for (``approve``).
        needed: Roles that may do it.
    """

    code = "tenant.permission"

    def __init__(self, message: str, *, fix: str = "", action: str = "", needed: Sequence[str] = ()) -> None:
        super().__init__(message, fix=fix)
        self.action, self.needed = action, tuple(needed)


class ApprovalError(NexusError):
    """A decision came too late, twice, or for something else."""

    code = "approval"


class StorageError(NexusError):
    """A file or database could not be read or written."""

    code = "storage"


class VerificationError(NexusError):
    """A plan does not add up."""

    code = "verification"
