"""The graph: LangGraph state machines over the agents. Nodes read state, call an agent, return what changed."""
