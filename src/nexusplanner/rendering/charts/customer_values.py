"""Customer values: how many customers will buy again, and what the base and one customer are worth."""

from __future__ import annotations

from markupsafe import Markup

from nexusplanner.domain.calculation import Calculation
from nexusplanner.rendering.charts import svg
from nexusplanner.rendering.charts.axis import Scale
from nexusplanner.rendering.charts.chart import Chart, Panel
from nexusplanner.rendering.format import number, percent
from nexusplanner.rendering.readings import CustomerValue

_ROW = 42


def customer_values(value: Calculation | None) -> Chart | None:
    """Draw a ``customer_value``."""
    found = CustomerValue.of(value)
    if found is None:
        return None
    alive = found.alive * found.customers
    periods = number(found.periods)
    title = "What the customers are worth"
    description = (
        f"Of {number(found.customers)} customers about {number(round(alive))} ({percent(found.alive)}) will still buy. "
        f"Over the next {periods} periods {number(round(found.purchases))} purchases are expected, worth "
        f"{number(round(found.value))} in all and {number(found.mean_value)} a customer."
    )
    rows = [("Customers", float(found.customers), "range"), ("Likely to buy again", alive, "bar")]
    scale = Scale(float(found.customers))
    parts = [part for i, row in enumerate(rows) for part in _bar(i * _ROW, row, scale)]
    return Chart(
        id="chart-customer-value",
        title=title,
        description=description,
        panels=(Panel(title, description, _ROW * len(rows), tuple(parts)),),
        header=("", "Figure"),
        rows=(
            ("Customers", number(found.customers)),
            ("Likely to buy again", number(round(alive))),
            (f"Purchases over {periods} periods", number(round(found.purchases))),
            ("Value of all", number(round(found.value))),
            ("Value of one customer, on average", number(found.mean_value)),
        ),
    )


def _bar(y: float, row: tuple[str, float, str], scale: Scale) -> list[Markup]:
    name, amount, css = row
    told = number(round(amount))
    return [
        svg.text(0, y + 14, name, css="label"),
        svg.text("100%", y + 14, told, css="figure", anchor="end"),
        svg.bar(0, y + 22, width=svg.across(scale(amount)), height=8, css=css, radius=2, tip=f"{name}: {told}"),
    ]
