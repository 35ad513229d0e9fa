"""What an agent asks of a model, and what it gets back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Generic, Protocol, TypedDict, TypeVar, Unpack

from pydantic import BaseModel

if TYPE_CHECKING:
    from nexusplanner.llm.deadline import Deadline
    from nexusplanner.llm.listener import Listener
    from nexusplanner.llm.purse import Purse
    from nexusplanner.llm.reply import Reply
    from nexusplanner.llm.tape import Pen, Tape
    from nexusplanner.prompts import Prompt


T = TypeVar("T", bound=BaseModel)
R = TypeVar("R")


class Around(TypedDict, total=False):
    """What policies put around a question; see :class:`Request`."""

    prompt: Prompt
    repair: tuple[str, str] | None
    until: Deadline | None
    listener: Listener | None
    tape: Tape | None
    pen: Pen | None
    received: Callable[[Reply], Awaitable[Reply]] | None


class Course(TypedDict, total=False):
    """What policies add to an answer; see :class:`Answer`."""

    usage: Usage
    lost: tuple[str, ...]
    score: float | None
    text: str
    model: str
    latency_s: float
    attempts: int
    refused: int
    replayed: int


@dataclass(frozen=True)
class Usage:
    """What calls cost."""

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    usd: Decimal = Decimal(0)
    cached_calls: int = 0
    """Answers that came from the cache, not in ``calls``."""
    saved_usd: Decimal = Decimal(0)
    """What those would have cost."""

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.calls + other.calls,
            self.tokens_in + other.tokens_in,
            self.tokens_out + other.tokens_out,
            self.usd + other.usd,
            self.cached_calls + other.cached_calls,
            self.saved_usd + other.saved_usd,
        )


@dataclass(frozen=True)
class Request(Generic[T]):
    """One task for a model: words wanted, in a schema, about given data."""

    task: str
    """``<role>.<verb>``; the rules rung finds its expert by it."""
    prompt: Prompt
    variables: Mapping[str, str]
    """What fills the prompt: instruction, written by our code."""
    inputs: object
    """The typed inputs, for the expert."""
    data: Callable[[], str]
    """Writes the same inputs as JSON: quoted data, never instruction. Only a model asks for it."""
    schema: type[T]
    tenant: str
    purse: Purse
    allowed_ids: frozenset[str] = frozenset()
    """The only ids of evidence and calculations that an answer may cite."""
    repair: tuple[str, str] | None = None
    """A refused reply and why it was refused, where this is the second try."""
    until: Deadline | None = None
    """When the whole call, with all its tries, must be over."""
    listener: Listener | None = None
    """Who is told what happens meanwhile."""
    turn: int = 0
    """Which family of models begins, counted round the chain: drafts that must not resemble each other take turns."""
    tape: Tape | None = None
    """What this call of the agent was told before the process died, where its run is journaled."""
    pen: Pen | None = None
    """Writes down what this question is told."""
    received: Callable[[Reply], Awaitable[Reply]] | None = None
    """Takes the reply as it comes, before it is read, and returns it with its price."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "data", Written.by(self.data))  # each policy that looks at the text needs it

    def having(self, **changed: Unpack[Around]) -> Request[T]:
        """Return the same question with something else around it."""
        return _copied(self, changed)

    def with_repair(self, reply: str, why: str) -> Request[T]:
        """Ask again, saying what was wrong."""
        return self.having(repair=(reply, why))


@dataclass(frozen=True)
class Answer(Generic[T]):
    """A typed value, and who gave it at what cost."""

    value: T
    rung: str
    """``rules``, or the provider and model that answered."""
    prompt_id: str
    prompt_sha256: str
    usage: Usage = Usage()
    lost: tuple[str, ...] = field(default=())
    """Why the rungs above did not answer, in order."""
    cached: bool = False
    """Whether it was given before, to the same request of the same tenant."""
    score: float | None = None
    """How good it is by code, and by a judge where there is one, 0-1; None where nobody looked."""
    text: str = ""
    """The reply as it came, before it was parsed; the rules give none."""
    model: str = ""
    """The model that answered, by its provider's own name."""
    latency_s: float = 0.0
    """Seconds from the question to the answer, with every try and wait in between."""
    attempts: int = 1
    """Requests it took of the rung that answered: tries and repairs."""
    refused: int = 0
    """Replies that were refused on the way to it, on this rung and those above."""
    replayed: int = 0
    """Replies on the way to it that were told again from the journal: they were paid for before."""

    def having(self, **changed: Unpack[Course]) -> Answer[T]:
        """Return the same value with another tale of how it came about."""
        return _copied(self, changed)


def _copied(record: R, changed: Mapping[str, object]) -> R:
    """Copy a frozen record; ``dataclasses.replace`` takes five times as long, and a call makes a dozen copies."""
    copy = object.__new__(type(record))
    vars(copy).update(vars(record), **changed)
    return copy


class Written:
    """Writes a text at the first call, and gives the same one from then on."""

    def __init__(self, write: Callable[[], str]) -> None:
        self._write = write

    @cached_property
    def _text(self) -> str:
        return self._write()

    @cached_property
    def framed(self) -> str:
        """The text as it stands between the marks of a frame: no mark is in it."""
        return self._text.replace("DATA>>>", "DATA> >>")

    def __call__(self) -> str:
        return self._text

    @classmethod
    def by(cls, write: Callable[[], str]) -> Written:
        """Write once what may be written once already."""
        return write if isinstance(write, Written) else cls(write)


class Model(Protocol):
    """Anything that answers requests: a provider, the rules, or a policy around either."""

    @property
    def name(self) -> str:
        """Name shown as the rung."""
        ...

    async def answer(self, request: Request[T]) -> Answer[T]:
        """Answer in the request's schema, or raise a ProviderError or BudgetExceeded."""
        ...
