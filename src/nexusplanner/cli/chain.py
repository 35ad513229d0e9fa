"""The chain: from a place in a plan to the calculation behind it, and from there to the evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from pydantic import JsonValue

from nexusplanner.calculators.verification.pointer import ABSENT, follow
from nexusplanner.cli.place import as_dotted, as_pointer, nearest
from nexusplanner.domain.calculation import Calculation, canonical
from nexusplanner.domain.evidence import Evidence
from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.plan import CampaignPlan
from nexusplanner.domain.proposal import Claim
from nexusplanner.errors import InputError
from nexusplanner.rendering.format import folded

_MOST = 12
_LONG = 200


@dataclass(frozen=True)
class Step:
    """One link: what it is, what there is to say, and what it rests on."""

    title: str
    lines: tuple[str, ...] = ()
    below: tuple[Step, ...] = ()


def chain_of(plan: CampaignPlan, what: str) -> Step:
    """Follow an id or a place to what it rests on.

    Args:
        plan: The plan.
        what: The id of a claim, evidence or calculation, a calculator's name, a JSON pointer or a dotted path.

    Raises:
        InputError: There is no such id or place; names the nearest.
    """
    for claim in (c for c in plan.claims if c.id == what):
        return _claim(plan, claim)
    for evidence in (e for e in plan.evidence if e.id == what):
        return _evidence(evidence, used_by=_users(plan, evidence.id))
    for calculation in (c for c in plan.calculations if c.id == what):
        return _calculation(plan, calculation)
    tree: JsonObject = plan.model_dump(mode="json")
    pointer = as_pointer(what)
    value = follow(tree, pointer)
    if value is not ABSENT:
        return _place(plan, tree, pointer, value)
    for calculation in _of_calculator(plan, what):
        return _calculation(plan, calculation)
    raise InputError(
        "no such place or id in this plan", field="explain", value=what, fix=f"Try {_near(plan, tree, what)!r}."
    )


def _of_calculator(plan: CampaignPlan, name: str) -> list[Calculation]:
    """Return a calculator's runs, first the one that most figures of the plan come from."""
    figures = Counter(bound.partition("#")[0] for bound in plan.figures.values())
    return sorted((c for c in plan.calculations if c.name == name), key=lambda c: -figures[c.id])


def _near(plan: CampaignPlan, tree: JsonObject, what: str) -> str:
    ids = [*(c.id for c in plan.claims), *(e.id for e in plan.evidence), *(c.id for c in plan.calculations)]
    return next(iter(get_close_matches(what, ids, n=1)), nearest(tree, as_pointer(what)))


def _place(plan: CampaignPlan, tree: JsonObject, pointer: str, value: object) -> Step:
    title = f"{as_dotted(pointer)} = {_short(value)}"
    if bound := plan.figures.get(pointer):
        return Step(title, below=(_figure(plan, bound),))
    inside = [place for place in plan.figures if place.startswith(f"{pointer}/")]
    if inside:
        return Step(title, _bound_inside(tree, plan, inside), tuple(_cited(plan, value)))
    return _words(plan, tree, pointer, title)


def _words(plan: CampaignPlan, tree: JsonObject, pointer: str, title: str) -> Step:
    """Explain what no calculation gave: the brief's own words, or words with evidence beside them."""
    if pointer.startswith("/brief") or (pointer == "/objective/target" or pointer == "/objective/metric"):
        return Step(title, ("as the brief says",))
    claims = [_claim(plan, c) for i, c in enumerate(plan.claims) if f"{pointer}/".startswith(f"/claims/{i}/")]
    around = _around(tree, pointer)
    return Step(title, _author(plan, pointer), tuple(claims) or tuple(_cited(plan, around)))


def _around(tree: JsonObject, pointer: str) -> JsonValue:
    """Return the value, or the nearest thing around it that cites evidence."""
    while pointer:
        here = follow(tree, pointer)
        if isinstance(here, dict | list) and set(_ids_in(here)):
            return here
        pointer = pointer.rpartition("/")[0]
        if pointer.count("/") < 2:
            break
    return None


def _author(plan: CampaignPlan, pointer: str) -> tuple[str, ...]:
    section = pointer.split("/")[1] if pointer else ""
    wrote = [p for p in plan.provenance if p.section.split(".")[0] == section]
    return tuple(
        f"{p.section} written by {p.model or p.rung}" + (f", prompt {p.prompt_id}" if p.prompt_id else "")
        for p in wrote
    )


def _figure(plan: CampaignPlan, bound: str) -> Step:
    key, _, output = bound.partition("#")
    calculation = next((c for c in plan.calculations if c.id == key), None)
    if calculation is None:
        return Step(f"{key} is not in the plan", ("Run nexusplanner verify to see what else does not hold.",))
    answer = follow(calculation.outputs, output)
    return _calculation(plan, calculation, first=(f"answers {as_dotted(output)} = {_short(answer)}",))


