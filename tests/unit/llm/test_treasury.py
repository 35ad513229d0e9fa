"""Ceilings of calls, days and months; alerts once each; prices that are known or said to be missing."""

from __future__ import annotations

import asyncio
import hashlib
import importlib
import inspect
import logging
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import tiktoken
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.llm.asking import PROMPT, Said, ask, purse, request

from nexusplanner.domain.dollars import ceiling_micros, dollars, micros
from nexusplanner.errors import BudgetExceeded, ProviderContentError, ProviderError, ProviderPermanentError
from nexusplanner.llm.budgeted import Budgeted
from nexusplanner.llm.chain import build_chain
from nexusplanner.llm.ledger_memory import InMemoryLedger
from nexusplanner.llm.price import CEILING, Prices, tokens_at_most
from nexusplanner.llm.purse import Purse
from nexusplanner.llm.request import Answer, Request, T, Usage
from nexusplanner.llm.rules import RulesModel
from nexusplanner.llm.tokens import FRAME_TOKENS, VOCABULARIES, count_tokens
from nexusplanner.llm.treasury import Asked, Treasury
from nexusplanner.observability.alerts import Alert, AlertDesk
from nexusplanner.persistence.ledger_sqlite import SqliteLedger
from nexusplanner.settings import Budgets, ModelPrice, TenantBudgets

NOON = datetime(2027, 1, 31, 12, tzinfo=UTC)
CENT = Decimal("0.01")
SAID = Said(text="So it is.")


def spend(treasury: Treasury, usd: str, *, tenant: str = "acme", run: str = "r", limit: str = "100") -> None:
    """Spend an amount at once."""
    held = Purse(usd=Decimal(limit), max_calls=9, run=run, tenant=tenant, treasury=treasury)
    held.settle(held.reserve(Decimal(usd)), Decimal(usd))


@given(st.decimals(0, 1_000_000, places=9))
def test_rounding_never_hides_a_cost_and_never_raises_a_ceiling(usd: Decimal) -> None:
    assert dollars(ceiling_micros(usd)) <= usd <= dollars(micros(usd))
    assert micros(usd) - ceiling_micros(usd) in (0, 1)


@pytest.mark.parametrize(
    ("budgets", "ceiling", "other_tenant", "next_day", "next_month"),
    [
        (Budgets(call_usd=Decimal("0.5")), "call", False, False, False),
        (Budgets(tenant_day_usd=Decimal("1.5")), "tenant_day", True, True, True),
        (Budgets(day_usd=Decimal("1.5")), "day", False, True, True),
        (Budgets(tenant_month_usd=Decimal("1.5")), "tenant_month", True, False, True),
        (Budgets(month_usd=Decimal("1.5")), "month", False, False, True),
    ],
)
def test_each_ceiling_holds_for_its_tenant_and_its_period(
    budgets: Budgets, ceiling: str, other_tenant: bool, next_day: bool, next_month: bool
) -> None:
    """The second dollar does not fit; whether another tenant's, tomorrow's or next month's does is the ceiling's."""
    at = [datetime(2027, 1, 30, 12, tzinfo=UTC)]
    treasury = Treasury(budgets=budgets, now=lambda: at[0])
    refused: list[tuple[str, bool]] = []

    def fits(tenant: str = "acme") -> bool:
        try:
            treasury.reserve(Asked(Decimal(1), Decimal(9), run="x", tenant=tenant, agent="", model=""))
        except BudgetExceeded as error:
            refused.append((error.ceiling, f"budgets.{ceiling}_usd" in str(error)))
            return False
        return True

    assert fits() is (ceiling != "call")
    assert not fits()
    assert fits("beta") is other_tenant
    at[0] = at[0].replace(day=31)
    assert fits() is next_day
    at[0] = at[0].replace(month=2, day=1)
    assert fits() is next_month
    assert set(refused) == {(ceiling, True)}


