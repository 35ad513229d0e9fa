"""Calls of tools: what one brought is journaled with its fee, so that a run that is resumed neither asks nor pays."""

from __future__ import annotations

import hashlib
from datetime import date

from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.domain.calculation import canonical
from nexusplanner.errors import BudgetExceeded, ProviderError
from nexusplanner.graph.context import Stage
from nexusplanner.graph.fees import paying
from nexusplanner.graph.state import ResearchInput, load
from nexusplanner.llm.tape import Pen
from nexusplanner.ports import Findings, ToolNode


async def findings_from(tool: ToolNode, asked: ResearchInput, stage: Stage) -> Findings:
    """Ask a tool, once a run. One that fails is a loss, and so is one whose fee does not fit."""
    pen = _pen(tool, asked, stage)
    if pen is not None and (kept := pen.tape.again("found", pen.sha256, pen.rung)) is not None:
        return Findings.model_validate_json(kept.text)
    brief = load(CampaignBrief, asked["brief"], memo=stage.memo)
    try:
        async with paying(tool, stage.purse) as fee:
            found = await tool.gather(brief, tenant=asked["tenant"], today=date.fromisoformat(asked["today"]))
            fee.noted = pen.writing("found", found.model_dump_json()) if pen else None
    except (ProviderError, BudgetExceeded) as error:
        found = Findings(tool=tool.name, lost=error.message)
        if pen is not None:
            pen.tape.keep("found", pen.sha256, pen.rung, found.model_dump_json())
    else:
        if pen is not None and not fee.usd:
            pen.tape.keep("found", pen.sha256, pen.rung, found.model_dump_json())
    return found


def _pen(tool: ToolNode, asked: ResearchInput, stage: Stage) -> Pen | None:
    if stage.scene is None:
        return None
    told = canonical({"tool": tool.name, **asked}).encode("utf-8", "replace")
    return Pen(stage.scene.tape(f"tool:{tool.name}"), hashlib.sha256(told).hexdigest(), tool.name)
