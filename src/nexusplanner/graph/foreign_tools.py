"""Foreign tools: a LangChain tool or a plain async function becomes a tool node."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

from nexusplanner.agents.terms import search_terms
from nexusplanner.domain.brief import CampaignBrief
from nexusplanner.domain.calculation import canonical
from nexusplanner.domain.evidence import Evidence
from nexusplanner.errors import ConfigurationError, NexusError, ProviderPermanentError
from nexusplanner.ports import Findings, ToolNode

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool

ToolFunction = Callable[..., Awaitable[object]]
_QUOTE = 2000
_MOST = 50
_TEXT_KEYS = ("quote", "text", "content", "page_content", "snippet", "title")


class ForeignTool:
    """A tool that knows nothing of us: it is asked by the names of its parameters.

    It may say what a call costs: an attribute ``fee_usd`` of the function, or ``fee_usd`` in a
    LangChain tool's ``metadata``.

    A parameter called ``brief``, ``query``, ``tenant`` or ``today`` is handed that; a tool with one
    parameter of any other name is handed the query. What it returns - text, a mapping, a list of
    either, ``Evidence`` or ``Findings`` - becomes evidence that is never trusted.
    """

    def __init__(
        self, name: str, call: ToolFunction, parameters: tuple[str, ...], *, plain: bool, fee_usd: str = "0"
    ) -> None:
        self.name, self.fee_usd = name, fee_usd
        self._call, self._parameters, self._plain = call, parameters, plain

    async def gather(self, brief: CampaignBrief, *, tenant: str, today: date) -> Findings:
        """Call the tool and quote what it returns.

        Raises:
            ProviderPermanentError: The tool raised; its research is lost, the run goes on.
        """
        try:
            result = await self._call(**self._arguments(brief, tenant, today))
        except NexusError:
            raise
        except Exception as error:
            raise ProviderPermanentError(f"tool {self.name!r} failed: {type(error).__name__}: {error}") from error
        if isinstance(result, Findings):
            evidence = tuple(_evidence(list(result.evidence), self.name, today))[:_MOST]
            return result.model_copy(update={"tool": self.name, "evidence": evidence})
        return Findings(tool=self.name, evidence=tuple(_evidence(result, self.name, today))[:_MOST])

    def _arguments(self, brief: CampaignBrief, tenant: str, today: date) -> dict[str, object]:
        query = " ".join(search_terms(brief)[:12])
        known: dict[str, object] = {
            "brief": brief.model_dump(mode="json", exclude_none=True) if self._plain else brief,
            "query": query,
            "tenant": tenant,
            "today": today.isoformat() if self._plain else today,
        }
        asked = {name: known[name] for name in self._parameters if name in known}
        return asked or dict.fromkeys(self._parameters[:1], query)


def tool_node(tool: ToolNode | BaseTool | ToolFunction) -> ToolNode:
    """Return anything that can be a tool as a tool node.

    Raises:
        ConfigurationError: It is none of ours, a LangChain tool or an async function, or it needs
            parameters nobody fills.
    """
    if isinstance(tool, ToolNode):
        return tool
    from langchain_core.tools import BaseTool

    if isinstance(tool, BaseTool):
        return _from_base_tool(tool)
    if inspect.iscoroutinefunction(tool):
        names = tuple(inspect.signature(tool).parameters)
        return ForeignTool(tool.__name__, tool, names, plain=False, fee_usd=str(getattr(tool, "fee_usd", 0)))
    raise ConfigurationError(
        f"{type(tool).__name__} cannot be a tool.", fix="Hand in a ToolNode, a LangChain BaseTool or an async function."
    )


def _from_base_tool(tool: BaseTool) -> ForeignTool:
    async def call(**arguments: object) -> object:
        return await tool.ainvoke(dict(arguments))

    name = "".join(c if c.isalnum() else "_" for c in tool.name)
    fee = str((tool.metadata or {}).get("fee_usd", 0))
    return ForeignTool(name, call, tuple(tool.args), plain=True, fee_usd=fee)


def _evidence(result: object, tool: str, today: date) -> Iterator[Evidence]:
    if isinstance(result, Evidence):
        yield _registered(result, tool)
    elif isinstance(result, list | tuple):
        for item in result:
            yield from _evidence(item, tool, today)
    elif isinstance(result, Mapping):
        text = next((str(result[key]) for key in _TEXT_KEYS if result.get(key)), canonical(dict(result)))
        source = str(result.get("source") or result.get("url") or tool)
        yield _quoted(text, source, tool, today)
    elif result is not None and str(result).strip():
        yield _quoted(str(getattr(result, "page_content", result)), tool, tool, today)


def _registered(found: Evidence, tool: str) -> Evidence:
    """Register a find anew: neither its id nor its hash nor its trust are a tool's to say."""
    return Evidence.found(
        kind="tool",
        source=found.source[:500],
        locator=found.locator[:500],
        quote=found.quote[:_QUOTE],
        as_of=found.as_of,
        trusted=False,
        origin=tool,
        relevance=min(max(found.relevance, 0.0), 1.0),
    )


def _quoted(text: str, source: str, tool: str, today: date) -> Evidence:
    return Evidence.found(
        kind="tool",
        source=source[:500],
        quote=" ".join(text.split())[:_QUOTE],
        as_of=today,
        trusted=False,
        origin=tool,
        relevance=0.5,
    )
