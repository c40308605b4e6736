"""A customer says STOP over real wires: nobody writes to them until they write again."""

from __future__ import annotations

from urllib.error import HTTPError

from tests.e2e.stage import Agent, Stage, refused, until


def test_stop_is_on_record_and_an_agent_is_refused(stage: Stage) -> None:
    mia, customer = stage.agent("mia").online(), stage.customer("whatsapp", "Nadja Berg")
    conversation = mia.takes_up(customer.wishes())
    contact = mia.conversation(conversation)["contact"]["id"]
    customer.says("STOP")

    def withdrawn() -> bool:
        found = mia.rest("GET", f"/v1/contacts/{contact}/consents")["consents"]
        return [(c["purpose"], c["channel"], c["given"]) for c in found] == [("messages", "whatsapp", False)]

    until("the withdrawal is on record", withdrawn)
    url = f"/v1/conversations/{conversation}/messages"
    answer = refused(lambda: mia.rest("POST", url, {"text": "An offer!", "client_id": "offer-1"}))
    assert (answer.status, answer.body["code"]) == (409, "not_allowed_now")
    assert "withdrew their consent" in answer.body["message"]
    customer.says("but where is my parcel?")
    until("an answer is allowed again", lambda: _sent(mia, url))


def _sent(mia: Agent, url: str) -> bool:
    try:
        mia.rest("POST", url, {"text": "On its way.", "client_id": "answer-1"})
    except HTTPError as error:
        if error.code == 409:  # the customer's words are still on their way
            return False
        raise
    return True
