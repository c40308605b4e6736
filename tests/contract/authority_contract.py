"""What every `application.authority.Authority` keeps. A subclass gives `authority` as a fixture: one that allows an agent to reply in
the conversation they own, and to no other action than `Reply`'s and `GetMe`'s."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest

from switchboard.application.authority import Authority
from switchboard.domain.authority.question import Decision, Kind, Principal, Question, Resource

ANN = Principal(Kind.PERSON, "ann", "agent", frozenset({"billing"}), frozenset({"eu"}), frozenset({"north"}), frozenset({"standard"}))
HERS = Resource("conversation", "c1", "active", "billing", "ann", "eu", "north", "standard", served_by="ann")
REPLY = Question(ANN, "Reply", HERS)


class AuthorityContract:
    @pytest.fixture
    def authority(self) -> Authority:
        raise NotImplementedError

    def test_what_is_allowed_names_what_allowed_it(self, authority: Authority) -> None:
        decision = authority.decide(REPLY)
        assert decision.allowed
        assert decision.policies

    def test_what_nothing_allows_is_denied_and_names_nothing(self, authority: Authority) -> None:
        assert authority.decide(replace(REPLY, action="SetRouting", resource=Resource("desk"))).allowed is False

    def test_the_same_question_has_the_same_answer(self, authority: Authority) -> None:
        assert authority.decide(REPLY) == authority.decide(REPLY)

    def test_who_has_no_role_is_nobody(self, authority: Authority) -> None:
        assert authority.decide(replace(REPLY, principal=replace(ANN, role=""))) == Decision(False)

    @pytest.mark.parametrize("action", ["", "Reply2", "reply", "ReadThread", 'Reply"', "Action::Reply", "OwnerDoes", "\x00"])
    def test_what_is_no_action_is_denied(self, authority: Authority, action: str) -> None:
        assert not authority.decide(replace(REPLY, action=action)).allowed

    def test_facts_that_nobody_knows_change_nothing(self, authority: Authority) -> None:
        assert authority.decide(replace(REPLY, facts={"administrator": True, "": "x"})) == authority.decide(REPLY)

    def test_nonsense_denies_and_never_raises(self, authority: Authority) -> None:
        nonsense = cast(Any, None)
        assert not authority.decide(replace(REPLY, action=nonsense)).allowed
        assert not authority.decide(replace(REPLY, principal=replace(ANN, role=nonsense))).allowed
