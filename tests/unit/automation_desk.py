"""A small company with rules at work, and the stream that tells them what happened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from switchboard.application.automation import Applied, Automation
from switchboard.application.fanout import StoredCommit
from switchboard.domain import conversation as cv
from switchboard.domain import events as ev
from switchboard.domain.change import Change
from switchboard.domain.conversation import Conversation
from switchboard.domain.errors import SwitchboardError
from switchboard.domain.rules import RuleSet, parse
from tests.fakes.hooks import MemoryHookOutbox
from tests.unit.world import World

Json = dict[str, Any]


def rule(id_: str, *then: Json, on: str = "message_received", **fields: Any) -> Json:
    return {"id": id_, "name": id_.title(), "on": on, "then": list(then), **fields}


def leaf(field: str, operator: str, value: object) -> Json:
    return {"field": field, "operator": operator, "value": value}


def tag(name: str) -> Json:
    return {"action": "tag", "tag": name}


def untag(name: str) -> Json:
    return {"action": "untag", "tag": name}


def priority(value: int) -> Json:
    return {"action": "set_priority", "priority": value}


def to_queue(name: str) -> Json:
    return {"action": "assign", "queue": name}


def to_agent(name: str) -> Json:
    return {"action": "assign", "agent": name}


def says(**texts: str) -> Json:
    return {"action": "reply", "texts": texts or {"en": "Hi {name}, we are on it."}}


def webhook(endpoint: str = "crm") -> Json:
    return {"action": "webhook", "endpoint": endpoint}


RESOLVE: Json = {"action": "resolve"}

REFUND_RULE = rule(
    "refund", tag("money"), priority(9), to_queue("money"), {"action": "note", "text": "Check the order first."}, says(), webhook(),
    when={"all": [leaf("intent", "is", "refund_request"), leaf("message.text", "matches", r"order\s*#?\d+")]},
)  # fmt: skip


def ruleset(*rules: Json, **fields: Any) -> RuleSet:
    return parse({"version": 4, "rules": list(rules), **fields})


class Automated:
    """`applied` is what the rules made of everything the stream told, `trouble` what they passed over."""

    def __init__(self, world: World, *rules: Json, **fields: Any) -> None:
        self.world = world
        self.rules = ruleset(*rules, **fields)
        self.hooks = MemoryHookOutbox()
        self.applied: list[Applied] = []
        self.trouble: list[SwitchboardError] = []
        self._told: dict[str, int] = {}
        self.automation = self.process(world)

    def process(self, world: World) -> Automation:
        """One more process that works on the same company by the same rules."""
        return Automation(
            world.interfered, world.index, world.ids, world.clock, lambda: self.rules, self.hooks, world.assignment,
            on_trouble=self.trouble.append,
        )  # fmt: skip

    def tell(self, commits: Sequence[StoredCommit]) -> None:
        """Stream records, as they come."""
        for commit in commits:
            self.applied += self.automation.after(commit)

    def settle(self, c: Conversation) -> Conversation:
        """Tell a conversation's commits in their order, and those the rules make of them, until nothing follows."""
        for _ in range(200):
            new = self.world.store.commits(c.ledger, self._told.get(c.ledger, 0))
            if not new:
                return self.world.now_of(c)
            self.tell(new[:1])
            self._told[c.ledger] = new[0].no
        raise AssertionError("the rules do not come to rest")

    def undone(self) -> list[tuple[str, str]]:
        return [(u.rule, u.why.value) for a in self.applied for u in a.undone]


def by_rules(world: World, c: Conversation) -> list[ev.Recorded]:
    """What the rules put on the record of a conversation."""
    return [r for r in world.store.events(c.ledger) if r.actor.id == ev.AUTOMATION.id]


def everything(world: World) -> dict[str, str]:
    """All that is on record anywhere, and all that has left."""
    places = {"store": world.store, "deliveries": world.deliveries, "outbox": world.outbox, "inbound": world.inbound,
              "connections": world.connections, "facts": world.facts}  # fmt: skip
    return {
        f"{name}.{key}": repr(value)
        for name, place in places.items() for key, value in vars(place).items() if "lock" not in key and key != "deliveries"
    }  # fmt: skip


def end(world: World, c: Conversation) -> None:
    """Somebody resolves the conversation."""
    events = tuple(cv.resolve(c, ev.ActorKind.SYSTEM, "test"))
    world.store.commit(Change(world.now_of(c), events, ev.SYSTEM, world.clock.now()))


def kinds(recorded: list[ev.Recorded]) -> list[str]:
    return [r.event.type for r in recorded]


def replies(world: World, c: Conversation) -> list[ev.MessageSent]:
    return [r.event for r in by_rules(world, c) if isinstance(r.event, ev.MessageSent)]
