"""Which route of the desk's API a path is."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.entry.desk_api import ROUTES
from switchboard.entry.routes import Paths

PATHS = Paths({path for _, path in ROUTES})
values = st.text(min_size=1, max_size=12).filter(lambda v: "/" not in v and "%" not in v)


@given(route=st.sampled_from(sorted({path for _, path in ROUTES})), data=st.data())
def test_every_route_is_found_with_its_values(route: str, data: st.DataObject) -> None:
    names = re.findall(r"{(\w+)}", route)
    given_values = {name: data.draw(values, label=name) for name in names}
    found = PATHS.find(route.format(**given_values))
    assert found is not None
    if found[0] != route:  # a value that is spelled as the fixed part of another route is that route
        assert found[0].count("{") < route.count("{")
    else:
        assert found[1] == given_values


def test_a_value_comes_as_the_client_meant_it() -> None:
    assert PATHS.find("/v1/conversations/cnv%231/events") == ("/v1/conversations/{id}/events", {"id": "cnv#1"})


@pytest.mark.parametrize("path", [
    "/v1/", "/v1//", "/v1/conversations//events", "/v2/me", "/v1/me/", "/v1/me/presence/x/y/z", "", "v1",
])  # fmt: skip
def test_what_is_no_address_of_the_desk_is_none(path: str) -> None:
    assert PATHS.find(path) is None


def test_a_fixed_part_is_meant_before_a_value() -> None:
    paths = Paths(["/v1/things/{id}", "/v1/things/draft", "/v1/{kind}/draft"])
    assert paths.find("/v1/things/draft") == ("/v1/things/draft", {})
    assert paths.find("/v1/things/7") == ("/v1/things/{id}", {"id": "7"})
    assert paths.find("/v1/flows/draft") == ("/v1/{kind}/draft", {"kind": "flows"})
