"""The brief's own segments: which rule each one is in the customer data at hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from nexusplanner.domain.audience import AudienceSegment
from nexusplanner.domain.customers import CustomerSummary, RuleMeasures
from nexusplanner.domain.validation import nearest
from nexusplanner.errors import InputError
from nexusplanner.ports.crm import CRM


def rules_of(segments: Iterable[AudienceSegment], labels: Iterable[str]) -> dict[str, str]:
    """Return name -> rule of those that are to be measured: the brief's rules, and labels of the source."""
    from nexusplanner.calculators.segment_rules import label_rule

    known = {label.casefold(): label for label in labels}
    rules: dict[str, str] = {}
    for segment in segments:
        label = known.get(segment.name.casefold())
        if segment.rule is not None:
            rules[segment.name] = segment.rule
        elif label is not None:
            rules[label] = label_rule(label)
    return rules


async def measured(crm: CRM, rules: Mapping[str, str], *, tenant: str) -> RuleMeasures:
    """Have the customer base measure the rules.

    Raises:
        InputError: A rule does not run; names ``audience.segments`` and the segment.
    """
    if not rules:
        return RuleMeasures()
    try:
        return await crm.measure(rules, tenant=tenant)
    except InputError as error:
        place, _, name = error.field.partition(".")
        if place != "rules" or name not in rules:
            raise
        problem = error.problem.removeprefix("a segment's rule ")
        raise InputError(
            f"the rule of {name!r} {problem}", source="brief", field="audience.segments", value=error.value,
            fix=error.fix,
        ) from error  # fmt: skip


def remarks(segments: Iterable[AudienceSegment], summary: CustomerSummary) -> Iterator[str]:
    """Say which of the brief's segments are not in the data, and which are empty."""
    from nexusplanner.calculators.segment_rules import SEGMENTS

    sizes = {rule.name.casefold(): rule.size for rule in summary.measured.rules}
    built_in = [name for rule in SEGMENTS for name in (rule.name, rule.id)]
    known = {name.casefold() for name in built_in}
    for segment in segments:
        name = segment.name.casefold()
        if name in sizes:
            if not sizes[name]:
                yield f"No customer is in the segment {segment.name!r} of the brief today, so it is not addressed."
        elif name not in known:
            meant = nearest(segment.name, [*summary.segments, *built_in])
            hint = f"; perhaps {meant!r} is meant" if meant else ""
            yield f"The customer data knows no segment {segment.name!r} of the brief{hint}."