def test_a_resumed_run_goes_on_where_it_stood() -> None:
    treasury = Treasury(now=lambda: NOON)
    spend(treasury, "0.75", limit="1")
    with pytest.raises(BudgetExceeded, match=r"run's ceiling of 1 USD"):
        spend(treasury, "0.5", limit="1")
    spend(treasury, "0.5", run="other", limit="1")


def test_alerts_are_told_once_for_each_ceiling_and_period(caplog: pytest.LogCaptureFixture) -> None:
    told: list[Alert] = []
    at = [NOON.replace(day=30)]
    desk = AlertDesk(told.append)
    treasury = Treasury(budgets=Budgets(tenant_day_usd=Decimal(1)), desk=desk, now=lambda: at[0])
    with caplog.at_level(logging.WARNING, "nexusplanner.budget"):
        for _ in range(10):
            spend(treasury, "0.1")
    assert [(a.ceiling, a.period, a.tenant, a.percent) for a in told] == [
        ("tenant_day", "2027-01-30", "acme", p) for p in (50, 80, 100)
    ]
    assert "80 % of the ceiling tenant_day 2027-01-30 is spent: 0.8 of 1 USD" in caplog.text
    at[0] = NOON
    spend(treasury, "0.5")
    assert (told[-1].period, told[-1].percent) == ("2027-01-31", 50)


def test_a_listener_that_fails_fails_no_run() -> None:
    def listener(alert: Alert) -> None:
        raise RuntimeError(str(alert))

    spend(Treasury(desk=AlertDesk(listener), now=lambda: NOON), "1", limit="1")


def test_books_that_cannot_be_written_allow_no_call(tmp_path: Path) -> None:
    """No money, no call: the chain falls to its next rung, and the plan comes."""
    (tmp_path / "file").write_text("")
    treasury = Treasury(SqliteLedger(tmp_path / "file" / "ledger.sqlite"), now=lambda: NOON)
    with pytest.raises(BudgetExceeded, match="No money can be held") as refused:
        spend(treasury, "0.1")
    assert refused.value.ceiling == "ledger"


def test_a_call_refused_by_money_is_not_counted_as_a_call() -> None:
    held = purse("0.01", max_calls=1)
    with pytest.raises(BudgetExceeded):
        held.reserve(Decimal(1))
    held.reserve(CENT)
    assert held.calls == 1


async def test_a_thousand_at_once_on_a_disk_spend_no_more_than_there_is(tmp_path: Path) -> None:
    """Async callers, one event loop, a ledger on a disk: 100 calls of a cent fit under a dollar."""
    treasury = Treasury(SqliteLedger(tmp_path / "ledger.sqlite"), now=lambda: NOON)
    held = Purse(usd=Decimal(1), max_calls=2000, run="r", treasury=treasury)

    async def one() -> int:
        try:
            hold = await held.areserve(CENT)
        except BudgetExceeded:
            return 0
        await held.asettle(hold, CENT)
        return 1

    assert sum(await asyncio.gather(*(one() for _ in range(1000)))) == 100
    assert (held.spent_usd, held.held_usd) == (Decimal(1), Decimal(0))
    await treasury.awritten()
    assert treasury.ledger.balance("run:default:r").spent == 1_000_000
    treasury.close()


async def test_who_is_cancelled_while_money_is_reserved_holds_nothing(tmp_path: Path) -> None:
    treasury = Treasury(SqliteLedger(tmp_path / "ledger.sqlite"), now=lambda: NOON)
    held = Purse(usd=Decimal(1), max_calls=9, run="r", treasury=treasury)
    asking = asyncio.ensure_future(held.areserve(CENT))
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    while not treasury.ledger.spend():
        await asyncio.sleep(0)
    assert (held.calls, held.held_usd) == (0, Decimal(0))
    assert treasury.ledger.balance("run:default:r").spent == 0
    assert treasury.ledger.balance("run:default:r").held == 0
    treasury.close()


