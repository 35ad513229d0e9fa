"""Lives of a run: each is a process's share of it, with books and a journal that outlast them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from pydantic import SecretStr
from tests.unit.llm.asking import Said, request

from nexusplanner.llm.breaker import Breakers
from nexusplanner.llm.chain import build_chain
from nexusplanner.llm.purse import Purse
from nexusplanner.llm.request import Answer
from nexusplanner.llm.rules import RulesModel
from nexusplanner.llm.scorers import Length
from nexusplanner.llm.tape import Tapes
from nexusplanner.llm.taped import Taped
from nexusplanner.llm.treasury import Treasury
from nexusplanner.persistence.journal_sqlite import SqliteJournal
from nexusplanner.persistence.ledger_sqlite import SqliteLedger
from nexusplanner.ports.answers import AnswerStore
from nexusplanner.testing.completion import Completion
from nexusplanner.testing.openai_server import OpenAIServer

RULES = RulesModel({"test.ask": lambda _: Said(text="by rule")})


@dataclass
class Life:
    """What one life asked and was told."""

    answers: list[Answer[Said]]
    requests: int
    purse: Purse


@dataclass
class Lives:
    """Lives of one run on one file.

    Args:
        folder: For the file.
    """

    folder: Path
    judge: str | None = None
    answers: AnswerStore | None = None
    tenant: str = "default"
    run: str = "run-1"
    told: list[str] = field(default_factory=list)

    def live(self, script: list[Completion], *, times: int = 1, max_tokens: int = 500, data: str = "d") -> Life:
        """Ask so many times; the journal of the lives before is told first."""
        with OpenAIServer(script) as server:
            life = asyncio.run(self._live(server.base_url, times, max_tokens, data))
            return replace(life, requests=len(server.log))

    async def _live(self, base_url: str, times: int, max_tokens: int, data: str) -> Life:
        ledger = SqliteLedger(self.folder / "ledger.sqlite")
        treasury = Treasury(ledger, journal=SqliteJournal(ledger))
        purse = Purse(usd=Decimal(1), max_calls=50, run=self.run, tenant=self.tenant, treasury=treasury)
        kept = await treasury.aread(self.run, tenant=self.tenant)
        scene = Tapes(purse, kept.entries).enter("propose 3 0")
        chain = build_chain(
            ["openai:gpt-5-mini", "openai:gpt-5"],
            RULES,
            api_key=SecretStr("k"),
            base_url=base_url,
            timeout_s=5,
            max_tokens=max_tokens,
            breakers=Breakers(),
            scorers=(Length({"test.ask": (2, 100)}),),
            floor=0.5,
            judge=self.judge,
            answers=self.answers,
        )
        taped = Taped(chain, scene, call="strategist growth")
        asked = replace(request(held=purse, data=data), tenant=self.tenant)
        answers = [await taped.answer(asked) for _ in range(times)]
        treasury.close()
        return Life(answers, 0, purse)
