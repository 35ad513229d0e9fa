"""Learning: reported outcomes become checked forecasts, moved curves, calibrated widths and itemised lessons."""

from nexusplanner.learning.experience import Experience, Recalled
from nexusplanner.learning.recording import learn

__all__ = ["Experience", "Recalled", "learn"]