class Refusing:
    """A model that fails as its provider did."""

    name = "openai:gpt-5-mini"

    def __init__(self, error: ProviderError) -> None:
        self.error = error

    async def answer(self, asked: Request[T]) -> Answer[T]:
        """Fail."""
        raise self.error


def failed(status: int) -> ProviderError:
    """Fail as a client does that was sent a status."""
    error, cause = ProviderPermanentError("no"), RuntimeError("no")
    cause.status_code = status  # type: ignore[attr-defined]
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("status", "is_free"), [(400, True), (401, True), (404, True), (429, True), (503, True), (408, False), (504, False)]
)
def test_what_the_provider_says_it_did_not_do_is_free(status: int, is_free: bool) -> None:
    held = purse()
    with pytest.raises(ProviderPermanentError):
        ask(Budgeted(Refusing(failed(status)), max_tokens=1000), request(held=held))
    assert (held.spent_usd == 0) is is_free
    assert held.held_usd == 0


def test_a_missing_key_costs_nothing() -> None:
    """No request left."""
    held = purse()
    rules = RulesModel({"test.ask": lambda _: SAID})
    chain = build_chain(["openai:gpt-5-mini"], rules, api_key=None, base_url=None, timeout_s=1, max_tokens=1000)
    answer = ask(chain, request(held=held))
    assert (answer.rung, "has no key" in answer.lost[0]) == ("rules", True)
    assert (held.spent_usd, held.held_usd) == (Decimal(0), Decimal(0))


def test_a_cut_reply_costs_what_it_took() -> None:
    held = purse()
    cut = ProviderContentError("The reply was cut.")
    cut.usage = Usage(1, 10, 5, CENT)  # type: ignore[attr-defined]
    with pytest.raises(ProviderContentError):
        ask(Budgeted(Refusing(cut), max_tokens=1000), request(held=held))
    assert held.spent_usd == CENT


class Saying:
    """A model that answers at list price."""

    def __init__(self, name: str) -> None:
        self.name, self.asked = name, 0

    async def answer(self, asked: Request[T]) -> Answer[T]:
        """Answer with a million tokens in and none out."""
        self.asked += 1
        value = asked.schema.model_validate(SAID.model_dump())
        return Answer(value, self.name, PROMPT.id, PROMPT.sha256, Usage(1, 1_000_000, 0, Decimal("0.25")))


def test_a_price_of_ones_own_wins_over_the_list() -> None:
    own = ModelPrice(in_per_million=Decimal(3), out_per_million=Decimal(4))
    prices, held = Prices({"openai:gpt-5-mini": own}), purse("5")
    answer = ask(Budgeted(Saying("openai:gpt-5-mini"), max_tokens=10, prices=prices), request(held=held))
    assert answer.usage.usd == held.spent_usd == Decimal(3)


def test_a_named_model_of_unknown_price_is_not_called_and_says_what_to_set() -> None:
    model, unknown = Saying("openai:my-model"), Prices(ceiling=None)
    with pytest.raises(ProviderPermanentError, match=r'prices\."openai:my-model".*ceiling_price'):
        ask(Budgeted(model, max_tokens=10, prices=unknown))
    assert model.asked == 0
    most = ModelPrice(in_per_million=Decimal(1), out_per_million=Decimal(1))
    assert ask(Budgeted(model, max_tokens=10, prices=replace(unknown, ceiling=most))).usage.usd == Decimal(1)
    assert unknown.assuming(CEILING).ceiling == CEILING
    assert Prices(ceiling=most).assuming(CEILING).ceiling == most


