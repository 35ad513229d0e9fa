"""What a market signal is worth: category, relevance, recency, credibility, sentiment."""

from nexusplanner.calculators.signal_scores.score import score_signals

__all__ = ["score_signals"]
