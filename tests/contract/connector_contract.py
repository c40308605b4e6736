"""What every `Connector` must do: see `application.connectors.Connector`. Behind it is the demo's shop."""

from __future__ import annotations

from typing import Any, Protocol

import pytest

from switchboard.application.connectors import FAILED, OK, ActionAnswer, ActionCall, Connector
from switchboard.application.delivery import TryLater
from tests.contract import samples as s

ANN = {"id": "k101", "name": "Ann Smith", "channel": "whatsapp"}
OPEN, SENT = "SB-10214", "SB-10198"  # Ann's: not yet packed; on its way


class Company(Protocol):
    """The far side."""

    def effects(self) -> list[dict[str, Any]]:
        """What was done, in order."""
        ...

    def breaks(self) -> None:
        """The next call finds it out of order."""
        ...

    def loses_its_answer(self) -> None:
        """The next call is done, and its answer does not arrive."""
        ...


def a_call(action: str, purpose: str = "", customer: dict[str, str] = ANN, call: str = "", **arguments: str) -> ActionCall:
    return ActionCall(call or s.fresh("a"), "c1-000001", action, purpose, "en", customer, arguments)


class ConnectorContract:
    """Subclasses give the fixtures `connector` and its other end, `company`."""

    def test_what_is_looked_up_comes_with_its_data(self, connector: Connector) -> None:
        answer = connector.perform(a_call("order_lookup", "order_status", order=SENT))
        assert answer.outcome == OK
        assert answer.data["order"] == SENT
        assert (answer.data["status"], answer.data["late"], answer.data["items"]) == ("shipped", False, ["High Oolong, 75 g"])
        assert answer.data["total"] == {"amount": 18.0, "currency": "GBP"}

    def test_any_script_arrives_and_comes_back_as_it_was(self, connector: Connector, company: Company) -> None:
        address = "東京都台東区 1-2 “Ünïcode” \\ \n ٣"
        answer = connector.perform(a_call("address_change", order=OPEN, address=address))
        assert (answer.outcome, answer.data["address"]) == (OK, address)
        assert company.effects() == [{"do": "address_change", "order": OPEN, "address": address}]

    def test_what_is_not_the_customers_is_not_found(self, connector: Connector, company: Company) -> None:
        stranger = {**ANN, "id": "k102"}
        assert connector.perform(a_call("order_cancel", customer=stranger, order=OPEN)).outcome == "not_found"
        assert company.effects() == []

    def test_a_refusal_says_why(self, connector: Connector, company: Company) -> None:
        for call in (a_call("order_cancel", order=SENT), a_call("order_lookup", "order_cancel", order=SENT)):
            answer = connector.perform(call)
            assert (answer.outcome, answer.data["reason"]) == ("refused", "already_shipped")
        assert company.effects() == []

    def test_the_same_call_again_has_the_same_answer_and_does_nothing_twice(self, connector: Connector, company: Company) -> None:
        call = a_call("order_cancel", order=OPEN)
        first = connector.perform(call)
        assert first == connector.perform(call) == ActionAnswer(OK)
        assert len(company.effects()) == 1

    def test_another_call_is_judged_anew(self, connector: Connector) -> None:
        connector.perform(a_call("order_cancel", order=OPEN))
        assert connector.perform(a_call("order_cancel", order=OPEN)).data == {"reason": "cancelled"}

    def test_a_system_out_of_order_is_asked_another_time(self, connector: Connector, company: Company) -> None:
        call = a_call("order_cancel", order=OPEN)
        company.breaks()
        with pytest.raises(TryLater):
            connector.perform(call)
        assert company.effects() == []
        assert connector.perform(call).outcome == OK

    def test_what_was_done_while_the_answer_was_lost_is_not_done_again(self, connector: Connector, company: Company) -> None:
        call = a_call("order_cancel", order=OPEN)
        company.loses_its_answer()
        with pytest.raises(TryLater):
            connector.perform(call)
        assert len(company.effects()) == 1
        assert connector.perform(call).outcome == OK
        assert len(company.effects()) == 1

    @pytest.mark.parametrize("call", [a_call("make_coffee"), a_call("address_change", order=OPEN), a_call("account_set", what="size")])
    def test_what_the_system_cannot_understand_has_failed_at_once(
        self, connector: Connector, company: Company, call: ActionCall
    ) -> None:
        answer = connector.perform(call)
        assert (answer.outcome, dict(answer.data)) == (FAILED, {})
        assert answer.reason
        assert company.effects() == []

    def test_nothing_of_the_customer_shows_where_a_call_or_an_answer_is_printed(self, connector: Connector) -> None:
        call = a_call("address_change", order=OPEN, address="5 Sesame Street")
        shown = f"{call!r} {connector.perform(call)!r} {connector.perform(call)}"
        assert "Sesame" not in shown
        assert "Ann" not in shown
