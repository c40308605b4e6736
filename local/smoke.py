"""`make smoke`: the whole path once for each channel, with the time of every step, and the time from webhook to agent.

Exit 0 only if every customer was answered on their channel and the figure holds."""

from __future__ import annotations

import statistics
import sys
import time
from dataclasses import dataclass, field
from datetime import datetime

from local import company
from local.figures import Figures
from local.peers import AgentAtDesk, NeverCame, Sandbox, Visitor
from local.system import System

WARM = 30
LIMIT_MS = 250.0


@dataclass
class Timeline:
    """What happened to one customer's message and its answer; times in epoch seconds."""

    title: str
    steps: list[tuple[str, float]] = field(default_factory=list)

    def add(self, step: str, at: float) -> None:
        self.steps.append((step, at))

    def show(self) -> None:
        began = self.steps[0][1]
        print(f"\n{self.title}")
        for step, at in self.steps:
            print(f"  {(at - began) * 1000:8.0f} ms  {step}")


def epoch(stamp: str) -> float:
    return datetime.fromisoformat(stamp).timestamp()


def agent_of(system: System, login: str) -> AgentAtDesk:
    person = next(p for p in company.PEOPLE if p.login == login)
    return AgentAtDesk(
        system.endpoint, system.outputs["UserPoolClientId"], system.desk_api, person.login, person.password, system.console
    )


def vendor_channel(agent: AgentAtDesk, sandbox: Sandbox, channel: str, account: str, customer: str, name: str, text: str,
                   answer: str) -> Timeline:  # fmt: skip
    line = Timeline(f"{name} on {channel}: {text}")
    line.add("customer presses send", time.time())
    said = sandbox.say(channel, account, customer, name, text)
    if said["http_status"] != 200:
        raise NeverCame(f"the webhook answered {said['http_status']}: {said['answer']}")
    line.add(f"webhook answered {said['http_status']}", line.steps[0][1] + said["ms"] / 1000)
    reply(agent, channel, answer, line)
    heard = sandbox.hears(channel, account, customer, answer)
    line.add(f"answer on the customer's phone ({heard.get('status') or 'shown'})", heard["at"] / 1000)
    return line


def web_chat(agent: AgentAtDesk, visitor: Visitor, name: str, text: str, answer: str) -> Timeline:
    line = Timeline(f"{name} on web chat: {text}")
    line.add("customer presses send", time.time())
    visitor.say(text)
    line.add("socket acknowledged", time.time())
    reply(agent, "webchat", answer, line)
    at, _ = visitor.hears(answer)
    line.add("answer in the widget", at)
    return line


def reply(agent: AgentAtDesk, channel: str, answer: str, line: Timeline) -> None:
    """The agent's part: sees the offer, accepts, answers."""
    at, frame = agent.offered(channel)
    conversation = frame["conversation"]["id"]
    line.add("assigned on record", epoch(next(e["at"] for e in frame["events"] if e["type"] == "assigned")))
    line.add(f"offer on {agent.id}'s screen", at)
    for action, extra in (("accept", {}), ("reply", {"text": answer, "client_id": f"smoke-{time.time_ns():x}"})):
        answered = agent.socket.request(action, conversation=conversation, **extra)
        if answered["type"] != "ack":
            raise NeverCame(f"{action} was refused: {answered}")
        line.add(f"{action} acknowledged", time.time())


def warm_times(agent: AgentAtDesk, sandbox: Sandbox) -> list[float]:
    """Milliseconds from the vendor's post to the agent's screen, one message at a time on an open conversation."""
    times = []
    for n in range(WARM):
        text = f"One more thing, number {n} {time.time_ns():x}"
        began = time.time()
        sandbox.say("whatsapp", company.WHATSAPP["account"], "491701234567", "Ann Smith", text)
        at, _ = agent.sees(text)
        times.append((at - began) * 1000)
    return times


def run(system: System) -> bool:
    agent, sandbox = agent_of(system, "mia"), Sandbox(system.sandbox)
    agent.socket.request("presence", presence="online")
    visitor = Visitor(system.public_api, company.WEBCHAT["account"], system.console, "Lena Park")
    lines = [
        vendor_channel(agent, sandbox, "whatsapp", company.WHATSAPP["account"], "491701234567", "Ann Smith",
                       "I want to speak to a human agent please", "Hello Ann, Mia here. What happened?"),
        vendor_channel(agent, sandbox, "wechat", company.WECHAT["account"], "oXyZ1234567890abcdefghijkLMN", "小明",
                       "转人工客服", "您好，我是米娅，请问需要什么帮助？"),
        web_chat(agent, visitor, "Lena Park", "Can I talk to a real person?", "Of course, Lena. I am here."),
    ]  # fmt: skip
    for line in lines:
        line.show()
    times = sorted(warm_times(agent, sandbox))
    p50, p95 = statistics.median(times), times[int(len(times) * 0.95)]
    print(f"\nwebhook to agent, warm, {WARM} messages: p50 {p50:.0f} ms, p95 {p95:.0f} ms\n")
    figures = Figures("smoke")
    figures.at_most("channels_answered_missing", 3 - len(lines), 0, "")
    figures.at_most("webhook_to_agent_p50", round(p50), LIMIT_MS, "ms")
    return figures.finish()


def main() -> int:
    try:
        with System(tell=print) as system:
            ok = run(system)
    except NeverCame as never:
        print(f"smoke: {never}", file=sys.stderr)
        return 1
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
