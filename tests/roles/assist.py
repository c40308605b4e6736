"""What helps an agent, in the day of the roles: the next step, macros, the summary, and a look at a text."""

from __future__ import annotations

from local.peers import AgentAtDesk


def assist(agent: AgentAtDesk, supervisor: AgentAtDesk, base: str) -> None:
    """`base`: of a conversation that is the agent's."""
    document = supervisor.rest("GET", "/v1/macros")
    supervisor.rest("PUT", "/v1/macros", {"macros": document["macros"]})
    agent.rest("GET", f"{base}/assist")
    agent.rest("GET", f"{base}/summary")
    agent.rest("POST", f"{base}/check", {"text": "Your order is on its way."})
    shown = agent.rest("POST", f"{base}/macros/hold")
    agent.rest("POST", f"{base}/macros/hold/apply", {"version": shown["version"], "client_id": "macro-1"})
