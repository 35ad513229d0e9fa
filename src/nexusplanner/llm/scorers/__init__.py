"""How good an answer is, by code: one yardstick a file, each a function of request and value."""

from nexusplanner.llm.scorers.citations import Citations
from nexusplanner.llm.scorers.length import Length
from nexusplanner.llm.scorers.numbers import Numbers
from nexusplanner.llm.scorers.phrases import Phrases
from nexusplanner.llm.scorers.repetition import Repetition
from nexusplanner.llm.scorers.score import Mark, Score, Scorer, score_of

__all__ = ["Citations", "Length", "Mark", "Numbers", "Phrases", "Repetition", "Score", "Scorer", "score_of"]
