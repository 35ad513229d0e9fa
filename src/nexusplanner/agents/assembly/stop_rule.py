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
    leads = listed([f"{won_at(row)} on {row['date']}" for row in found])
    won = sentence(f"it is won, and the hold-out is addressed too, at a lead of {leads}")
    hopeless = [f"{told} on {row['date']}" for row in found if (told := hopeless_at(row))]
    given_up = sentence(f"it may be given up when it {', or '.join(hopeless)}") if hopeless else ""
    least = points(float(str(out["mde"])))
    power = percent(float(str(out["power"])))
    closing = sentence(
        f"it is lost when the hold-out leads by as much as the campaign would have to; otherwise it goes on to {looks.outputs['end']}, "
        f"where it finds a lift of {least} with a probability of {power}"
    )
    return " ".join(part for part in (drawn, won, given_up, closing) if part)


def won_at(row: JsonObject) -> str:
    """Say what lead ends the test as won at a look."""
    return points(float(str(row["lead"])))


def hopeless_at(row: JsonObject) -> str:
    """Say what makes a test hopeless at a look; empty at the last."""
    if row["hopeless_below"] is None:
        return ""
    lead = float(str(row["hopeless_below"]))
    return f"{'leads by less than' if lead > 0 else 'trails by more than'} {points(abs(lead))}"


def points(share: float) -> str:
    """Write a difference of two shares, with two digits that tell."""
    size = 100 * share
    told = f"{size:.0f}" if size >= 9.95 else f"{size:.2g}"
    return f"{told} percentage point{'' if told == '1' else 's'}"
