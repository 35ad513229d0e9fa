"""Assembly: the chosen proposal, its last calculations and its words become a campaign plan."""

from nexusplanner.agents.assembly.assemble import Materials, assemble
from nexusplanner.agents.assembly.finish import content_sha256, finished, finished_and_written, settled
from nexusplanner.agents.assembly.numbers import closing_calculations, compute_ahead

__all__ = [
    "Materials",
    "assemble",
    "closing_calculations",
    "compute_ahead",
    "content_sha256",
    "finished",
    "finished_and_written",
    "settled",
]
