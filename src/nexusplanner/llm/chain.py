"""The chain an agent speaks to: models in order of preference, and always the rules behind them.

reworded(traced(cached(fallback(
    scored(sectioned(timed(repaired(retried(guarded(budgeted(openai))))))), …, scored(rules)))))

Each policy is a model that holds a model. From the inside out: what a call can cost is held before it is made; a
deployment that is down is left alone; a passing fault is tried again; a reply that does not fit is mended once; all of
that is over in time; what does not fit into one reply is asked for in parts; an answer that is poor is mended once;
then the next model is asked. All of it in the user's own words, where there are any.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from nexusplanner.llm.breaker import SHARED, Breaker, Breakers
from nexusplanner.llm.budgeted import Budgeted
from nexusplanner.llm.cached import Cached
from nexusplanner.llm.chat import ChatRung
from nexusplanner.llm.fallback import Fallback
from nexusplanner.llm.forms import SHARED as KNOWN_FORMS
from nexusplanner.llm.forms import Forms
from nexusplanner.llm.graders import ByCode, ByJudge, Grader
from nexusplanner.llm.guarded import Guarded
from nexusplanner.llm.loading import deployment, name_of, wire_of
from nexusplanner.llm.observed import Observed
from nexusplanner.llm.price import CEILING, Prices
from nexusplanner.llm.repaired import Repaired
from nexusplanner.llm.request import Model
from nexusplanner.llm.retried import Retried
from nexusplanner.llm.reworded import Reworded
from nexusplanner.llm.scored import Scored
from nexusplanner.llm.scorers import Scorer
from nexusplanner.llm.sectioned import Sectioned
from nexusplanner.llm.timed import Timed
from nexusplanner.llm.traced import Traced
from nexusplanner.prompts import PromptBook

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from pydantic import SecretStr

    from nexusplanner.llm.rules import RulesModel
    from nexusplanner.ports.answers import AnswerStore
    from nexusplanner.ports.observer import Observer

_NO_FLOOR = 0.0
_USUAL_IN, _USUAL_OUT = 12_000, 2_000
"""Tokens of a draft, by which prices are compared."""


def build_chain(
    models: Sequence[str | BaseChatModel],
    rules: RulesModel,
    *,
    api_key: SecretStr | None,
    base_url: str | None,
    timeout_s: float,
    max_tokens: int,
    prices: Prices | None = None,
    breakers: Breakers | None = None,
    scorers: Sequence[Scorer] = (),
    floor: float = 0.0,
    judge: str | BaseChatModel | None = None,
    answers: AnswerStore | None = None,
    ttl_s: float = 86_400.0,
    prompts: PromptBook | None = None,
    observer: Observer | None = None,
) -> Model:
    """Build the chain; without models the rules alone.

    Args:
        models: Names or chat models, in order of preference; what stands after ``"rules"`` is not asked.
        rules: The last rung.
        api_key: For ``openai:`` models.
        base_url: Address of a server that speaks OpenAI's wire.
        timeout_s: Wall clock around each call, with its tries.
        max_tokens: The most tokens of a reply.
        prices: What models cost; one handed in, or behind ``base_url``, that has none is reckoned at the ceiling price.
        breakers: Breakers of the deployments; by default those of the process.
        scorers: Yardsticks of the answers; with none, answers are not scored.
        floor: Least score of a model's answer, 0-1.
        judge: A model that judges answers, beside the yardsticks.
        answers: Where answers are kept; None keeps none.
        ttl_s: Seconds that an answer is kept.
        prompts: The words of the tasks; by default ours.
        observer: Who watches each request to a model.

    Raises:
        ConfigurationError: A string names no known provider.
    """
    book = prompts or PromptBook()
    paid = partial(
        _paid,
        api_key=api_key,
        base_url=base_url,
        timeout_s=timeout_s,
        max_tokens=max_tokens,
        prices=prices or Prices(),
        breakers=breakers or SHARED,
        prompts=book,
        observer=observer,
    )
    by_code, grader = _graders(scorers, None if judge is None else Reworded(paid(judge), book), floor=floor)
    asked = _before_rules(models)
    rungs: list[Model] = [Scored(paid(m), grader, floor=floor) if scorers or judge else paid(m) for m in asked]
    last: Model = Scored(rules, by_code, floor=_NO_FLOOR) if scorers else rules
    if not rungs:
        return Reworded(Traced(last), book)
    chain: Model = Fallback(*rungs, last, starters=starters([_named(m) for m in asked], prices or Prices()))
    return Reworded(Traced(_kept(chain, answers, ttl_s, max_tokens)), book)


def _graders(scorers: Sequence[Scorer], judge: Model | None, *, floor: float) -> tuple[ByCode, Grader]:
    by_code = ByCode(scorers)
    return by_code, by_code if judge is None else ByJudge(by_code, judge, floor=floor)


def _kept(chain: Model, answers: AnswerStore | None, ttl_s: float, max_tokens: int) -> Model:
    return chain if answers is None else Cached(chain, answers, ttl_s=ttl_s, parameters={"max_tokens": max_tokens})


def _before_rules(models: Sequence[str | BaseChatModel]) -> Sequence[str | BaseChatModel]:
    return models[: models.index("rules")] if "rules" in models else models


def starters(names: Sequence[str], prices: Prices) -> tuple[int, ...]:
    """Return which models may begin in turn: the first of each family that costs no more than the first of all.

    Drafts from different families resemble each other less than drafts from one. A dearer family does not take
    turns, since the quote is reckoned at the first model's price and nobody asked for a higher bill: who wants it to,
    puts it first. A family is a provider; each chat model that was handed in is one of its own.
    """
    most = _price_of(names[0], prices)
    first_of: dict[str, int] = {}
    for at, name in enumerate(names):
        first_of.setdefault(name.partition(":")[0], at)
    return tuple(at for at in first_of.values() if _price_of(names[at], prices) <= most)


def _price_of(name: str, prices: Prices) -> Decimal:
    return prices.assuming(CEILING).usd(name, tokens_in=_USUAL_IN, tokens_out=_USUAL_OUT)


def _named(model: str | BaseChatModel) -> str:
    return model if isinstance(model, str) else name_of(model)


def _paid(
    model: str | BaseChatModel,
    *,
    api_key: SecretStr | None,
    base_url: str | None,
    timeout_s: float,
    max_tokens: int,
    prices: Prices,
    breakers: Breakers,
    prompts: PromptBook,
    observer: Observer | None,
) -> Model:
    """Build one model with the policies that are its own."""
    name = _named(model)
    is_own = not isinstance(model, str) or (base_url is not None and model.startswith("openai:"))
    reckoned = prices.assuming(CEILING) if is_own else prices
    wire = wire_of(model, api_key=api_key, base_url=base_url, timeout_s=timeout_s, max_tokens=max_tokens)
    rung = ChatRung(wire, name=name, timeout_s=timeout_s, forms=_forms(model, base_url))
    watched = rung if observer is None else Observed(rung, observer, kind="call")
    budgeted = Budgeted(watched, max_tokens=max_tokens, prices=reckoned)
    guarded = Guarded(budgeted, breaker=_breaker(model, name, base_url, breakers))
    return Sectioned(Timed(Repaired(Retried(guarded)), limit_s=timeout_s), prompts=prompts)


def _breaker(model: str | BaseChatModel, name: str, base_url: str | None, breakers: Breakers) -> Breaker:
    """Return the deployment's breaker; a chat model that was handed in is a deployment of its own."""
    return breakers.of(deployment(model, base_url)) if isinstance(model, str) else Breaker(name)


def _forms(model: str | BaseChatModel, base_url: str | None) -> Forms:
    return KNOWN_FORMS.of(deployment(model, base_url)) if isinstance(model, str) else Forms()
