"""What every `Connections` must do. The protocol's numbers: a ticket lives 30 s, a client beats every 20 s."""

from __future__ import annotations

import pytest

from switchboard.application.ports import Connections, Principal
from switchboard.domain.errors import Unauthenticated
from tests.contract import samples as s


class ConnectionsContract:
    """Subclasses give a fixture `connections`."""

    @pytest.fixture
    def kim(self) -> Principal:
        agent = s.fresh("a")
        return Principal(f"agent#{agent}", {"id": agent, "role": "agent"})

    def opened(self, connections: Connections, principal: Principal, seconds: float = 0) -> str:
        connection = s.fresh("conn=")
        connections.redeem(connections.issue(principal, s.later(seconds)), connection, s.later(seconds))
        return connection

    def test_a_ticket_opens_a_connection_of_its_principal(self, connections: Connections, kim: Principal) -> None:
        ticket, connection = connections.issue(kim, s.T0), s.fresh("conn=")
        assert connections.redeem(ticket, connection, s.later(29)) == kim
        assert connections.principal(connection) == kim
        assert connections.live(kim.key, s.later(30)) == [connection]

    def test_a_principal_may_have_no_claims(self, connections: Connections) -> None:
        visitor = Principal(s.fresh("visitor#"), {})
        assert connections.principal(self.opened(connections, visitor)) == visitor

    def test_a_ticket_is_good_once(self, connections: Connections, kim: Principal) -> None:
        ticket, first, second = connections.issue(kim, s.T0), s.fresh("conn="), s.fresh("conn=")
        connections.redeem(ticket, first, s.later(1))
        with pytest.raises(Unauthenticated):
            connections.redeem(ticket, second, s.later(2))
        with pytest.raises(Unauthenticated):
            connections.principal(second)
        assert connections.live(kim.key, s.later(2)) == [first]

    def test_of_sixteen_who_use_a_ticket_at_once_one_gets_in(self, connections: Connections, kim: Principal) -> None:
        ticket, rivals = connections.issue(kim, s.T0), [s.fresh("conn=") for _ in range(16)]
        answers = s.each_at_once(lambda c: connections.redeem(ticket, c, s.later(1)), rivals)
        won = [c for c, a in zip(rivals, answers, strict=True) if a == kim]
        assert len(won) == 1
        assert sum(isinstance(a, Unauthenticated) for a in answers) == 15
        assert connections.live(kim.key, s.later(1)) == won

    def test_an_old_ticket_opens_nothing_and_is_used_up(self, connections: Connections, kim: Principal) -> None:
        ticket, connection = connections.issue(kim, s.T0), s.fresh("conn=")
        with pytest.raises(Unauthenticated):
            connections.redeem(ticket, connection, s.later(31))
        with pytest.raises(Unauthenticated):
            connections.redeem(ticket, connection, s.later(1))
        assert connections.live(kim.key, s.T0) == []

    def test_a_made_up_ticket_or_connection_is_refused(self, connections: Connections) -> None:
        for made_up in ("", "x", "TICKET#x"):
            with pytest.raises(Unauthenticated):
                connections.redeem(made_up, s.fresh("conn="), s.T0)
        with pytest.raises(Unauthenticated):
            connections.principal(s.fresh("conn="))

    def test_a_connection_that_is_silent_is_not_live(self, connections: Connections, kim: Principal) -> None:
        connection = self.opened(connections, kim)
        assert connections.live(kim.key, s.later(50)) == [connection]  # two heartbeats may be lost
        assert connections.live(kim.key, s.later(120)) == []

    def test_heartbeats_keep_a_connection_alive(self, connections: Connections, kim: Principal) -> None:
        connection = self.opened(connections, kim)
        for second in range(20, 401, 20):
            connections.renew(connection, kim.key, s.later(second))
        assert connections.live(kim.key, s.later(440)) == [connection]

    def test_a_principal_has_each_of_their_connections_and_nobody_elses(self, connections: Connections, kim: Principal) -> None:
        lee = Principal(s.fresh("agent#"), {})
        mine = {self.opened(connections, kim) for _ in range(3)}
        theirs = self.opened(connections, lee)
        assert set(connections.live(kim.key, s.later(1))) == mine
        assert connections.live(lee.key, s.later(1)) == [theirs]

    def test_a_dropped_connection_is_forgotten(self, connections: Connections, kim: Principal) -> None:
        stays, goes = self.opened(connections, kim), self.opened(connections, kim)
        assert connections.drop(goes, s.later(1)) == kim
        assert connections.live(kim.key, s.later(1)) == [stays]
        with pytest.raises(Unauthenticated):
            connections.principal(goes)
        assert connections.drop(goes, s.later(2)) is None

    def test_grace_counts_from_the_end_of_the_last_lease(self, connections: Connections, kim: Principal) -> None:
        assert connections.last_seen(kim.key) is None
        silent = self.opened(connections, kim, 0)
        ends = connections.last_seen(kim.key)
        assert ends is not None
        assert s.later(20) < ends < s.later(120)
        assert connections.live(kim.key, ends) == []
        hung_up = self.opened(connections, kim, 200)
        connections.drop(hung_up, s.later(210))
        assert connections.last_seen(kim.key) == s.later(210)
        connections.drop(silent, s.later(215))
        assert connections.last_seen(kim.key) == s.later(215)
        assert connections.last_seen(s.fresh("agent#")) is None
