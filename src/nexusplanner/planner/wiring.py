"""Wiring: strings, ports and functions become the parts of a graph."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from nexusplanner.agents.experts import experts
from nexusplanner.agents.protocols import DecisionProtocol, protocol_named
from nexusplanner.agents.researchers import (
    ChannelResearcher,
    CustomerResearcher,
    MarketResearcher,
    MemoryResearcher,
)
from nexusplanner.agents.yardsticks import yardsticks
from nexusplanner.errors import ConfigurationError
from nexusplanner.graph.context import Parts
from nexusplanner.graph.foreign_tools import ToolFunction, tool_node
from nexusplanner.learning import Experience
from nexusplanner.llm import Model, RulesModel, build_chain, default_models
from nexusplanner.llm.answers_memory import InMemoryAnswers
from nexusplanner.llm.families import another_family_first
from nexusplanner.llm.ledger_memory import InMemoryLedger
from nexusplanner.llm.loading import name_of
from nexusplanner.llm.price import CEILING, Prices
from nexusplanner.llm.purse import Purses
from nexusplanner.llm.treasury import Treasury, utc_now
from nexusplanner.observability.alerts import AlertDesk, OnAlert
from nexusplanner.observability.several import NOBODY
from nexusplanner.observability.step_desk import StepDesk
from nexusplanner.persistence import InMemoryPlans, SqliteLedger
from nexusplanner.persistence.journal_sqlite import SqliteJournal
from nexusplanner.persistence.runs_memory import InMemoryRuns
from nexusplanner.persistence.steps_memory import InMemorySteps
from nexusplanner.planner.records import records_in
from nexusplanner.planner.watching import observer_of
from nexusplanner.ports import CRM, History, Memory, Plans, Signals, ToolNode
from nexusplanner.ports.answers import AnswerStore
from nexusplanner.ports.journal import Journal
from nexusplanner.ports.ledger import Ledger
from nexusplanner.ports.observer import Observer
from nexusplanner.ports.outcomes import Lessons, Outcomes, Priors
from nexusplanner.ports.personal_data import TenantData
from nexusplanner.ports.runs import Runs
from nexusplanner.prompts import PromptBook

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.tools import BaseTool

    from nexusplanner.persistence.database import Database
    from nexusplanner.settings import Settings

ENTRY_POINTS = "nexusplanner.tools"


@dataclass(frozen=True)
class Given:
    """What a planner was handed: ports, or specs such as ``csv:customers.csv``."""

    crm: CRM | str | None
    history: History | str | None
    signals: Sequence[Signals | str]
    memory: Memory | str | None
    models: Sequence[str | BaseChatModel] | None
    tools: Sequence[ToolNode | BaseTool | ToolFunction | str]
    base: Path
    workspace: Path | None
    on_alert: OnAlert | None = None
    protocol: str | DecisionProtocol | type[DecisionProtocol] | None = None
    now: Callable[[], datetime] = utc_now
    """The clock that money is counted by."""
    observers: Sequence[Observer] = ()


def wire(given: Given, settings: Settings, clock: Callable[[], date], *, database: Database | None) -> Parts:
    """Build the parts of a planner's graph."""
    plans: Plans = wire_plans(database, given) if database else InMemoryPlans()
    answers, treasury = wire_answers(given, settings), wire_treasury(given, settings, database)
    records = records_in(database, given.now)
    observer = observer_of(given.observers, settings)
    return Parts(
        model=wire_model(given.models, settings, answers=answers, observer=observer),
        judge=wire_judge(given.models, settings, answers=answers, observer=observer),
        observer=observer,
        steps=wire_steps(database, settings, now=given.now),
        protocol=protocol_named(given.protocol or settings.deliberation.protocol),
        tools=_by_name(_tools(given)),
        plans=plans,
        runs=wire_runs(database),
        clock=clock,
        experience=wire_experience(database, settings),
        purses=Purses(treasury=treasury),
        approvals=records.approvals,
        audit=records.audit,
        expire_days=settings.approvals.expire_days,
        now=given.now,
        held_open=tuple(part for part in (treasury, answers, database) if part is not None),
    )


def wire_experience(database: Database | None, settings: Settings) -> Experience:
    """Open what is known of earlier outcomes: in the database, else for the life of the process."""
    from nexusplanner.adapters.memory.word_relevance import WordRelevance

    outcomes, lessons, priors, data = _learning_stores(database)
    return Experience(outcomes, lessons, priors, WordRelevance(), settings.recall, data)


