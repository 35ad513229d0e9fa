"""The protocols: how drafts, critics, votes and debate lead to a choice."""

from nexusplanner.agents.protocols.catalogue import PROTOCOLS, protocol_named
from nexusplanner.agents.protocols.debating import Debating
from nexusplanner.agents.protocols.protocol import DecisionProtocol, Draft
from nexusplanner.agents.protocols.single import Single
from nexusplanner.agents.protocols.vote import Vote

__all__ = ["PROTOCOLS", "Debating", "DecisionProtocol", "Draft", "Single", "Vote", "protocol_named"]
