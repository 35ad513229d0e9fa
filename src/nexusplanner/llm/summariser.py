"""Summarises what was said, by the chain itself: its own call, its own prompt, paid from the same purse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from langchain_core.messages import HumanMessage, SystemMessage

from nexusplanner.errors import ProviderContentError
from nexusplanner.llm.conversation import Conversation, chat_request
from nexusplanner.llm.price import tokens_at_most
from nexusplanner.llm.purse import Purse
from nexusplanner.llm.request import Model, Usage
from nexusplanner.prompts import find

TASK = "summariser.condense"
MOST_CALLS = 32
_LEAST_TOKENS = 64
_FRAME = "<<<DATA\n{}\nDATA>>>"


def quoted(text: str) -> str:
    """Put a text between marks that it cannot close."""
    return _FRAME.format(text.replace("DATA>>>", "DATA> >>"))


@dataclass(frozen=True)
class Summariser:
    """Writes summaries by a chain of models."""

    chain: Model
    asked_for: Conversation
    """The conversation it is done for: how its models are called, and which first."""
    tenant: str
    purse: Purse
    limit: int = 0
    """The most tokens that may be sent in one call."""

    def within(self, limit: int) -> Summariser:
        """Return the same, sending no more than some tokens a call."""
        return replace(self, limit=limit)

    async def extended(self, summary: str, told: str, *, words: int) -> tuple[str, Usage]:
        """Extend a summary by what was said after it; what is too long for one call is told in pieces.

        Args:
            summary: What stands for all before; may be empty.
            told: What was said.
            words: The longest summary wanted.

        Returns:
            The summary of both, and what it cost.

        Raises:
            ProviderError: No model wrote it.
            BudgetExceeded: There is no money for it.
        """
        usage = Usage()
        room = (self.limit - tokens_at_most(find("summariser/condense").text) - 2 * words) * 3 // 4
        pieces = list(_pieces(told, max(room, _LEAST_TOKENS)))
        if len(pieces) > MOST_CALLS:
            raise ProviderContentError(f"The conversation is too long to be summarised in {MOST_CALLS} calls.")
        for piece in pieces:
            summary, paid = await self._once(summary, piece, words)
            usage += paid
        return summary, usage

    async def _once(self, summary: str, piece: str, words: int) -> tuple[str, Usage]:
        prompt, variables = find("summariser/condense"), {"words": str(words)}
        told = f"summary_so_far:\n{summary}\n\nturns:\n{piece}" if summary else f"turns:\n{piece}"
        conversation = Conversation(
            [SystemMessage(prompt.fill(variables)), HumanMessage(quoted(told))],
            is_blocking=self.asked_for.is_blocking,
            must_be_whole=True,
            first=self.asked_for.first,
        )
        request = chat_request(conversation, tenant=self.tenant, purse=self.purse)
        answer = await self.chain.answer(replace(request, task=TASK))
        text = answer.value.message.text.strip().encode("utf-8", "replace").decode()
        if not text or tokens_at_most(text) > self.limit // 2:
            raise ProviderContentError(f"{answer.rung} wrote no summary of {words} words, but {len(text)} letters.")
        return text, answer.usage


def _pieces(text: str, tokens: int) -> Iterator[str]:
    """Cut a text into pieces of at most some tokens: a third of a token a plain letter, one a byte of any other."""
    start = thirds = 0
    for place, letter in enumerate(text):
        thirds += 1 if letter < "\x80" else 3 * len(letter.encode("utf-8", "replace"))
        if thirds > 3 * tokens:
            yield text[start:place]
            start, thirds = place, 1
    yield text[start:]
