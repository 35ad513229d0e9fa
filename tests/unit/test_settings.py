"""Defaults < nexusplanner.toml < environment < arguments; nothing is read before ``load``."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from nexusplanner.errors import ConfigurationError, TenantError
from nexusplanner.settings import Limits, Settings


@pytest.fixture(autouse=True)
def _working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


def toml(folder: Path, text: str) -> Path:
    (folder / "nexusplanner.toml").write_text(text, "utf-8")
    return folder


def test_each_source_wins_over_the_one_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings.load(folder=tmp_path) == Settings()
    assert Settings().limits.usd == Decimal(1)
    toml(tmp_path, "seed = 5\nmax_bad_share = 0.1\n[limits]\nusd = 0.5\nmax_calls = 9\n")
    assert Settings.load(folder=tmp_path).seed == 5
    monkeypatch.setenv("NEXUSPLANNER_SEED", "6")
    monkeypatch.setenv("NEXUSPLANNER_LIMITS__USD", "2.5")
    loaded = Settings.load(folder=tmp_path)
    assert (loaded.seed, loaded.limits.usd, loaded.limits.max_calls) == (6, Decimal("2.5"), 9)
    loaded = Settings.load(folder=tmp_path, seed=7, tenant=None, limits={"usd": 3})
    assert (loaded.seed, loaded.limits.usd, loaded.limits.max_calls, loaded.tenant) == (7, Decimal(3), 9, "default")
    assert Settings.load(folder=tmp_path, limits=Limits(usd=4)).limits == Limits(usd=4)
    assert loaded.max_bad_share == 0.1


def test_constructing_settings_reads_neither_file_nor_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    toml(Path(), "seed = 5")
    monkeypatch.setenv("NEXUSPLANNER_SEED", "6")
    assert Settings().seed == 0
    assert Settings.load().seed == 6


def test_the_folder_of_the_brief_is_looked_at_before_the_working_folder(tmp_path: Path) -> None:
    toml(Path(), "seed = 1")
    assert Settings.load(folder=tmp_path).seed == 1
    assert Settings.load(folder=toml(tmp_path, "seed = 2")).seed == 2


def test_paths_in_the_file_start_at_the_file(tmp_path: Path) -> None:
    text = (
        'workspace = "ws"\n[plan]\ncrm = "csv:tx.csv,people.csv?customer_id=id"\nmemory = "folder:notes"\nout = "out"\n'
        'signals = ["rss:https://x.example/feed", "csv:/abs/s.csv", "rss:feed.xml"]\n'
    )
    loaded = Settings.load(folder=toml(tmp_path, text))
    assert loaded.workspace == tmp_path / "ws"
    assert loaded.plan.out == tmp_path / "out"
    assert loaded.plan.crm == f"csv:{tmp_path}/tx.csv,{tmp_path}/people.csv?customer_id=id"
    assert loaded.plan.memory == f"folder:{tmp_path}/notes"
    assert loaded.plan.signals == ("rss:https://x.example/feed", "csv:/abs/s.csv", f"rss:{tmp_path}/feed.xml")


def test_lists_in_the_environment_are_split_at_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEXUSPLANNER_MODELS", "openai:gpt-5-mini, rules")
    monkeypatch.setenv("NEXUSPLANNER_PLAN__SIGNALS", "rss:a,rss:b")
    loaded = Settings.load()
    assert loaded.models == ("openai:gpt-5-mini", "rules")
    assert loaded.plan.signals == ("rss:a", "rss:b")


def test_keys_come_from_the_environment_and_show_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://user:hidden@127.0.0.1:9/v1")
    loaded = Settings.load()
    assert loaded.openai_api_key is not None
    assert loaded.openai_api_key.get_secret_value() == "sk-secret"
    assert loaded.openai_base_url == "http://user:hidden@127.0.0.1:9/v1"
    for text in (repr(loaded), str(loaded), loaded.model_dump_json(include={"openai_api_key"})):
        assert "sk-secret" not in text
        assert "hidden" not in text
    monkeypatch.setenv("OPENAI_API_KEY", "")
    assert Settings.load().openai_api_key is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("sed = 5", "sed: unknown key. Did you mean 'seed'?"),
        ("[limits]\nusdd = 1", "limits.usdd: unknown key. Did you mean 'usd'?"),
        ('[plan]\nsignal = "x"', "plan.signal: unknown key. Did you mean 'signals'?"),
        ("[limits]\nusd = -1", "limits.usd: must be greater than or equal to 0 (found -1)"),
        ("[limits]\nusd = nan", "limits.usd: not a finite number"),
        ('seed = "x"', "seed: not a whole number (found 'x')"),
        ("limits = 5", "limits: must be a mapping"),
        ("models = 5", "models: must be a list"),
        ("workspace = 5", "workspace: not a path"),
        ('use_ai_generation = "maybe"', "use_ai_generation: neither true nor false"),
        ("seed = ", "not TOML"),
        ('openai_api_key = "sk-secret"', "keys are not read from files"),
    ],
)
def test_a_wrong_file_is_named_with_its_key_in_one_line(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Settings.load(folder=toml(tmp_path, text))
    assert str(caught.value).startswith("nexusplanner.toml: ")
    assert says in str(caught.value)
    assert "sk-secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("NEXUSPLANNER_SEED", "x", "NEXUSPLANNER_SEED: not a whole number (found 'x')"),
        ("NEXUSPLANNER_LIMITS__MAX_CALLS", "-1", "NEXUSPLANNER_LIMITS__MAX_CALLS: must be greater"),
        ("NEXUSPLANNER_LIMITS__FOO", "1", "NEXUSPLANNER_LIMITS__FOO: unknown key"),
        ("NEXUSPLANNER_LIMITS", "{", "NEXUSPLANNER_LIMITS__USD=2"),
        ("OPENAI_BASE_URL", "ftp://user:hidden@x", "OPENAI_BASE_URL: not of the expected form"),
    ],
)
def test_a_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError) as caught:
        Settings.load()
    assert says in str(caught.value)
    assert "hidden" not in str(caught.value)


def test_a_wrong_argument_is_named() -> None:
    with pytest.raises(ConfigurationError, match="arguments: seed: must be greater"):
        Settings.load(seed=-1)
    with pytest.raises(ConfigurationError, match=r"arguments: sede: unknown key\. Did you mean 'seed'"):
        Settings.load(sede=1)
    with pytest.raises(TenantError):
        Settings.load(tenant="a/b")


def test_limits_are_checked_and_frozen() -> None:
    assert Limits(usd=1.5).usd == Decimal("1.5")
    with pytest.raises(ConfigurationError, match="limits: usd: must be greater"):
        Limits(usd=-1)
    with pytest.raises(ConfigurationError, match="call_timeout_s"):
        Limits(call_timeout_s=0)
    with pytest.raises(ValueError, match="frozen"):
        Limits().usd = Decimal(2)  # type: ignore[misc]


def test_a_folder_in_place_of_the_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "nexusplanner.toml").mkdir()
    with pytest.raises(ConfigurationError, match="is not a file"):
        Settings.load(folder=tmp_path)


def test_budgets_and_prices_come_from_file_and_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing has a ceiling unless it is set; a model's name may hold a colon."""
    assert set(Settings().budgets.model_dump().values()) == {None}
    text = (
        "[budgets]\nday_usd = 5\nmonth_usd = 50\n[prices.'openai:mine']\nin_per_million = 0.1\nout_per_million = 0.4\n"
    )
    monkeypatch.setenv("NEXUSPLANNER_BUDGETS__DAY_USD", "2.50")
    loaded = Settings.load(folder=toml(tmp_path, text))
    assert (loaded.budgets.day_usd, loaded.budgets.month_usd) == (Decimal("2.50"), Decimal(50))
    assert loaded.prices["openai:mine"].out_per_million == Decimal("0.4")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[budgets]\nday_usd = -1", "budgets.day_usd: must be greater"),
        ("[budgets]\nday = 1", "budgets.day: unknown key"),
        ("[ceiling_price]\nin_per_million = 1", "ceiling_price.out_per_million"),
        ("[prices.m]\nin_per_million = -1\nout_per_million = 1", "prices.m.in_per_million: must be greater"),
        ("[alerts]\nwebhook = 'ftp://secret'", "alerts.webhook: must begin with http"),
        ("[cache]\nstore = 'secret'", "cache.store: must be off, memory, workspace"),
        ("[cache]\nttl_s = 0", "cache.ttl_s: must be greater"),
    ],
)
def test_a_wrong_setting_of_money_is_named_and_shows_no_secret(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Settings.load(folder=toml(tmp_path, text))
    assert says in str(caught.value)
    assert "sk-secret" not in str(caught.value)


def test_prompts_are_named_by_folder_and_by_file(tmp_path: Path) -> None:
    """Paths in the file start at the file; ids stand beside the folder or under ``files``."""
    text = '[prompts]\nfolder = "words"\n"strategist/propose" = "mine.md"\n[prompts.files]\n"judge/decide" = "j.md"\n'
    prompts = Settings.load(folder=toml(tmp_path, text)).prompts
    assert prompts.folder == tmp_path / "words"
    assert prompts.files == {"strategist/propose": tmp_path / "mine.md", "judge/decide": tmp_path / "j.md"}
    assert Settings.load(prompts={"judge/decide": "j.md"}).prompts.files == {"judge/decide": Path("j.md")}


def test_ceilings_of_single_tenants_are_read_by_their_names(tmp_path: Path) -> None:
    text = '[tenants.acme]\nday_usd = 3\n\n[tenants."Kiln & co"]\nmonth_usd = 1\n'
    (tmp_path / "nexusplanner.toml").write_text(text.replace("Kiln & co", "Kiln"), encoding="utf-8")
    read = Settings.load(folder=tmp_path)
    assert {name: (own.day_usd, own.month_usd) for name, own in read.tenants.items()} == {
        "acme": (3, None),
        "Kiln": (None, 1),
    }
    (tmp_path / "nexusplanner.toml").write_text(text, encoding="utf-8")
    with pytest.raises(TenantError):
        Settings.load(folder=tmp_path)
