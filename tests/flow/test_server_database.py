"""A planner whose plans and books a PostgreSQL server keeps: no workspace, any number of machines."""

from __future__ import annotations

import pytest
from pydantic import SecretStr
from tests.flow.campaigns import brief

from nexusplanner import Planner
from nexusplanner.domain.operations import Storage
from nexusplanner.settings import Settings

pytestmark = pytest.mark.slow


async def test_what_one_planner_kept_another_finds(postgres_url: SecretStr) -> None:
    settings = Settings(storage=Storage(url=postgres_url), tenant="acme")
    async with Planner(models=(), settings=settings) as planning:
        made = (await planning.aplan(brief(name="Spring sale"))).plan
        assert made is not None
    async with Planner(models=(), settings=settings) as other:
        assert await other.alist() == (made,)
        assert [p.name for p in await other.alist(search="spring", fields="summary")] == ["Spring sale"]
        refined = (await other.arefine(made.id, "Never say 'bargain'.")).plan
        assert refined is not None
        assert await other.aversions(made.id) == (made, refined)
        assert await other.alist(tenant="Acme") == ()
        assert (await other.acosts()).total.usd == 0
