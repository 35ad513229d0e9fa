"""A brief is read exactly, or refused in one clear line that names file, field and next step."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.domain.conftest import Raw

from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.domain.brief_file import MAX_BYTES, load_brief, parse_brief
from nexusplanner.errors import BriefIncomplete, InputError

_MISSING = object()


def edited(raw: Raw, path: str, value: object) -> Raw:
    changed = copy.deepcopy(raw)
    here: object = changed
    *steps, last = path.split(".")
    for step in steps:
        assert isinstance(here, dict)
        here = here[step]
    assert isinstance(here, dict)
    if value is _MISSING:
        del here[last]
    else:
        here[last] = value
    return changed


def refused(raw: object) -> InputError:
    with pytest.raises(InputError) as caught:
        parse_brief(raw, source="b.yaml")
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("b.yaml: ")
    return caught.value


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_yaml_json_and_toml_give_the_same_brief(tmp_path: Path, raw: Raw) -> None:
    toml = (
        'name = "Spring"\n[offering]\nname = "Vinyl Club"\nprice = 20\nmargin = 0.4\nvalue_props = ["Fresh"]\n'
        '[objective]\nmetric = "conversions"\ntarget = 1200\n[budget]\namount = 40000\ncurrency = "USD"\n'
        '[period]\nstart = 2026-03-01\nend = 2026-05-31\n[audience]\nregions = ["NO", "SE"]\n'
        '[channels]\nallowed = ["Paid Search", "e-mail"]\nminimum = { paid_search = 1000 }\n'
    )
    texts = {"b.yaml": yaml.safe_dump(raw), "b.json": json.dumps(raw), "b.toml": toml}
    briefs = [CampaignBrief.load(written(tmp_path, name, text)) for name, text in texts.items()]
    assert briefs[0] == briefs[1] == briefs[2] == CampaignBrief.parse(raw)


def test_a_brief_comes_back_from_what_it_writes(raw: Raw) -> None:
    brief = parse_brief(raw)
    assert parse_brief(brief.model_dump(mode="json")) == brief
    assert parse_brief(brief.model_dump()) == brief
    assert parse_brief(brief) is brief


def test_yaml_scalars_keep_what_the_author_typed(tmp_path: Path) -> None:
    text = (
        "name: 2026\noffering: {name: on, price: 0.10, category: ~, description: }\n"
        "objective: {metric: leads, target: 010}\nbudget: {amount: 1000.10, currency: EUR}\n"
        "period: {start: 2026-01-01, end: 2026-02-01}\naudience: {regions: [NO, null, SE]}\n"
    )
    brief = load_brief(written(tmp_path, "b.yml", text))
    assert brief.audience.regions == ("NO", "SE")
    assert (brief.name, brief.offering.name, brief.offering.category) == ("2026", "on", None)
    assert str(brief.offering.price) == "0.10"
    assert brief.objective.target == 10


def test_json_amounts_keep_their_digits(tmp_path: Path, raw: Raw) -> None:
    text = json.dumps(raw).replace('"20"', "19.9000")
    assert str(load_brief(written(tmp_path, "b.json", text)).offering.price) == "19.9000"


@pytest.mark.parametrize(
    ("path", "field", "question"),
    [
        ("offering", "offering", "What is offered"),
        ("offering.name", "offering.name", "What is the offering called"),
        ("objective", "objective", "What should the campaign bring"),
        ("objective.metric", "objective.metric", "Which metric"),
        ("objective.target", "objective.target", "How much more"),
        ("budget", "budget", "How much money"),
        ("budget.amount", "budget.amount", "How much money"),
        ("budget.currency", "budget.currency", "Which currency"),
        ("period", "period", "From which day"),
        ("period.start", "period.start", "On which day does it start"),
        ("period.end", "period.end", "On which day does it end"),
        ("name", "name", "What is the campaign called"),
    ],
)
@pytest.mark.parametrize("absent", [_MISSING, None])
def test_missing_essentials_come_back_as_questions(
    raw: Raw, path: str, field: str, question: str, absent: object
) -> None:
    error = refused(edited(raw, path, absent))
    assert isinstance(error, BriefIncomplete)
    assert error.missing == (field,)
    assert error.questions[0].startswith(question)


def test_every_missing_essential_is_asked_for() -> None:
    error = refused({})
    assert isinstance(error, BriefIncomplete)
    assert error.missing == ("name", "offering", "objective", "budget", "period")
    assert len(error.questions) == 5


@pytest.mark.parametrize(
    ("path", "value", "field", "says"),
    [
        ("buget", 1, "buget", "Did you mean 'budget'?"),
        ("offering.prise", 1, "offering.prise", "Did you mean 'price'?"),
        ("channels.exclude", [], "channels.exclude", "Did you mean 'excluded'?"),
        ("xylophone", 1, "xylophone", "Known: approvers"),
        ("budget.amount", "-5", "budget.amount", "greater than 0"),
        ("budget.amount", 0, "budget.amount", "greater than 0"),
        ("offering.price", "-0.01", "offering.price", "greater than or equal to 0"),
        ("budget.amount", "5000 EUR", "budget.amount", "EUR is mixed with USD"),
        ("offering.price", "€20", "offering.price", "EUR is mixed with USD"),
        ("offering.price", {"amount": 20, "currency": "EUR"}, "offering.price", "EUR is mixed with USD"),
        ("channels.minimum", {"email": "5 GBP"}, "channels.minimum.email", "GBP is mixed with USD"),
        ("budget.amount", "12,000", "budget.amount", "grouped"),
        ("budget.amount", "1 200 000", "budget.amount", "grouped"),
        ("budget.amount", "12k", "budget.amount", "not a number"),
        ("budget.amount", "NaN", "budget.amount", "not a finite number"),
        ("budget.amount", float("inf"), "budget.amount", "not a finite number"),
        ("budget.amount", "1e99", "budget.amount", "less than"),
        ("budget.amount", "1e-999999999", "budget.amount", "decimal places"),
        ("budget.amount", "100.005", "budget.amount", "more decimals than USD has"),
        ("budget.amount", True, "budget.amount", "not a number"),
        ("budget.amount", [1], "budget.amount", "not a number (found a list)"),
        ("budget.currency", "US", "budget.currency", "not a currency code"),
        ("budget", "40000 USD", "budget", "budget: {amount: 40000, currency: USD}"),
        ("period.end", "2026-02-28", "period.end", "before the start"),
        ("period.end", "2046-01-01", "period.end", "5,000"),
        ("period.start", 0, "period.start", "not a date"),
        ("period.start", "20260301", "period.start", "not a date"),
        ("period.start", "1767225600", "period.start", "not a date"),
        ("period.start", "2026-02-30", "period.start", "not a date"),
        ("channels.minimum", {"email": "40001"}, "channels.minimum", "not among the allowed"),
        ("channels.minimum", {"e mail": "40001"}, "channels.minimum", "more than the budget"),
        ("channels.maximum", {"paid-search": "1"}, "channels.minimum", "above its maximum"),
        ("channels.excluded", ["PAID search"], "channels.excluded", "both allowed and excluded"),
        ("channels.allowed", {"email": 1}, "channels.allowed", "must be a list (found a mapping)"),
        ("channels.allowed", "email", "channels.allowed", "must be a list"),
        ("channels.allowed", [f"c{i}" for i in range(101)], "channels", "more than the 100"),
        ("offering", [], "offering", "must be a mapping (found a list)"),
        ("offering.margin", "40%", "offering.margin", "between 0 and 1"),
        ("offering.margin", "1.4", "offering.margin", "less than or equal to 1"),
        ("offering.name", " ", "offering.name", "must not be empty"),
        ("offering.name", 5, "offering.name", "must be text"),
        ("objective.metric", "conversion", "objective.metric", "Did you mean 'conversions'?"),
        ("compliance", ["GDPR"], "compliance[0]", "Did you mean 'gdpr'?"),
        ("notes", "a\x00b", "notes", "is not text"),
        ("notes", "a\ud800b", "notes", "is not text"),
    ],
)
def test_each_fault_is_named(raw: Raw, path: str, value: object, field: str, says: str) -> None:
    error = refused(edited(raw, path, value))
    assert not isinstance(error, BriefIncomplete)
    assert error.field == field
    assert says in str(error)


def test_several_faults_are_told_together(raw: Raw) -> None:
    error = refused(edited(edited(raw, "budget.amount", "-5"), "foo", 1))
    assert error.field == "foo"
    assert "Also wrong: budget.amount." in str(error)


def test_amounts_may_carry_the_currency_of_the_budget(raw: Raw) -> None:
    brief = parse_brief(edited(edited(raw, "offering.price", "$20.50"), "budget.amount", "40000 USD"))
    assert (brief.offering.price, brief.budget.amount) == (Decimal("20.50"), Decimal(40000))
    assert raw["budget"] == {"amount": "40000", "currency": "USD"}


@pytest.mark.parametrize("value", ["hello", ["a"], 5, None])
def test_what_is_no_mapping_is_refused(value: object) -> None:
    assert "a brief is a mapping" in str(refused(value))


def test_endless_nesting_is_refused(raw: Raw) -> None:
    loop: list[object] = []
    loop.append(loop)
    assert "nested too deeply" in str(refused({**raw, "notes": tuple(loop)}))


_BAD_FILES: dict[str, tuple[str, str | bytes, str]] = {
    "empty": ("b.yaml", "", "the file is empty"),
    "comments only": ("b.yaml", "# nothing\n---\n", "the file is empty"),
    "null": ("b.json", "null", "the file is empty"),
    "white space": ("b.toml", " \n", "the file is empty"),
    "unknown suffix": ("b.docx", "a", "cannot be read from .docx"),
    "no suffix": ("brief", "a", "a file without a suffix"),
    "not YAML": ("b.yaml", "name: [1,\nb: }", "line 2, column 4: not YAML"),
    "bare colon": ("b.yaml", "name: x: y", "line 1, column 8: not YAML"),
    "not JSON": ("b.json", '{"a": 1,}', "line 1, column 9: not JSON"),
    "not TOML": ("b.toml", "a = ", "not TOML"),
    "anchor": ("b.yaml", "a: &x 1\nb: *x", "line 1, column 4: anchors"),
    "alias": ("b.yaml", "a: 1\nb: *x", "anchors"),
    "tag": ("b.yaml", "a: !!python/object/apply:os.system [x]", "tags"),
    "two documents": ("b.yaml", "a: 1\n---\nb: 2", "line 2, column 1: a second document"),
    "list as key": ("b.yaml", "? [a]\n: b", "a key is not text"),
    "duplicate in YAML": ("b.yaml", "a: 1\nb:\n  c: 1\n  c: 2", "b.c: line 4: the key stands twice, first in line 3"),
    "duplicate in JSON": ("b.json", '{"a": 1, "a": 2}', "a: the key stands twice"),
    "NaN": ("b.json", '{"budget": {"amount": NaN}}', "not a finite number"),
    "endless integer": ("b.json", '{"a": %s}' % ("9" * 10_000), "too many digits"),
    "endless exponent": ("b.json", '{"a": 1e99999999999999999999}', "too many digits"),
    "endless exponent in TOML": ("b.toml", "a = 1e99999999999999999999", "too many digits"),
    "deep YAML": ("b.yaml", "[" * 100_000, "nested too deeply"),
    "deep YAML in blocks": ("b.yaml", "- " * 100_000, "nested too deeply"),
    "deep JSON": ("b.json", "[" * 100_000, "nested too deeply"),
    "deep TOML": ("b.toml", "a = " + "[" * 100_000, "nested too deeply"),
    "long dotted key": ("b.toml", "a" + ".a" * 100_000 + " = 1", "nested too deeply"),
    "long quoted key": ("b.toml", '["a"' + ". 'a'" * 20_000 + "]", "nested too deeply"),
    "too many values": ("b.yaml", "- x\n" * 100_000, "more than 20,000 values"),
    "too many keys": ("b.json", json.dumps({f"k{i}": 1 for i in range(30_000)}), "more than 20,000 values"),
    "NUL": ("b.yaml", b"name: a\x00b", "not YAML"),
    "escaped NUL": ("b.yaml", 'name: "a\\0b"', "name: the character '\\x00' is not text"),
    "lone surrogate": ("b.json", '{"name": "\\ud800"}', "is not text"),
    "Latin-1": ("b.yaml", "name: a\nnotes: Köln".encode("latin-1"), "line 2: not UTF-8"),
    "UTF-16": ("b.yaml", "name: a".encode("utf-16"), "not UTF-8"),
    "too large": ("b.yaml", b"a" * (MAX_BYTES + 1), "1,000,001 bytes, more than the 1,000,000"),
}


@pytest.mark.parametrize("case", _BAD_FILES)
def test_bad_files_are_refused_in_one_line(tmp_path: Path, case: str) -> None:
    name, content, says = _BAD_FILES[case]
    with pytest.raises(InputError) as caught:
        load_brief(written(tmp_path, name, content))
    assert says in str(caught.value)
    assert caught.value.source == name
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_fifty_megabytes_are_refused_without_being_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "b.yaml"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    monkeypatch.setattr(Path, "open", lambda *_: pytest.fail("the file was opened"))
    with pytest.raises(InputError, match="50,000,000 bytes"):
        load_brief(path)


@pytest.mark.parametrize("name", ["absent.yaml", "folder.yaml", "a\0b.yaml", "x" * 5000 + ".yaml"])
def test_paths_that_lead_to_no_file_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.yaml").mkdir()
    with pytest.raises(InputError) as caught:
        load_brief(tmp_path / name)
    assert "Check the path" in str(caught.value)
    assert str(caught.value).isprintable()


def test_a_byte_order_mark_is_no_fault(tmp_path: Path, raw: Raw) -> None:
    assert load_brief(written(tmp_path, "b.json", b"\xef\xbb\xbf" + json.dumps(raw).encode())).name == "Spring"


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["name", "offering", "budget", "amount", "currency", "period", "start", "channels", "minimum"])
        | st.text(max_size=5), inner, max_size=5),
    max_leaves=15,
))  # fmt: skip
def test_whatever_is_handed_in_only_typed_errors_come_out(value: object) -> None:
    with pytest.raises(InputError) as caught:
        parse_brief(value)
    assert str(caught.value).isprintable()


@given(st.text(max_size=60) | st.binary(max_size=60), st.sampled_from(["yaml", "json", "toml"]))
def test_whatever_is_in_the_file_only_typed_errors_come_out(
    tmp_path_factory: pytest.TempPathFactory, content: str | bytes, suffix: str
) -> None:
    data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    path = tmp_path_factory.getbasetemp() / f"any.{suffix}"
    path.write_bytes(data)
    with pytest.raises(InputError):
        load_brief(path)


def test_naughty_strings_come_back_exactly_or_are_refused(raw: Raw, shared: Path) -> None:
    strings = json.loads((shared / "data" / "bad-input" / "blns.json").read_text("utf-8"))
    kept = 0
    for text in strings:
        try:
            brief = parse_brief({**raw, "notes": text})
        except InputError:
            continue
        kept += 1
        assert brief.notes == text.strip()
        assert parse_brief(json.loads(brief.model_dump_json())) == brief
    assert kept > 450