def _learning_stores(database: Database | None) -> tuple[Outcomes, Lessons, Priors, TenantData]:
    if database is None:
        from nexusplanner.persistence.learning_memory import InMemoryExperience

        kept = InMemoryExperience()
        return kept.outcomes, kept.lessons, kept.priors, kept
    from nexusplanner.persistence.learning_data import SqlLearningData
    from nexusplanner.persistence.learning_sql import SqlLessons, SqlOutcomes, SqlPriors

    return SqlOutcomes(database), SqlLessons(database), SqlPriors(database), SqlLearningData(database)


def wire_database(given: Given, settings: Settings) -> Database | None:
    """Name the database: that of the settings, else the workspace's; None where nothing is kept. Nothing is opened."""
    at = settings.storage.url or given.workspace
    if at is None:
        return None
    from nexusplanner.persistence.database import FILE_NAME, Database

    return Database(at / FILE_NAME if isinstance(at, Path) else at)


def wire_plans(database: Database, given: Given) -> Plans:
    """Keep plans in a database."""
    from nexusplanner.persistence.plan_sql import SqlPlans

    return SqlPlans(database, now=given.now)


def wire_runs(database: Database | None) -> Runs:
    """Know runs by rows of a database, else in memory."""
    if database is None:
        return InMemoryRuns()
    from nexusplanner.persistence.runs_sql import SqlRuns

    return SqlRuns(database)


def wire_journal(ledger: Ledger, database: Database | None) -> Journal | None:
    """Keep what runs are told where the books are, in their transactions; books in memory keep no journal."""
    if isinstance(ledger, SqliteLedger):
        return SqliteJournal(ledger)
    if database is None:
        return None
    from nexusplanner.persistence.journal_postgres import PostgresJournal

    return PostgresJournal(database)


def wire_steps(database: Database | None, settings: Settings, *, now: Callable[[], datetime]) -> StepDesk | None:
    """Open the log of decisions: in the database, else in memory; None where none is to be kept."""
    bounds = settings.decisions
    if not bounds.keep_steps:
        return None
    if database is None:
        return StepDesk(InMemorySteps(keep_days=bounds.keep_days, keep_steps=bounds.keep_steps), now=now)
    from nexusplanner.persistence.steps_sql import SqlSteps

    return StepDesk(SqlSteps(database, keep_days=bounds.keep_days, keep_steps=bounds.keep_steps), now=now)


def wire_treasury(given: Given, settings: Settings, database: Database | None = None) -> Treasury:
    """Open the books: on the server or in the workspace, where all who use it share its ceilings, else in memory."""
    ledger = _ledger(given, database)
    return Treasury(
        ledger,
        journal=wire_journal(ledger, database),
        budgets=settings.budgets,
        tenants=settings.tenants,
        desk=AlertDesk(given.on_alert, webhook=settings.alerts.webhook),
        now=given.now,
        hold_s=max(2 * settings.limits.call_timeout_s, 60.0),
    )


def _ledger(given: Given, database: Database | None) -> Ledger:
    if database is not None and database.dialect == "postgresql":
        from nexusplanner.persistence.ledger_postgres import PostgresLedger

        return PostgresLedger(database)
    return SqliteLedger(given.workspace / "ledger.sqlite") if given.workspace else InMemoryLedger()


def wire_prices(settings: Settings) -> Prices:
    """Return the settings' prices, the price list behind them."""
    return Prices(settings.prices, ceiling=settings.ceiling_price)


def quoted_prices(model: str, settings: Settings) -> Prices:
    """Return the prices that a model is quoted at: those that its calls will be reckoned at."""
    is_handed_in = ":" not in model
    is_own_server = settings.openai_base_url is not None and model.startswith("openai:")
    known = wire_prices(settings)
    return known.assuming(CEILING) if is_handed_in or is_own_server else known


def wire_prompts(settings: Settings) -> PromptBook:
    """Read the user's own prompts.

    Raises:
        ConfigurationError: One of them cannot be used.
    """
    return PromptBook.read(folder=settings.prompts.folder, files=settings.prompts.files)


def wire_answers(given: Given, settings: Settings) -> AnswerStore | None:
    """Open the store of answers that the settings name; None where answers are not kept.

    Raises:
        ConfigurationError: It is in the workspace, and there is none.
        MissingExtraError: It needs a package that is not installed.
    """
    store = settings.cache.store
    if store == "off":
        return None
    if store == "memory":
        return InMemoryAnswers()
    if store != "workspace":
        from nexusplanner.persistence.answers_redis import RedisAnswers

        return RedisAnswers.at(SecretStr(store))
    if given.workspace is None:
        raise ConfigurationError("cache.store is 'workspace', and there is none.", fix="Name one, or use 'memory'.")
    from nexusplanner.persistence.answers_sqlite import SqliteAnswers

    return SqliteAnswers(given.workspace / "answers.sqlite")


