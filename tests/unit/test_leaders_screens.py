"""Leaders hear of promises in danger wherever they are, and nobody else does."""

from __future__ import annotations

from typing import Any

from switchboard.application.ports import Principal
from switchboard.application.presence import agent_principal
from switchboard.application.screens import ReadCommit
from switchboard.domain.conversation import Conversation
from switchboard.entry import sockets
from tests.unit.process import ORIGIN, Process
from tests.unit.world import World


def opens(process: Process, agent: str, role: str) -> str:
    """A connection, as the socket function lets it in."""
    connection = f"socket-of-{agent}"
    ticket = process.connections.issue(Principal(agent_principal(agent), {"id": agent, "role": role}), process.clock.now())
    sockets.connect(process, {
        "requestContext": {"connectionId": connection}, "headers": {"Origin": ORIGIN}, "queryStringParameters": {"ticket": ticket},
    })  # fmt: skip
    return connection


def late(world: World) -> Conversation:
    """A conversation whose promise was broken, and the screens have been told."""
    c = world.write("1")
    world.clock.advance(minutes=30)
    assert world.service_levels.alarm_due(c.id) == "done"
    shown = [ReadCommit(s, tuple(world.store.commit_events(c.ledger, s.no))) for s in world.store.commits(c.ledger, 0)]
    world.screens.show(shown)
    return world.now_of(c)


def heard(world: World, connection: str) -> list[dict[str, Any]]:
    return [dict(f) for f in world.gateway.frames[connection] if f["type"] == "sla"]


def beat(process: Process, connection: str) -> None:
    sockets.serve(process, {"requestContext": {"connectionId": connection}, "body": '{"action": "heartbeat"}'})


def test_a_supervisor_of_the_team_hears_of_a_broken_promise_and_nobody_else(process: Process, world: World) -> None:
    world.lead_team("sue", "general")
    world.lead_team("tim", "billing")
    world.lead_team("ann", "general")
    world.route_by(regions={"whatsapp/main": "eu"})
    world.limit("ann", regions=("cn",))
    socket, agent = opens(process, "sue", "supervisor"), opens(process, "ada", "agent")
    others = [opens(process, "boss", "administrator"), opens(process, "tim", "supervisor"), opens(process, "ann", "supervisor"), agent]
    world.clock.advance(seconds=-1800)  # the half hour of the promise passes before the lease does
    c = late(world)
    [frame] = heard(world, socket)
    assert (frame["conversation"]["id"], [e["type"] for e in frame["events"]]) == (c.id, ["sla_breached"])
    assert frame["events"][0]["clock"] == "first_response"
    assert [heard(world, other) for other in others] == [[]] * 4


def test_a_leader_stays_listed_by_heartbeats_and_is_forgotten_without(process: Process, world: World) -> None:
    world.lead_team("sue", "general")
    world.lead_team("tim", "general")
    listening, silent = opens(process, "sue", "supervisor"), opens(process, "tim", "supervisor")
    world.clock.advance(seconds=60)
    beat(process, listening)
    world.clock.advance(seconds=60 - 1800)
    late(world)
    assert (len(heard(world, listening)), heard(world, silent)) == (1, [])


def test_a_leader_whose_line_is_found_dead_has_the_grace_of_everybody(process: Process, world: World) -> None:
    world.lead_team("sue", "general")
    socket = opens(process, "sue", "supervisor")
    world.gateway.gone.add(socket)
    world.clock.advance(seconds=10 - 1800)
    late(world)
    assert [(t.kind, t.subject) for t, _ in world.outbox.timers if t.kind == "grace"] == [("grace", "sue")]
