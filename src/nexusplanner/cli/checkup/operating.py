"""Checks of what an operator set: secrets, budgets, and who looks on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal

from nexusplanner.cli.checkup.check import Check
from nexusplanner.errors import NexusError, ProviderTransientError
from nexusplanner.settings import Settings

_NEAR = Decimal("0.8")


def opened_settings(settings: Settings) -> tuple[Settings, tuple[Check, ...]]:
    """Look up the secrets that settings name; return settings with their values, and what was found."""
    from nexusplanner.domain.operations import is_reference
    from nexusplanner.planner.secret_values import hidden_values, opened

    asked = [".".join(path) for path, text in hidden_values(settings) if is_reference(text)]
    try:
        settings = opened(settings)
    except ProviderTransientError as error:
        return settings, (Check("Secrets", "broken", error.message, error.fix or "Check its address."),)
    except NexusError as error:
        return settings, (Check("Secrets", "broken", error.message.rstrip("."), error.fix),)
    told = f"{len(asked)} found: {', '.join(sorted(asked))}" if asked else "none named"
    return settings, (Check("Secrets", "good", told),)


def budgets(settings: Settings, *, now: Callable[[], datetime] | None = None) -> Iterator[Check]:
    """Compare the ceilings with each other, and today's and this month's spending with theirs."""
    most, run = settings.budgets, settings.limits.usd
    narrow = {"day_usd": most.day_usd, "month_usd": most.month_usd, "tenant_day_usd": most.tenant_day_usd}
    too_narrow = [name for name, limit in narrow.items() if limit is not None and limit < run]
    if too_narrow:
        detail = f"budgets.{too_narrow[0]} is below limits.usd, {run} USD a run"
        yield Check("Budgets", "warning", detail, "No run can use its limit; lower it, or raise the budget.")
    elif near := _near(settings, now):
        yield Check("Budgets", "warning", near, "Raise the ceiling, or wait: the rules answer once it is reached.")
    else:
        set_ = [f"{name} {limit}" for name, limit in vars(most).items() if limit is not None]
        yield Check("Budgets", "good", f"{run} USD a run; {', '.join(set_) or 'no other ceiling'}")


def observers(settings: Settings) -> Iterator[Check]:
    """Say who looks on by the settings, and what leaves the process for it."""
    asked = settings.observability
    seen = {"spans": asked.spans, "JSON log": asked.log == "json", "Sentry": asked.sentry_dsn is not None}
    on = [name for name, is_on in seen.items() if is_on]
    yield Check("Observers", "good", ", ".join(on) or "none: nothing leaves the process")


def _near(settings: Settings, now: Callable[[], datetime] | None) -> str:
    from nexusplanner.domain.dollars import dollars
    from nexusplanner.llm.treasury import utc_now
    from nexusplanner.persistence import SqliteLedger

    file = settings.workspace / "ledger.sqlite" if settings.workspace else None
    if file is None or not file.exists():
        return ""
    today = (now or utc_now)().date()
    ledger = SqliteLedger(file)
    try:
        spends = ledger.spend(tenant=None, since=today.replace(day=1))
    except NexusError:
        return ""
    finally:
        ledger.close()
    spent = {
        "day": sum((dollars(s.amount) for s in spends if s.day == today), Decimal(0)),
        "month": sum((dollars(s.amount) for s in spends), Decimal(0)),
    }
    limits = {"day": settings.budgets.day_usd, "month": settings.budgets.month_usd}
    for period, limit in limits.items():
        if limit is not None and spent[period] >= limit * _NEAR:
            return f"{spent[period]:.2f} of the {period}'s {limit} USD are spent"
    return ""
