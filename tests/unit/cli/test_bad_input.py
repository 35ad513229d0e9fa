"""Bad briefs and bad data: one clear line, exit 2, nothing written."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.cli.calling import BRIEF, Cli, history_csv, written


def _with(old: str, new: str) -> str:
    assert old in BRIEF
    return BRIEF.replace(old, new)


BRIEFS: dict[str, tuple[str, str]] = {
    "unknown key": (f"{BRIEF}objektive: 1\n", "objective"),
    "missing essential": (_with("budget: {amount: 40000, currency: USD}\n", ""), "budget"),
    "negative money": (_with("amount: 40000", "amount: -5"), "budget.amount"),
    "mixed money": (_with("price: 24.00", "price: 24.00 EUR"), "offering.price"),
    "end before start": (_with("end: 2027-04-25", "end: 2026-04-25"), "period"),
    "impossible bounds": (_with("[search, email, social]", "[search], minimum: {search: 90000}"), "channels.minimum"),
    "wrong type": (_with("target: 1200", "target: [1]"), "objective.target"),
    "not a mapping": ("- one\n- two\n", "mapping"),
    "empty": ("", "empty"),
    "not YAML": ("name: [unclosed\n", "YAML"),
    "control character": (_with("Roasted", "\\x07Roasted").replace("\\x07", "\x07"), "brief.yaml"),
}


@pytest.mark.parametrize("kind", BRIEFS)
def test_a_bad_brief_is_one_line_that_names_the_field(cli: Cli, tmp_path: Path, kind: str) -> None:
    text, named = BRIEFS[kind]
    path = written(tmp_path / "brief.yaml", text)
    done = cli("plan", path, "--out", "out")
    _is_refused(cli_out=done.out, code=done.code, tmp_path=tmp_path)
    assert done.err.count("\n") == 1, done.err
    assert "brief.yaml" in done.error
    assert named in done.error


def test_a_brief_of_50_mb_is_not_read(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "brief.yaml"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    done = cli("plan", path, "--out", "out")
    _is_refused(cli_out=done.out, code=done.code, tmp_path=tmp_path)
    assert "50,000,000 bytes" in done.error


@pytest.mark.parametrize(
    ("name", "content"),
    [("brief.txt", b"name: x"), ("brief.yaml", b"name: \xff\xfe"), ("brief.json", b"{"), ("brief.toml", b"a =")],
)
def test_a_file_that_is_no_brief_is_refused(cli: Cli, tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    done = cli("plan", name, "--out", "out")
    assert done.code == 2
    assert name in done.error
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("path", ["absent.yaml", ".", "a\x00b.yaml"])
def test_a_path_that_leads_to_no_file_is_refused(cli: Cli, path: str) -> None:
    done = cli("plan", path)
    assert done.code == 2
    assert done.error


HEAD = "date,channel,spend,conversions\n"
HISTORIES: dict[str, bytes] = {
    "missing column": b"date,channel,clicks\n2026-01-05,search,4\n",
    "wrong encoding": "date,channel,spend\n2026-01-05,caf\u00e9,4\n".encode("latin-1"),
    "ragged rows": (HEAD + "2026-01-05,search,1\n" * 9).encode(),
    "dates that are none": (HEAD + "soon,search,1,1\n" * 9).encode(),
    "NaN amounts": (HEAD + "2026-01-05,search,NaN,1\n" * 9).encode(),
    "infinite amounts": (HEAD + "2026-01-05,search,inf,1\n" * 9).encode(),
    "empty": b"",
    "header alone": HEAD.encode(),
    "binary": bytes(range(256)) * 20,
}
CUSTOMERS: dict[str, bytes] = {
    "missing column": b"date,amount\n2026-01-05,4\n",
    "wrong encoding": "customer_id,date,amount\ncaf\u00e9,2026-01-05,4\n".encode("latin-1"),
    "ragged rows": b"customer_id,date,amount\n" + b"1,2026-01-05\n" * 9,
    "dates that are none": b"customer_id,date,amount\n" + b"1,soon,4\n" * 9,
    "NaN amounts": b"customer_id,date,amount\n" + b"1,2026-01-05,NaN\n" * 9,
    "infinite amounts": b"customer_id,date,amount\n" + b"1,2026-01-05,-Infinity\n" * 9,
    "empty": b"",
}


@pytest.mark.parametrize("kind", HISTORIES)
def test_a_bad_history_is_one_line_that_names_the_file(cli: Cli, brief: Path, tmp_path: Path, kind: str) -> None:
    (tmp_path / "bad.csv").write_bytes(HISTORIES[kind])
    done = cli("plan", brief, "--history", "csv:bad.csv", "--out", "out")
    _is_refused(cli_out=done.out, code=done.code, tmp_path=tmp_path)
    assert "bad.csv" in done.error


@pytest.mark.parametrize("kind", CUSTOMERS)
def test_bad_customers_are_one_line_that_names_the_file(cli: Cli, brief: Path, tmp_path: Path, kind: str) -> None:
    (tmp_path / "bad.csv").write_bytes(CUSTOMERS[kind])
    done = cli("plan", brief, "--crm", "csv:bad.csv", "--out", "out")
    _is_refused(cli_out=done.out, code=done.code, tmp_path=tmp_path)
    assert "bad.csv" in done.error


def test_a_few_bad_rows_are_left_out_and_told(cli: Cli, brief: Path, tmp_path: Path) -> None:
    written(tmp_path / "history.csv", history_csv() + "soon,search,1,1\n")
    done = cli("plan", brief, "--history", "csv:history.csv", "--json")
    assert done.code == 0, done.err
    assert "1 of 181 rows of history.csv were left out" in done.out


def _is_refused(*, cli_out: str, code: int, tmp_path: Path) -> None:
    assert code == 2
    assert cli_out == ""
    assert not (tmp_path / "out").exists()
