"""Excerpts must stay short and say what they leave out."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from nexusplanner.rendering.excerpt import json_excerpt

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def test_a_small_value_is_told_whole() -> None:
    value: JsonValue = {"a": [1, 2, {"b": "c"}], "d": None}
    assert json.loads(json_excerpt(value)) == value


def test_a_long_array_is_cut_and_counted() -> None:
    told = json_excerpt(list(range(500)))
    assert told.startswith("[0, 1, 2, 3, 4, 5, 6, 7,")
    assert "492 more in plan.json" in told


def test_many_keys_long_texts_and_depths_are_cut() -> None:
    assert "60 more in plan.json" in json_excerpt({f"k{i}": i for i in range(100)})
    assert len(json_excerpt("x" * 10_000)) < 300
    deep: JsonValue = 1
    for _ in range(60):
        deep = [deep]
    assert "1 items in plan.json" in json_excerpt(deep)


def test_a_huge_value_gives_a_bounded_text() -> None:
    rows: JsonValue = [[float(i), "word" * 100] for i in range(20_000)]
    told = json_excerpt({f"k{i}": rows for i in range(40)})
    assert told.endswith("the rest is in plan.json")
    assert len(told) <= 8_100


@given(_JSON)
def test_any_json_gives_a_bounded_text(value: JsonValue) -> None:
    assert 0 < len(json_excerpt(value)) <= 8_100
