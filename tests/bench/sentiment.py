"""How well the tone of signals agrees with people: Pearson r against rated texts.

Run: ``python tests/bench/sentiment.py [folder]``; the folder holds ``*_GroundTruth.txt`` (id, mean rating, text,
tab-separated), by default ``../shared/data/sentiment_vader`` beside the repository.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from statistics import correlation

from nexusplanner.calculators.signal_scores.sentiment import weigh_sentiment

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "sentiment_vader"


def agreement(path: Path) -> tuple[int, float, float]:
    """Return the number of texts, Pearson r with the mean rating, and texts a second."""
    rows = [line.split("\t", 2) for line in path.read_text("utf-8").splitlines() if line.count("\t") >= 2]
    started = time.perf_counter()
    scores = [weigh_sentiment(text) for _, _, text in rows]
    took = time.perf_counter() - started
    return len(rows), correlation([float(rating) for _, rating, _ in rows], scores), len(rows) / took


def main(folder: Path) -> None:
    """Print one line a file."""
    weigh_sentiment("warm")
    for path in sorted(folder.glob("*_GroundTruth.txt")):
        count, r, rate = agreement(path)
        print(f"{path.name}: n={count} r={r:.3f} {rate:,.0f} texts/s")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