@pytest.fixture
def vocabulary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Register an encoding of single bytes whose file would be fetched, and return where it is looked for."""
    import base64

    from tiktoken import load, model, registry

    ranks = "".join(f"{base64.b64encode(bytes([i])).decode()} {i}\n" for i in range(256)).encode()
    address, sha256 = "https://127.0.0.1:9/bytes.tiktoken", hashlib.sha256(ranks).hexdigest()
    registry._find_constructors()
    assert registry.ENCODING_CONSTRUCTORS is not None

    def of_bytes() -> dict[str, object]:
        loaded = load.load_tiktoken_bpe(address, expected_hash=sha256)
        return {"name": "bytes", "pat_str": r".|\n", "mergeable_ranks": loaded, "special_tokens": {}}

    name = tmp_path.name  # tiktoken keeps encodings for the life of the process
    monkeypatch.setitem(registry.ENCODING_CONSTRUCTORS, name, lambda: {**of_bytes(), "name": name})
    monkeypatch.setitem(model.MODEL_TO_ENCODING, f"model-{name}", name)
    monkeypatch.setitem(VOCABULARIES, name, (address, sha256))
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    file = tmp_path / hashlib.sha1(address.encode()).hexdigest()
    file.write_bytes(ranks)
    return file


def test_tokens_are_counted_by_the_vocabulary_that_is_there(vocabulary: Path) -> None:
    counted = count_tokens("four", f"openai:model-{vocabulary.parent.name}")
    assert (counted.tokens, counted.counted_by) == (4 + FRAME_TOKENS, "tiktoken")


@pytest.mark.parametrize("content", [None, b"", b"spoilt"])
def test_a_vocabulary_that_is_missing_or_spoilt_is_not_fetched(vocabulary: Path, content: bytes | None) -> None:
    """Nor is the file touched: the network may be silent for ever."""
    vocabulary.unlink() if content is None else vocabulary.write_bytes(content)
    counted = count_tokens("four", f"openai:model-{vocabulary.parent.name}")
    assert (counted.tokens, counted.counted_by) == (tokens_at_most("four"), "estimate")
    assert vocabulary.exists() is (content is not None)


@pytest.mark.parametrize("model", ["openai:gpt-5-mini", "openai:nobodys", "bedrock:x", "gpt-5", ""])
def test_without_a_vocabulary_tokens_are_estimated(model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    assert count_tokens("some text", model).counted_by == "estimate"


def test_the_vocabularies_are_those_that_tiktoken_asks_for() -> None:
    """Address and fingerprint are checked against the installed package's own."""
    public = importlib.import_module("tiktoken_ext.openai_public")
    for name, (address, sha256) in VOCABULARIES.items():
        source = inspect.getsource(getattr(public, name))
        assert address in source
        assert sha256 in source
    assert tiktoken.encoding_name_for_model("gpt-5-mini") in VOCABULARIES


def test_memory_does_not_grow_with_runs() -> None:
    ledger = InMemoryLedger()
    treasury = Treasury(ledger, now=lambda: NOON)
    for i in range(5000):
        spend(treasury, "0.001", run=f"run-{i}")
    assert len(ledger._balances) <= 4096
    assert len(ledger.spend()) == 1
    assert ledger.spend()[0].calls == 5000


def test_a_tenant_of_its_own_ceilings_stands_under_those_and_the_others_under_those_of_all() -> None:
    budgets = Budgets(tenant_day_usd=Decimal(1), tenant_month_usd=Decimal(10))
    own = {"acme": TenantBudgets(day_usd=Decimal(3)), "poor": TenantBudgets(month_usd=Decimal("0.5"))}
    treasury = Treasury(budgets=budgets, tenants=own, now=lambda: NOON)
    spend(treasury, "2.5", tenant="acme")
    beyond = (("acme", "0.6", "tenant_day"), ("Acme", "1.1", "tenant_day"), ("poor", "0.6", "tenant_month"))
    for tenant, usd, ceiling in beyond:
        with pytest.raises(BudgetExceeded) as exceeded:
            spend(treasury, usd, tenant=tenant)
        assert exceeded.value.ceiling == ceiling
    spend(treasury, "1", tenant="Acme")
