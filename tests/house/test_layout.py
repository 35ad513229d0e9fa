"""Six folders, and text that is about the project alone."""

from __future__ import annotations

import re

import pytest
from tests.house.source_tree import ROOT, project_files

FOLDERS = frozenset({"src", "graphs", "prompts", "examples", "tests", "docs"})
TOOLS_OWN = frozenset({".ci"})
MOST_LINES_OF_A_GRAPH_FILE = 25
DATA = ("examples/01_cd_retailer/handbook/", "examples/01_cd_retailer/licences/")
"""Texts of others, kept as they are."""
TEXTS = (".py", ".md", ".toml", ".yaml", ".yml", ".json", ".ipynb", ".cfg", ".txt", ".html", ".css", ".j2", "Makefile")

# Written in pieces, so that this file does not speak of what it looks for.
_REGISTRIES = re.compile(
    "|".join(
        re.escape(".".join(parts))
        for parts in (
            ("pypi", "org"),
            ("pythonhosted", "org"),
            ("npmjs", "com"),
            ("npmjs", "org"),
            ("crates", "io"),
            ("rubygems", "org"),
            ("anaconda", "org"),
            ("proxy", "golang", "org"),
        )
    )
)
_OF_A_MERGE = re.compile(r"^(?:<{7}|>{7}) \S", re.MULTILINE)
_OF_A_MACHINE = re.compile(r"(?<![\w.])/(?:home|root|Users|work|tmp)/\w")


def test_there_are_six_folders_and_no_seventh() -> None:
    folders = {name.split("/", 1)[0] for name in project_files() if "/" in name}
    assert folders - TOOLS_OWN == FOLDERS


def test_only_the_package_lies_in_src() -> None:
    assert {name.split("/")[1] for name in project_files() if name.startswith("src/")} == {"nexusplanner"}


def test_a_graph_file_is_a_docstring_and_one_factory() -> None:
    entries = [name for name in project_files() if name.startswith("graphs/") and name.endswith(".py")]
    assert entries
    for name in entries:
        assert len((ROOT / name).read_text(encoding="utf-8").splitlines()) <= MOST_LINES_OF_A_GRAPH_FILE, name


def test_every_example_names_the_origin_and_licence_of_its_data() -> None:
    folders = {"/".join(name.split("/")[:2]) for name in project_files() if re.match(r"examples/\d\d_[^/]+/", name)}
    assert folders
    for folder in folders:
        readme = (ROOT / folder / "README.md").read_text(encoding="utf-8")
        table = readme.split("licence", 1)[1]
        data = [name for name in project_files() if name.startswith(f"{folder}/") and not name.endswith("README.md")]
        for name in data:
            top = name.removeprefix(f"{folder}/").split("/")[0]
            assert top in table or top == "licences", f"{folder}/README.md does not say where {top} comes from"


def test_no_registry_and_no_machine_is_named() -> None:
    faults = []
    for name in project_files():
        if name.endswith(TEXTS) and not name.startswith(DATA):
            text = (ROOT / name).read_text(encoding="utf-8")
            faults += [f"{name}: {found.group()}" for found in _REGISTRIES.finditer(text)]
            if not name.startswith("tests/"):
                faults += [f"{name}: {found.group()}" for found in _OF_A_MACHINE.finditer(text)]
    assert not faults, "\n".join(faults)


def test_nothing_is_left_of_a_merge_or_of_a_write() -> None:
    """Half a merge in a text that nobody runs is seen by nobody; half a file is none."""
    texts = {name: (ROOT / name).read_text(encoding="utf-8") for name in project_files() if name.endswith(TEXTS)}
    assert [name for name, text in texts.items() if _OF_A_MERGE.search(text)] == []
    assert [name for name in project_files() if name.endswith(".part")] == []


@pytest.mark.parametrize("text", ["<" * 7 + " HEAD\n- a", "- b\n" + ">" * 7 + " branch\n"])
def test_the_rule_finds_half_a_merge(text: str) -> None:
    assert _OF_A_MERGE.search(text)


@pytest.mark.parametrize("text", ["https://" + "pypi" + ".org/simple", "see registry." + "npmjs" + ".org"])
def test_the_rule_finds_a_registry(text: str) -> None:
    assert _REGISTRIES.search(text)


@pytest.mark.parametrize("text", ["open /" + "home/anna/plan.json", '"/' + 'tmp/x"'])
def test_the_rule_finds_a_machines_path(text: str) -> None:
    assert _OF_A_MACHINE.search(text)
    assert not _OF_A_MACHINE.search("https://example.org/home/page")


def test_every_folder_of_the_package_is_a_package() -> None:
    """Import-linter walks packages: a folder without ``__init__.py`` would stand outside of the floors."""
    files = frozenset(name for name in project_files() if name.startswith("src/") and name.endswith(".py"))
    folders = {name.rsplit("/", 1)[0] for name in files}
    assert sorted(folder for folder in folders if f"{folder}/__init__.py" not in files) == []
