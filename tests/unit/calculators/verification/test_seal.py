"""The seal names every value that was changed, added or taken away, and survives reformatting."""

from __future__ import annotations

import copy
import json

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from nexusplanner.calculators.verification import check_id, check_seal, plan_id, seal
from nexusplanner.domain.model import JsonObject
from nexusplanner.domain.pointer import ABSENT, follow, leaves

_SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=6)
    | st.floats(allow_nan=False, allow_infinity=False)
)  # fmt: skip
_TREES: st.SearchStrategy[JsonValue] = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)
_PLANS = st.dictionaries(st.sampled_from(["a", "b/c", "d~e", "f"]), _TREES, min_size=1)


def sealed(content: JsonObject) -> JsonObject:
    return {**content, "id": plan_id(content), "seal": dict(seal(content))}


@given(_PLANS)
def test_what_was_sealed_is_intact(content: JsonObject) -> None:
    plan = sealed(content)
    assert check_seal(plan) == ()
    assert check_id(plan) == ()


@given(_PLANS)
def test_reformatting_breaks_no_seal(content: JsonObject) -> None:
    plan = json.loads(json.dumps(sealed(content), sort_keys=True, indent=3))
    assert check_seal(plan) == ()
    assert check_id(plan) == ()


@given(_PLANS, st.data())
def test_a_changed_value_is_named_exactly(content: JsonObject, data: st.DataObject) -> None:
    plan = sealed(content)
    pointer, old = data.draw(st.sampled_from(list(leaves(content))))
    new = data.draw(_SCALARS)
    assume(new != old or type(new) is not type(old))
    assume(not (isinstance(new, int | float) and isinstance(old, int | float) and float(new) == float(old)))
    _put(plan, pointer, new)
    assert [failure.where for failure in check_seal(plan)] == [pointer]
    assert check_id(plan)


@settings(max_examples=100)
@given(_PLANS, st.data())
def test_a_value_taken_away_is_noticed(content: JsonObject, data: st.DataObject) -> None:
    plan = sealed(content)
    pointer, _ = data.draw(st.sampled_from(list(leaves(content))))
    parent, _, last = pointer.rpartition("/")
    holder = follow(plan, parent)
    if isinstance(holder, list):
        holder.pop(int(last))
    elif isinstance(holder, dict):
        holder.pop(last.replace("~1", "/").replace("~0", "~"))
    assert check_seal(plan)
    assert check_id(plan)


def test_an_added_key_and_an_added_row_are_named() -> None:
    plan = sealed({"a": {"x": 1, "z": 2}, "rows": [{"n": 1}, {"n": 2}]})
    grown = copy.deepcopy(plan)
    _put(grown, "/a/y", 5)
    assert [f.where for f in check_seal(grown)] == ["/a/y"]
    longer = copy.deepcopy(plan)
    longer["rows"] = [{"n": 1}, {"n": 2}, {"n": 3}]
    assert [f.where for f in check_seal(longer)] == ["/rows/2/n"]


def test_one_and_one_point_nought_are_one_number_but_text_and_truth_are_not() -> None:
    assert seal({"a": 1}) == seal({"a": 1.0})
    kinds: list[JsonValue] = [1, "1", True, None, [], {}]
    assert len({seal({"a": kind})[""] for kind in kinds}) == len(kinds)


def test_a_plan_without_seal_fails() -> None:
    assert [f.where for f in check_seal({"a": 1})] == ["/seal"]


def test_a_seal_that_was_edited_fails() -> None:
    plan = sealed({"a": 1, "b": {"c": 2}})
    plan["seal"] = {"": "000000", "/gone": "111111"}
    assert {f.where for f in check_seal(plan)} == {"/a", "/b", "/gone"}


def test_pointers_lead_nowhere_without_raising() -> None:
    tree: JsonValue = {"a": [1, {"b/c": 2}]}
    assert follow(tree, "/a/1/b~1c") == 2
    assert [follow(tree, p) for p in ("/a/9", "/a/x", "/z", "a", "/a/0/q", "/a/-1")] == [ABSENT] * 6


def _put(tree: JsonValue, pointer: str, value: JsonValue) -> None:
    parent, _, last = pointer.rpartition("/")
    holder = follow(tree, parent)
    if isinstance(holder, list):
        holder[int(last)] = value
    elif isinstance(holder, dict):
        holder[last.replace("~1", "/").replace("~0", "~")] = value
