"""The plan graph, as a LangGraph server serves it.

A brief comes in as ``{"brief": {...}}``. Every source is asked at once, the money is sized, three
lenses propose, code checks, two critics judge, a debate settles what they dispute, and the leader
becomes a plan; where the brief names approvers the run waits for one of them. The drawing beside
this file shows it. Data comes from ``nexusplanner.toml`` and ``NEXUSPLANNER_*`` in the server's
environment; the server brings its own checkpoints.
"""

from nexusplanner.graph.plan_graph import PlanGraph
from nexusplanner.planner import Planner


def make_graph() -> PlanGraph:
    """Build the graph around a planner's default parts."""
    return Planner().server_graph()
