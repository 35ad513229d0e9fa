"""The stop rule of a hold-out in words: when one looks, and what lead ends it there."""

from __future__ import annotations

from nexusplanner.agents.experts.amounts import percent, quantity
from nexusplanner.agents.experts.voice import listed, sentence
from nexusplanner.domain.calculation import Calculation
from nexusplanner.domain.model import JsonObject


def stop_rule(sized: Calculation, looks: Calculation) -> str:
    """Say who is held out, on which days the arms are compared, and what each difference then means."""
    out, rows = sized.outputs, looks.outputs["looks"]
    found = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    held = f"{percent(float(str(out['holdout_share'])))} ({quantity(float(str(out['n_holdout'])))} people)"
    drawn = sentence(f"hold out {held} by lot from {looks.outputs['start']}, and compare only on the days named here")
    won = sentence(f"it is won, and the hold-out is addressed too, at a lead of {listed([_won(row) for row in found])}")
    hopeless = [_hopeless(row) for row in found if row["hopeless_below"] is not None]
    given_up = sentence(f"it may be given up when it {', or '.join(hopeless)}") if hopeless else ""
    least = points(float(str(out["mde"])))
    power = percent(float(str(out["power"])))
    closing = sentence(
        f"it is lost when the hold-out leads by as much as the campaign would have to; otherwise it goes on to {looks.outputs['end']}, "
        f"where it finds a lift of {least} with a probability of {power}"
    )
    return " ".join(part for part in (drawn, won, given_up, closing) if part)


def _won(row: JsonObject) -> str:
    return f"{points(float(str(row['lead'])))} on {row['date']}"


def _hopeless(row: JsonObject) -> str:
    lead = float(str(row["hopeless_below"]))
    return f"{'leads by less than' if lead > 0 else 'trails by more than'} {points(abs(lead))} on {row['date']}"


def points(share: float) -> str:
    """Write a difference of two shares, with two digits that tell."""
    size = 100 * share
    return f"{size:.0f} percentage points" if size >= 9.95 else f"{size:.2g} percentage points"
