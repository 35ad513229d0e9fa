"""The draft: a plan's brief, money and people while changes are made to them, before any number is computed anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from nexusplanner.agents.desk import Desk
from nexusplanner.agents.facts import SegmentFact
from nexusplanner.agents.refinement.source import Source
from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.errors import InputError


@dataclass(frozen=True)
class Draft:
    """What changes are made to. Every change gives a new one."""

    brief: CampaignBrief
    origin: CampaignBrief
    """The brief of version 1: the bounds that no feedback moves."""
    lines: Mapping[str, Decimal]
    contingency: Decimal
    fixed: Mapping[str, Decimal]
    """Money of channels that a person has set."""
    segments: tuple[str, ...]
    known: tuple[str, ...]
    """Channels that have a curve."""
    sized: tuple[SegmentFact, ...]
    """Segments that could be addressed."""
    is_split_anew: bool = False
    """Whether the channels that nobody fixed share what is left anew."""
    is_retold: bool = False
    """Whether voice or phrases changed."""

    @classmethod
    def of(cls, source: Source, origin: CampaignBrief) -> Draft:
        """Begin with a plan as it stands."""
        plan, desk = source.plan, source.desk
        return cls(
            brief=plan.brief,
            origin=origin,
            lines={line.channel: line.amount for line in plan.budget.lines},
            contingency=plan.budget.contingency,
            fixed=dict(plan.refinement.fixed) if plan.refinement else {},
            segments=tuple(s.id for s in source.option.segments),
            known=_curves_of(desk),
            sized=desk.segments,
        )

    @property
    def spent(self) -> Decimal:
        """All the money but what is held back."""
        return self.brief.budget.amount - self.contingency

    def with_brief(self, section: str, **fields: object) -> Draft:
        """Change fields of a section of the brief.

        Raises:
            InputError: The brief would not hold; says why.
        """
        raw = self.brief.model_dump(mode="json", exclude_none=True)
        part = raw.get(section)
        raw[section] = {**(part if isinstance(part, dict) else {}), **fields}
        return replace(self, brief=CampaignBrief.parse(raw, source="feedback"))

    def with_line(self, channel: str, amount: Decimal, *, is_fixed: bool = True) -> Draft:
        """Give a line another amount; a fixed one is not moved by any later split."""
        fixed = {**self.fixed, channel: amount} if is_fixed else self.fixed
        return replace(self, lines={**self.lines, channel: amount}, fixed=fixed)

    def without(self, channel: str) -> Draft:
        """Take a channel's line away."""
        lines = {name: amount for name, amount in self.lines.items() if name != channel}
        return replace(self, lines=lines, fixed={n: a for n, a in self.fixed.items() if n != channel})

    def check_bounds(self, channel: str, amount: Decimal) -> None:
        """Check an amount against the brief's bounds on a channel.

        Raises:
            InputError: A bound forbids it; names the bound.
        """
        rules, currency = self.brief.channels, self.brief.budget.currency
        if channel in rules.excluded or (rules.allowed and channel not in rules.allowed):
            raise InputError(f"The brief does not allow {channel}", fix="Change the brief, or add the channel first.")
        low, high = rules.minimum.get(channel), rules.maximum.get(channel)
        if low is not None and amount < low:
            raise InputError(
                f"The brief gives {channel} at least {low:,f} {currency}, and {amount:,f} is less",
                fix="Name more, or change the brief.",
            )
        if high is not None and amount > high:
            raise InputError(
                f"The brief gives {channel} at most {high:,f} {currency}, and {amount:,f} is more",
                fix="Name less, or change the brief.",
            )


def _curves_of(desk: Desk) -> tuple[str, ...]:
    curves = desk.calculation("response_curves")
    channels = curves.outputs.get("channels") if curves else None
    return tuple(channels) if isinstance(channels, dict) else ()
