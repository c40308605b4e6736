"""A customer says STOP over real wires: nobody writes to them until they write again."""

from __future__ import annotations

from tests.e2e.stage import Stage, refused, until


def test_stop_is_on_record_and_an_agent_is_refused(stage: Stage) -> None:
    mia, customer = stage.agent("mia").online(), stage.customer("whatsapp", "Nadja Berg")
    conversation = mia.takes_up(customer.wishes())
    contact = mia.conversation(conversation)["contact"]["id"]
    customer.says("STOP")

    def withdrawn() -> bool:
        found = mia.rest("GET", f"/v1/contacts/{contact}/consents")["consents"]
        return [(c["purpose"], c["channel"], c["given"]) for c in found] == [("messages", "whatsapp", False)]

    until("the withdrawal is on record", withdrawn)
    with refused(409, "not_allowed_now"):
        mia.rest("POST", f"/v1/conversations/{conversation}/messages", {"text": "An offer!", "client_id": "offer-1"})
