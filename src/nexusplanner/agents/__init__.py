"""The agents: role nouns with one public method each; usable without a graph."""

from nexusplanner.agents.critic import Critic
from nexusplanner.agents.debater import Debater
from nexusplanner.agents.desk import Desk, Option
from nexusplanner.agents.editor import Editor
from nexusplanner.agents.judge import Judge
from nexusplanner.agents.refiner import Refiner
from nexusplanner.agents.strategist import Strategist

__all__ = ["Critic", "Debater", "Desk", "Editor", "Judge", "Option", "Refiner", "Strategist"]
