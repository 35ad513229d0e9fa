"""The catalogue of protocols: those that come with the library, and those that packages bring."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import entry_points

from nexusplanner.agents.protocols.debating import Debating
from nexusplanner.agents.protocols.protocol import PERSONAS, DecisionProtocol
from nexusplanner.agents.protocols.single import Single
from nexusplanner.agents.protocols.vote import Vote
from nexusplanner.errors import ConfigurationError

MOST_ROUNDS = 10
ENTRY_POINTS = "nexusplanner.protocols"
PROTOCOLS: Mapping[str, Callable[[], DecisionProtocol]] = {"debate": Debating, "vote": Vote, "single": Single}
"""How each protocol of the library is made, by its name."""


def protocol_named(given: str | DecisionProtocol | type[DecisionProtocol]) -> DecisionProtocol:
    """Return a protocol by name, made from its class, or as it was handed in.

    Raises:
        ConfigurationError: Nothing is called so, or what was given cannot work.
    """
    if isinstance(given, str):
        return _checked(PROTOCOLS[given]() if given in PROTOCOLS else _installed(given))
    return _checked(given() if isinstance(given, type) else given)


def _installed(name: str) -> object:
    for entry in entry_points(group=ENTRY_POINTS, name=name):
        loaded = entry.load()
        return loaded() if isinstance(loaded, type) else loaded
    raise ConfigurationError(
        f"No protocol is called {name[:64]!r}.",
        fix=f"Use {', '.join(sorted(PROTOCOLS))}, or install an entry point of that name in {ENTRY_POINTS!r}.",
    )


def _checked(protocol: object) -> DecisionProtocol:
    if not isinstance(protocol, DecisionProtocol):
        raise ConfigurationError(f"{protocol!r} is no protocol.", fix="Derive its class from DecisionProtocol.")
    if not protocol.drafts or not protocol.critics:
        raise ConfigurationError(
            f"The protocol {protocol.name!r} has no drafts or no critics.", fix="Give it one each."
        )
    if len(set(protocol.drafts)) < len(protocol.drafts) or len(set(protocol.critics)) < len(protocol.critics):
        raise ConfigurationError(f"The protocol {protocol.name!r} names a draft or a critic twice.",
                                 fix="Tell drafts apart by their draw, critics by a number: finance-2.")  # fmt: skip
    if protocol.rounds > MOST_ROUNDS:
        raise ConfigurationError(f"The protocol {protocol.name!r} debates {protocol.rounds} rounds.",
                                 fix=f"Let it have {MOST_ROUNDS} at most.")  # fmt: skip
    unknown = [c for c in protocol.critics if c.partition("-")[0] not in PERSONAS]
    if unknown:
        raise ConfigurationError(f"No critic is called {unknown[0]!r}.", fix=f"Known: {', '.join(PERSONAS)}.")
    return protocol