def wire_model(
    models: Sequence[str | BaseChatModel] | None,
    settings: Settings,
    *,
    answers: AnswerStore | None = None,
    observer: Observer = NOBODY,
) -> Model:
    """Build the model chain, the rules always behind it."""
    return build_chain(
        named_models(models, settings),
        rules_model(),
        api_key=settings.openai_api_key,
        base_url=settings.openai_base_url,
        timeout_s=settings.limits.call_timeout_s,
        max_tokens=settings.limits.max_tokens,
        prices=wire_prices(settings),
        scorers=yardsticks(),
        floor=settings.quality.floor,
        judge=settings.quality.judge,
        answers=answers,
        ttl_s=settings.cache.ttl_s,
        prompts=wire_prompts(settings),
        observer=None if observer is NOBODY else observer,
    )


def wire_judge(
    models: Sequence[str | BaseChatModel] | None,
    settings: Settings,
    *,
    answers: AnswerStore | None = None,
    observer: Observer = NOBODY,
) -> Model | None:
    """Build the chain that the judge asks, another family of models first; None where there is one family alone."""
    named = named_models(models, settings)
    order = another_family_first(named)
    return None if list(order) == list(named) else wire_model(order, settings, answers=answers, observer=observer)


def rules_model() -> RulesModel:
    """Return the rung that needs no key."""
    return RulesModel(experts())


def named_models(models: Sequence[str | BaseChatModel] | None, settings: Settings) -> Sequence[str | BaseChatModel]:
    """Return the models to use: those handed in, those of the settings, or those there are keys for."""
    if not settings.use_ai_generation:
        return ()
    if models is not None:
        return models
    return settings.models or default_models(has_openai_key=settings.openai_api_key is not None)


def model_names(models: Sequence[str | BaseChatModel] | None, settings: Settings) -> tuple[str, ...]:
    """Name the models before the rules, in order."""
    named = (m if isinstance(m, str) else name_of(m) for m in named_models(models, settings))
    return tuple(name for name in named if name != "rules")


def _tools(given: Given) -> Iterable[ToolNode]:
    if given.crm is not None:
        yield CustomerResearcher(_crm(given.crm, given.base))
    if given.history is not None:
        yield ChannelResearcher(_history(given.history, given.base))
    if given.signals:
        yield MarketResearcher([_signals(s, given.base) for s in given.signals])
    if given.memory is not None:
        yield MemoryResearcher(_memory(given.memory, given))
    for tool in given.tools:
        yield _tool(tool, given) if isinstance(tool, str) else tool_node(tool)


def _by_name(tools: Iterable[ToolNode]) -> dict[str, ToolNode]:
    named: dict[str, ToolNode] = {}
    for tool in tools:
        if tool.name in named:
            raise ConfigurationError(f"Two tools are called {tool.name!r}.", fix="Give each tool a name of its own.")
        named[tool.name] = tool
    return named


def _crm(crm: CRM | str, base: Path) -> CRM:
    if not isinstance(crm, str):
        return crm
    from nexusplanner.adapters.specs import crm_from_spec

    return crm_from_spec(crm, base=base)


def _history(history: History | str, base: Path) -> History:
    if not isinstance(history, str):
        return history
    from nexusplanner.adapters.specs import history_from_spec

    return history_from_spec(history, base=base)


def _signals(signals: Signals | str, base: Path) -> Signals:
    if not isinstance(signals, str):
        return signals
    from nexusplanner.adapters.signals import signals_from_spec

    return signals_from_spec(signals, base=base)


def _memory(memory: Memory | str, given: Given) -> Memory:
    if not isinstance(memory, str):
        return memory
    from nexusplanner.adapters.memory import memory_from_spec

    return memory_from_spec(memory, base=given.base, workspace=given.workspace)


def _tool(spec: str, given: Given) -> ToolNode:
    """Resolve ``crm:csv:…``, ``history:…``, ``signals:…``, ``memory:…`` or the name of an entry point."""
    port, _, rest = spec.partition(":")
    if rest and port == "crm":
        return CustomerResearcher(_crm(rest, given.base))
    if rest and port == "history":
        return ChannelResearcher(_history(rest, given.base))
    if rest and port == "signals":
        return MarketResearcher([_signals(rest, given.base)])
    if rest and port == "memory":
        return MemoryResearcher(_memory(rest, given))
    found = entry_points(group=ENTRY_POINTS, name=spec)
    for entry in found:
        loaded = entry.load()
        return tool_node(loaded() if isinstance(loaded, type) else loaded)
    raise ConfigurationError(
        f"No tool is called {spec!r}.", fix=f"Install a package with an entry point of that name in {ENTRY_POINTS!r}."
    )
