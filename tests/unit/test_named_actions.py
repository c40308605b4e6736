"""Every door has the name of what is asked there, and nothing is asked for that is at no door."""

from __future__ import annotations

import pytest

from switchboard.domain.authority.actions import ACTIONS, DOORS
from switchboard.domain.errors import Forbidden
from switchboard.entry import desk_api, named_actions, sockets, work
from tests.unit.process import Process


def test_every_route_and_every_request_of_a_desks_socket_is_named_and_none_besides() -> None:
    assert named_actions.ROUTES.keys() == desk_api.ROUTES.keys()
    assert named_actions.SOCKET.keys() == sockets.AGENT.keys()


def test_each_is_the_action_that_the_policies_know_for_this_door() -> None:
    for (method, route), named in named_actions.ROUTES.items():
        assert named.action == DOORS[f"{method} {route}".replace("{version}", "{n}")]
    for request, named in named_actions.SOCKET.items():
        assert named.action == DOORS[f"socket {request}"]


def test_the_same_use_case_is_the_same_action_by_either_door() -> None:
    assert named_actions.SOCKET["reply"].action == named_actions.ROUTES["POST", "/v1/conversations/{id}/messages"].action


def test_every_door_of_the_desk_that_the_policies_know_is_there() -> None:
    routes = {f"{m} {r}".replace("{version}", "{n}") for m, r in named_actions.ROUTES}
    known = {door for door in DOORS if " /v1/" in door and "(" not in door}
    assert known - routes == set()


def test_work_without_a_person_is_admitted_under_its_own_name_and_no_other(process: Process) -> None:
    assert set(work.WORK.values()) <= ACTIONS
    for function in work.WORK:
        work.begin(process, function)
    for function, other in (("planner", "Sweep"), ("sweeper", "SignRoots"), ("notary", "Index"), ("nobody", "Plan"), ("", "Plan")):
        with pytest.raises(Forbidden):
            work.admit_work(process.authority, function, other)
