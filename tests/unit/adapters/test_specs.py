"""Specs are taken apart, or refused with what to write instead."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nexusplanner.adapters.specs import (
    Spec,
    check_options,
    crm_from_spec,
    encoding_option,
    history_from_spec,
    parse_spec,
    share_option,
)
from nexusplanner.errors import InputError

KINDS = ("csv", "rss")
WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=8)


def test_options_are_read() -> None:
    """Kind, location and options stand apart."""
    assert parse_spec(" CSV:tx.csv?customer_id=id&amount=spent%20net ", kinds=KINDS, what="crm") == Spec(
        kind="csv", location="tx.csv", options={"customer_id": "id", "amount": "spent net"}
    )


def test_a_url_keeps_its_query() -> None:
    """The query belongs to the address; options stand in the fragment."""
    spec = parse_spec("rss:https://example.org/feed?a=1&b=2#source=Example", kinds=KINDS, what="signals")
    assert (spec.location, spec.options, spec.is_url) == (
        "https://example.org/feed?a=1&b=2",
        {"source": "Example"},
        True,
    )


@settings(max_examples=50)
@given(st.dictionaries(WORDS, WORDS, max_size=4), st.from_regex(r"[a-z0-9/._-]{1,20}", fullmatch=True))
def test_any_option_comes_back(options: dict[str, str], location: str) -> None:
    """Percent-encoded keys and values come back as they were."""
    query = "&".join(f"{quote(k, safe='')}={quote(v, safe='')}" for k, v in options.items())
    spec = parse_spec(f"csv:{location}?{query}", kinds=KINDS, what="crm")
    assert (spec.location, spec.options) == (location, options)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Write 'csv:file'"),
        ("customers.csv", "Write 'csv:customers.csv'"),
        ("cvs:customers.csv", "Did you mean 'csv:'?"),
        ("hubspot:key", "Known kinds: csv:, rss:"),
        ("csv:", "names a file, folder or URL"),
        ("csv:?a=b", "names a file, folder or URL"),
        ("csv:x?amount", "key=value"),
        ("csv:x?amount=", "key=value"),
        ("csv:x?a=1&a=2", "stands twice"),
        ("csv:x\ny", "one short line"),
        ("csv:" + "x" * 5000, "one short line"),
    ],
)
def test_a_wrong_spec_says_what_to_write(text: str, says: str) -> None:
    """The error is one short line with the next step."""
    with pytest.raises(InputError) as caught:
        parse_spec(text, kinds=KINDS, what="crm")
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


def test_unknown_options_name_the_nearest() -> None:
    """A slip in an option's name is found."""
    spec = parse_spec("csv:x?custmer_id=id", kinds=KINDS, what="crm")
    with pytest.raises(InputError, match="Did you mean 'customer_id'"):
        check_options(spec, known={"customer_id", "date"}, what="crm")


@pytest.mark.parametrize("raw", ["x", "-0.1", "1.5", "nan", "inf"])
def test_a_share_is_between_0_and_1(raw: str) -> None:
    """Anything else is refused."""
    spec = Spec(kind="csv", location="x", options={"max_bad_share": raw})
    with pytest.raises(InputError, match=r"crm\.max_bad_share: not a share"):
        share_option(spec, "max_bad_share", 0.05, what="crm")


def test_an_unknown_encoding_names_the_known_ones() -> None:
    """The error lists them."""
    with pytest.raises(InputError, match="Known: utf-8, utf-16, latin-1"):
        encoding_option(Spec(kind="csv", location="x", options={"encoding": "ebcdic"}), what="crm")


def test_relative_paths_start_from_the_base(tmp_path: Path) -> None:
    """Absolute paths stay; several files are told apart by commas."""
    spec = parse_spec(f"csv:a.csv, {tmp_path}/b.csv", kinds=KINDS, what="crm")
    assert spec.paths(base=Path("/base")) == (Path("/base/a.csv"), tmp_path / "b.csv")


@pytest.mark.parametrize("build", [crm_from_spec, history_from_spec])
def test_an_unknown_kind_is_refused_before_any_file_is_read(build: object, tmp_path: Path) -> None:
    """Both builders know their kinds."""
    assert build in {crm_from_spec, history_from_spec}
    with pytest.raises(InputError, match="unknown kind"):
        (crm_from_spec if build is crm_from_spec else history_from_spec)("salesforce:x", base=tmp_path)