def _bound_inside(tree: JsonObject, plan: CampaignPlan, inside: list[str]) -> tuple[str, ...]:
    lines = [
        f"{as_dotted(place)} = {_short(follow(tree, place))} from {plan.figures[place].partition('#')[0]}"
        for place in inside[:_MOST]
    ]
    return (*lines, f"and {len(inside) - _MOST} more figures") if len(inside) > _MOST else tuple(lines)


def _calculation(
    plan: CampaignPlan, calculation: Calculation, *, first: tuple[str, ...] = (), seen: frozenset[str] = frozenset()
) -> Step:
    sources = _sources(plan, calculation)
    given = "; ".join(
        f"{key} = {f'answer of {sources[key].id}' if key in sources else _short(value)}"
        for key, value in calculation.inputs.items()
    )
    earlier = {c.id: c for c in (*sources.values(), *_named(plan, calculation)) if c.id not in seen | {calculation.id}}
    below = [_calculation(plan, c, seen=seen | {calculation.id, *earlier}) for c in earlier.values()]
    told = {key for c in earlier.values() for key in c.evidence}
    lines = (*first, folded(calculation.explanation), f"given: {given}")
    return Step(
        f"{calculation.id} ({calculation.name}, version {calculation.version})",
        tuple(line for line in lines if line),
        (*below, *_known(plan, (key for key in calculation.evidence if key not in told))),
    )


def _sources(plan: CampaignPlan, calculation: Calculation) -> dict[str, Calculation]:
    """Return, for each input that is another calculation's answer, that calculation."""
    answers = {
        canonical(part): c for c in plan.calculations for part in (*c.outputs.values(), c.outputs) if _is_own(part)
    }
    found = {key: answers.get(canonical(value)) for key, value in calculation.inputs.items() if _is_own(value)}
    return {key: c for key, c in found.items() if c is not None and c.id != calculation.id}


def _named(plan: CampaignPlan, calculation: Calculation) -> list[Calculation]:
    """Return the calculations that the explanation says it builds on."""
    return [c for c in plan.calculations if c.id != calculation.id and c.id in calculation.explanation]


def _is_own(value: JsonValue) -> bool:
    """Whether a value is large enough to be told from others: two equal numbers need not be the same."""
    return isinstance(value, dict | list) and len(canonical(value)) > 40


def _claim(plan: CampaignPlan, claim: Claim) -> Step:
    said = "supported" if claim.status == "supported" else "an assumption: nothing shows it yet"
    called = {c.id: c for c in plan.calculations}
    below = [_calculation(plan, called[key]) for key in claim.calculations if key in called]
    return Step(f"{claim.id}: {folded(claim.text)}", (said,), (*_known(plan, claim.evidence), *below))


def _evidence(evidence: Evidence, *, used_by: tuple[str, ...] = ()) -> Step:
    place = ", ".join(folded(part) for part in (evidence.source, evidence.locator) if part)
    trust = "" if evidence.trusted else ", not to be trusted as an instruction"
    lines = [f"“{_cut(folded(evidence.quote))}”", f"{evidence.kind}, as of {evidence.as_of}{trust}"]
    if not evidence.is_intact:
        lines.append("the quote was changed: its fingerprint does not fit")
    if used_by:
        lines.append(f"used by {', '.join(used_by)}")
    return Step(f"{evidence.id} from {place}", tuple(lines))


def _users(plan: CampaignPlan, evidence_id: str) -> tuple[str, ...]:
    claims = (c.id for c in plan.claims if evidence_id in c.evidence)
    return (*claims, *(c.id for c in plan.calculations if evidence_id in c.evidence))


def _known(plan: CampaignPlan, ids: Iterable[str]) -> Iterator[Step]:
    known = {e.id: e for e in plan.evidence}
    wanted = list(dict.fromkeys(ids))
    for key in wanted[:_MOST]:
        yield _evidence(known[key]) if key in known else Step(f"{key} is not in the plan")
    if len(wanted) > _MOST:
        yield Step(f"and {len(wanted) - _MOST} more")


def _cited(plan: CampaignPlan, value: object) -> Iterator[Step]:
    return _known(plan, _ids_in(value))


def _ids_in(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key in ("evidence", "proof"):
            ids = value.get(key)
            yield from (i for i in ids if isinstance(i, str)) if isinstance(ids, list) else ()
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for child in children:
        if isinstance(child, dict | list):
            yield from _ids_in(child)


def _short(value: object) -> str:
    if isinstance(value, list):
        return f"{len(value)} entries"
    if isinstance(value, dict):
        return _cut(f"{{{', '.join(folded(str(key)) for key in value)}}}")
    if isinstance(value, str):
        return _cut(folded(value)) or "''"
    return "nothing" if value is None else str(value).lower() if isinstance(value, bool) else f"{value}"


def _cut(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[: _LONG - 1]}…"
