"""A day of the sample company in a minute: every function does everything it knows to do, over real wires."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from local import company
from local.emulators.aws import invoke
from local.peers import AgentAtDesk, NeverCame, Sandbox, SignedIn, Visitor, call
from local.system import STACK, System
from switchboard.domain import events as ev
from switchboard.domain.audit.commit import chain, dumps
from tests.roles.assist import assist
from tests.roles.knowledge import drafted, keep_articles, offered, told

WHATSAPP, WECHAT = company.WHATSAPP["account"], company.WECHAT["account"]
ANN, BO, XIAO_MING = "4520000001", "4520000002", "oMadeUpOpenId_00000000000001"
LENA, LENAS_ORDER = "821055501842", "SB-10207"  # of the demo's shop
HUMAN = "I want to speak to a human agent please"


class Journey:
    """`play` runs it all. `aws` makes boto3 clients of the emulator."""

    def __init__(self, system: System, aws: Any) -> None:
        self._system = system
        self._aws = aws
        self._phone = Sandbox(system.sandbox)

    def play(self) -> None:
        mia, sofia, admin, paul = (self._agent(login) for login in ("mia", "sofia", "admin", "paul"))
        mia.socket.request("presence", presence="online")
        conversation = self._whatsapp_answered(mia)
        keep_articles(sofia, admin, self._invoke, self._eventually)
        offered(mia, conversation)
        drafted(mia, conversation)
        sofia.rest("GET", "/v1/large-model")
        told(self._phone, WHATSAPP, "4520000010")
        self._plan(mia)
        self._vendor_in_trouble(mia, conversation)
        self._desk_over_rest(mia, sofia, admin, conversation)
        self._rules(mia, sofia, admin)
        self._bot(mia, sofia, admin)
        self._translation(mia, admin)
        self._what_if(sofia)
        self._improvement(sofia, admin, conversation)
        self._wechat(mia)
        self._webchat(mia)
        self._large_message()
        self._large_message_that_ends_processes()
        self._parked(sofia, admin)
        self._offer_not_taken_and_connection_lost(mia)
        self._sweep()
        self._kept_for_a_time(paul)
        self._exported(mia, paul, conversation)
        self._erased(mia, paul, conversation)
        self._anchored()
        self._audited()

    # -- people ------------------------------------------------------------------------------------

    def _signed_in(self, login: str) -> SignedIn:
        person = next(p for p in company.PEOPLE if p.login == login)
        system = self._system
        return SignedIn(system.endpoint, system.outputs["UserPoolClientId"], system.desk_api, login, person.password)

    def _agent(self, login: str) -> AgentAtDesk:
        person = next(p for p in company.PEOPLE if p.login == login)
        system = self._system
        return AgentAtDesk(
            system.endpoint, system.outputs["UserPoolClientId"], system.desk_api, login, person.password, system.console
        )

    def _ack(self, agent: AgentAtDesk, action: str, **arguments: Any) -> Any:
        answer = agent.socket.request(action, **arguments)
        assert answer["type"] == "ack", (action, answer)
        return answer["result"]

    def _eventually(self, what: str, look: Callable[[], Any], seconds: float = 30.0) -> Any:
        deadline = time.monotonic() + seconds
        while not (found := look()):
            if time.monotonic() > deadline:
                raise NeverCame(what)
            time.sleep(0.05)
        return found

    def _kept_for_a_time(self, paul: AgentAtDesk) -> None:
        """Rules are set and carried out: nobody is old enough yet."""
        rules = [{"type": "contacts", "days": 30}, {"type": "exports", "days": 1}, {"type": "facts", "days": 30}]
        paul.rest("PUT", "/v1/retention", {"rules": rules})
        self._eventually("the run is over", lambda: self._invoke("eraser", {"source": "aws.events"}) == {})
        paul.rest("GET", "/v1/retention")
        paul.rest("GET", "/v1/retention/report?days=1")

    def _exported(self, mia: AgentAtDesk, paul: AgentAtDesk, conversation: str) -> None:
        """Somebody's data are made into a file and fetched."""
        contact = mia.rest("GET", f"/v1/conversations/{conversation}")["contact"]["id"]
        asked = paul.rest("POST", f"/v1/privacy/contacts/{contact}/export", {"reason": "by letter"})
        approver = ev.Actor(ev.ActorKind.AGENT, "vera", "privacy_officer")
        self._system.services.approvals.approve(approver, asked["id"], asked["digest"])
        assert self._invoke("exporter", {"source": "aws.events"}) == {asked["id"]: "made"}
        assert paul.rest("GET", f"/v1/privacy/exports/{asked['id']}")["url"]

    def _erased(self, mia: AgentAtDesk, paul: AgentAtDesk, conversation: str) -> None:
        """Somebody is erased as far as it goes in a minute; the rest takes eighteen days (tests/bench/prove_erasure.py)."""
        contact = mia.rest("GET", f"/v1/conversations/{conversation}")["contact"]["id"]
        asked = paul.rest("POST", f"/v1/privacy/contacts/{contact}/erasure", {"ground": "request", "reason": "by letter"})
        assert asked["id"] in [r["id"] for r in paul.rest("GET", "/v1/privacy/requests")["requests"]]
        approver = ev.Actor(ev.ActorKind.AGENT, "vera", "privacy_officer")
        self._system.services.erasure_desk.approve(approver, asked["id"], asked["digest"])
        reached = self._invoke("eraser", {"source": "aws.events"})
        assert reached == {asked["id"]: "erasure_queue_rotated"}, reached

    def _audited(self) -> None:
        """An auditor looks for something, has it verified, and takes it away."""
        ines = self._agent("ines")
        assert ines.rest("GET", "/v1/audit/search?person=c-nobody") is not None
        assert ines.rest("GET", "/v1/audit/verify")["checked"]["files"]
        page = ines.rest("POST", "/v1/audit/exports", {})
        assert ines.rest("GET", f"/v1/audit/exports/{page['id']}")["files"]

    def _anchored(self) -> None:
        """What happened until now is in a root; the next one is tied to it."""
        self._put("StateTable", {
            "pk": {"S": "AUDIT#GAPS"}, "sk": {"S": "cfg#rules|0000000001"}, "ledger": {"S": "cfg#rules"},
            "first": {"N": "1"}, "next": {"N": "1"}, "last": {"N": "1"},
        })  # fmt: skip
        assert self._invoke("sweeper", {"source": "aws.events"})["archived"]
        first, second = (self._invoke("notary", {"source": "aws.events"}) for _ in range(2))
        assert first["heads"] > 0
        assert second["number"] == first["number"] + 1
        assert first["broken"] == second["broken"] == 0

    # -- chapters ----------------------------------------------------------------------------------

    def _whatsapp_answered(self, mia: AgentAtDesk) -> str:
        """A new customer is handed over, answered and told; the vendor's receipts come back."""
        call("POST", f"{self._system.sandbox}/api/handshake", {"channel": "whatsapp", "account": WHATSAPP})
        self._phone.say("whatsapp", WHATSAPP, ANN, "Ann Example", HUMAN)
        conversation: str = mia.offered("whatsapp")[1]["conversation"]["id"]
        self._ack(mia, "accept", conversation=conversation)
        self._ack(mia, "note", conversation=conversation, text="regular customer", client_id="n1")
        self._ack(mia, "typing", conversation=conversation)
        self._ack(mia, "reply", conversation=conversation, text="Hello Ann, Mia here.", client_id="c1")
        self._phone.hears("whatsapp", WHATSAPP, ANN, "Hello Ann, Mia here.")
        mia.socket.expect("a receipt", lambda f: f["type"] == "delivery" and f["status"] in ("delivered", "read"))
        return conversation

    def _plan(self, mia: AgentAtDesk) -> None:
        """Mia is at work: a plan is made, and another that goes on from it."""
        self._ack(mia, "presence", presence="online")
        for _ in range(2):
            assert self._invoke("planner", {"source": "aws.events"})["agents"] == 1

    def _vendor_in_trouble(self, mia: AgentAtDesk, conversation: str) -> None:
        """The vendor is down once, then refuses for good; the agent sends it again."""
        fault = {"channel": "whatsapp", "account": WHATSAPP, "count": 1}
        call("POST", f"{self._system.sandbox}/api/faults", {**fault, "kind": "down"})
        self._ack(mia, "reply", conversation=conversation, text="One moment.", client_id="c2")
        heard = self._phone.hears("whatsapp", WHATSAPP, ANN, "One moment.", 60)
        for status in ("read", "failed"):  # a failure that contradicts what was said before
            call("POST", f"{self._system.sandbox}/api/status", {"message_id": heard["id"], "statuses": [status]})
        self._delivered_already()
        self._refused(mia, conversation, "sync")
        self._ack(mia, "resend", conversation=conversation, message=self._refused(mia, conversation))
        self._ack(mia, "transfer", conversation=conversation, queue="billing", note="an invoice")
        self._ack(mia, "take", conversation=conversation)

    def _delivered_already(self) -> None:
        """The queue brings a message once more that has its outcome."""
        table = self._aws("dynamodb").scan(TableName=self._system.outputs["DeliveriesTable"])["Items"]
        sent = next(i for i in table if "commit" in i and i["status"]["S"] == "sent" and i["channel"]["S"] == "whatsapp")
        body = {"conversation": sent["conversation"]["S"], "commit": int(sent["commit"]["N"]), "message": sent["id"]["S"]}
        record = {
            "messageId": "m", "receiptHandle": "r", "body": json.dumps(body), "messageAttributes": {}, "eventSource": "aws:sqs",
            "attributes": {"ApproximateReceiveCount": "2", "MessageGroupId": "g", "MessageDeduplicationId": "d"},
            "eventSourceARN": "arn:aws:sqs:::outbound.fifo",
        }  # fmt: skip
        assert self._invoke("delivery", {"Records": [record]}) == {"batchItemFailures": []}

    def _refused(self, mia: AgentAtDesk, conversation: str, mode: str = "async") -> str:
        """A message that the vendor refuses at once (`sync`), or takes and then does not deliver; returns its id."""
        self._eventually("nothing else is on its way", lambda: self._settled(mia, conversation))
        known = {f["message"] for _, f in mia.socket.frames if f["type"] == "delivery"}
        fault = {"channel": "whatsapp", "account": WHATSAPP, "count": 1, "kind": "window", "mode": mode}
        call("POST", f"{self._system.sandbox}/api/faults", fault)
        self._ack(mia, "reply", conversation=conversation, text="Are you there?", client_id=uuid.uuid4().hex)
        _, frame = mia.socket.expect(
            "the failure", lambda f: f["type"] == "delivery" and f["status"] == "failed" and f["message"] not in known
        )
        return str(frame["message"])

    def _settled(self, mia: AgentAtDesk, conversation: str) -> bool:
        deliveries = mia.rest("GET", f"/v1/conversations/{conversation}")["deliveries"].values()
        return all(d["status"] not in ("pending", "sending") for d in deliveries)

    def _owner(self, mia: AgentAtDesk, conversation: str) -> str:
        found = mia.rest("GET", f"/v1/conversations/{conversation}")
        return str(found["conversation"]["owner"])

    def _desk_over_rest(self, mia: AgentAtDesk, sofia: AgentAtDesk, admin: AgentAtDesk, conversation: str) -> None:
        """Every route of the desk's API."""
        base, contact = f"/v1/conversations/{conversation}", conversation.rpartition("-")[0]
        mia.rest("GET", "/v1/me")
        sofia.rest("GET", "/v1/inbox")
        mia.rest("GET", "/v1/inbox")
        mia.rest("GET", f"{base}/events?after=2")
        mia.rest("GET", f"{base}/sla")
        assist(mia, sofia, base)
        hours = sofia.rest("GET", "/v1/hours")
        admin.rest("PUT", "/v1/hours", hours)
        admin.rest("PUT", "/v1/privacy", sofia.rest("GET", "/v1/privacy"))
        mia.rest("POST", f"{base}/accept")
        mia.rest("POST", f"{base}/messages", {"text": "By REST.", "client_id": "c4"})
        mia.rest("POST", f"{base}/notes", {"text": "by REST", "client_id": "n2"})
        mia.rest("GET", base)
        mia.rest("POST", f"{base}/resend", {"message": self._refused(mia, conversation)})
        mia.rest("GET", f"/v1/contacts/{contact}")
        self._signed_in("crm").rest("PUT", f"/v1/contacts/{contact}/attributes", {"attributes": {"tier": "gold"}})
        mia.rest("GET", f"/v1/contacts/{contact}/conversations")
        mia.rest("POST", f"{base}/transfer", {"queue": "general"})
        mia.rest("POST", f"{base}/take")
        sofia.rest("PUT", "/v1/me/presence", {"presence": "online"})
        mia.rest("POST", f"{base}/transfer", {"agent": "sofia", "note": "please have a look"})
        sofia.rest("POST", f"{base}/decline")
        self._eventually("the declined conversation comes back", lambda: self._owner(sofia, conversation) == "mia")
        mia.rest("POST", f"{base}/accept")
        mia.rest("POST", f"{base}/resolve")
        self._phone.say("whatsapp", WHATSAPP, ANN, "Ann Example", HUMAN)  # opens the second one and archives the first
        again = self._eventually("Ann's second conversation", lambda: mia.rest("GET", "/v1/inbox")["mine"])[0]["id"]
        self._ack(mia, "decline", conversation=again)
        self._ack(mia, "presence", presence="online")
        self._ack(mia, "take", conversation=again)
        self._ack(mia, "presence", presence="away")
        self._phone.say("whatsapp", WHATSAPP, BO, "Bo Example", HUMAN)
        waiting = self._eventually("Bo waits", lambda: sofia.rest("GET", "/v1/inbox")["waiting"])
        bo = waiting[0]["contact"]
        sofia.rest("POST", f"/v1/contacts/{bo}/merge", {"into": contact})
        sofia.rest("GET", f"/v1/contacts/{contact}/conversations")
        self._phone.say("whatsapp", WHATSAPP, BO, "Bo Example", "it is me again")
        mia.sees("it is me again")
        self._ack(mia, "resolve", conversation=again)
        mia.rest("GET", "/v1/agents")
        admin.rest("PUT", "/v1/agents/new-one", {"name": "New One", "capacity": 1, "queues": [], "languages": ["en"]})
        profile = {"name": "Mia Keller", "capacity": 4, "queues": list(company.ALL), "languages": ["en", "de"]}
        admin.rest("PUT", "/v1/agents/mia", profile)
        self._agent("ines").rest("GET", "/v1/audit?agent=mia")
        admin.rest("PUT", "/v1/agents/mia/limits", {"assigned_only": True, "reason": "they are new here"})
        admin.rest("PUT", "/v1/agents/mia/grants", {"grants": ["AddNote"], "reason": "they are new here"})
        admin.rest("POST", "/v1/keys/changes", {"change": "rotate", "purpose": "queue", "reason": "it may have leaked"})
        admin.rest("GET", "/v1/keys")
        admin.rest("PUT", "/v1/waiting-room", {"policy": {}})
        sofia.rest("GET", "/v1/waiting-room")
        self._ack(mia, "presence", presence="online")

    def _rules(self, mia: AgentAtDesk, sofia: AgentAtDesk, admin: AgentAtDesk) -> None:
        """Rules do all that rules can; the company's own system is down, so that its call comes again."""
        endpoint = {"url": "https://127.0.0.1:9/", "secret": "whsec_" + base64.b64encode(b"k" * 24).decode(), "private": True}
        self._aws("secretsmanager").create_secret(Name="switchboard/hooks/crm", SecretString=json.dumps(endpoint))
        then = [
            {"action": "tag", "tag": "zebra"}, {"action": "set_priority", "priority": 8}, {"action": "assign", "queue": "billing"},
            {"action": "reply", "texts": {"en": "We look into your zebra."}}, {"action": "note", "text": "a zebra"},
            {"action": "webhook", "endpoint": "crm"},
        ]  # fmt: skip
        when = {"field": "message.text", "operator": "contains", "value": "zebra"}
        admin.rest("PUT", "/v1/rules", {"rules": {"rules": [
            {"id": "zebra", "name": "Zebra", "on": "message_received", "when": when, "then": then},
        ]}})  # fmt: skip
        sofia.rest("GET", "/v1/rules")
        self._phone.say("whatsapp", WHATSAPP, "4520000009", "Eve Example", "where is my order of a zebra?")
        self._phone.hears("whatsapp", WHATSAPP, "4520000009", "We look into your zebra.")
        eve = self._eventually("Eve is offered to mia", lambda: mia.rest("GET", "/v1/inbox")["mine"])[0]
        assert eve["tags"] == ["zebra"]
        sofia.rest("POST", "/v1/rules/dry-run", {"conversations": [eve["id"]]})
        self._ack(mia, "take", conversation=eve["id"])
        self._ack(mia, "resolve", conversation=eve["id"])
        admin.rest("PUT", "/v1/rules", {"rules": {"rules": []}})

    def _bot(self, mia: AgentAtDesk, sofia: AgentAtDesk, admin: AgentAtDesk) -> None:
        """The bot leads a customer through a flow that the company made: its shop answers, and then is down until people take over.
        Another customer falls silent."""
        flow, shop = "/v1/flows/order_cancel", self._system.shop
        assert shop is not None
        sofia.rest("GET", "/v1/flows")
        document = sofia.rest("GET", flow)["document"]["flow"]
        admin.rest("POST", f"{flow}/publish", admin.rest("PUT", flow, {"flow": document}))
        # A new process: the one there is read a while ago which versions are in force.
        self._aws("lambda").update_function_configuration(FunctionName=f"{STACK}-router", Timeout=29)
        self._phone.say("whatsapp", WHATSAPP, LENA, "Lena Park", f"Please cancel order {LENAS_ORDER}")
        self._phone.hears("whatsapp", WHATSAPP, LENA, f"Shall I cancel order {LENAS_ORDER}", 60)
        shop.trouble(*[503] * 40)
        self._phone.say("whatsapp", WHATSAPP, LENA, "Lena Park", "yes")
        lena = self._eventually("Lena is offered to mia", lambda: mia.rest("GET", "/v1/inbox")["mine"], 60)[0]
        shop.well()
        self._ack(mia, "take", conversation=lena["id"])
        assert mia.rest("GET", f"/v1/conversations/{lena['id']}")["handover"]["reason"] == "failed"
        self._ack(mia, "resolve", conversation=lena["id"])
        silent = self._falls_silent("4520000006", "Fy Example")
        due = {"kind": "bot", "subject": silent, "number": 1, "due": "2026-01-01T00:00:00+00:00"}
        record = {
            "messageId": "m", "receiptHandle": "r", "attributes": {"ApproximateReceiveCount": "1"}, "messageAttributes": {},
            "body": json.dumps(due), "eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:::timers",
        }  # fmt: skip
        self._invoke("timer", {"Records": [record]})
        assert silent not in self._with_bot(before="2026-01-02")

    def _translation(self, mia: AgentAtDesk, admin: AgentAtDesk) -> None:
        """A customer writes another language than the agent, who answers in their own."""
        mia.rest("GET", "/v1/translation")
        admin.rest("PUT", "/v1/glossary", {"terms": [{"keep": "High Oolong"}]})
        mia.rest("GET", "/v1/glossary")
        mia.rest("GET", "/v1/glossary/versions/1")
        self._phone.say("whatsapp", WHATSAPP, "4520000011", "Gerd Example", "Ich möchte bitte mit einem Menschen sprechen")
        gerd = self._eventually("Gerd is offered to mia", lambda: mia.rest("GET", "/v1/inbox")["mine"], 60)[0]["id"]
        self._ack(mia, "take", conversation=gerd)
        events = mia.rest("GET", f"/v1/conversations/{gerd}")["events"]
        said = [e["message"] for e in events if e["type"] == "message_received"]
        base = f"/v1/conversations/{gerd}/translations"
        found = mia.rest("POST", base, {"messages": said, "language": "en"})["translations"]
        assert found[said[0]]["by"] == "amazon", found
        draft = mia.rest("POST", f"{base}/draft", {"text": "Your parcel is on its way", "source": "en"})
        own = {"original": "Your parcel is on its way", "original_language": "en", "translated_by": draft["by"]}
        mia.rest("POST", f"/v1/conversations/{gerd}/messages", {"text": draft["text"], "client_id": "t1", **own})
        self._phone.hears("whatsapp", WHATSAPP, "4520000011", "Ihr Paket ist unterwegs")
        self._ack(mia, "resolve", conversation=gerd)

    def _falls_silent(self, customer: str, name: str) -> str:
        """A conversation in which the bot has waited since long ago for an answer, and the timer got lost."""
        known = self._with_bot()
        self._phone.say("whatsapp", WHATSAPP, customer, name, "hello")
        self._phone.hears("whatsapp", WHATSAPP, customer, "How can we help you", 60)
        [silent] = set(self._with_bot()) - set(known)
        item, past = self._with_bot()[silent], "2026-01-01T00:00:00.000000Z"
        self._aws("dynamodb").update_item(
            TableName=self._system.outputs["StateTable"], Key={"pk": item["pk"], "sk": item["sk"]},
            UpdateExpression="SET bot_until = :past, list_sort = :sort",
            ExpressionAttributeValues={":past": {"S": past}, ":sort": {"S": f"{past}#{silent}"}},
        )  # fmt: skip
        return silent

    def _with_bot(self, before: str = "9") -> dict[str, dict[str, Any]]:
        """The conversations in which the bot waits for something, until then at the latest."""
        return {i["id"]["S"]: i for i in self._state() if "bot_until" in i and i["bot_until"]["S"] < before}

    def _what_if(self, sofia: AgentAtDesk) -> None:
        """Other policies are played on what came today."""
        asked = {"policies": [{"strategy": "index"}], "against": {"strategy": "least_load"}}
        id_ = sofia.rest("POST", "/v1/routing/what-if", {**asked, "from": f"{datetime.now(UTC):%Y-%m-%d}", "days": 1})["id"]

        def answer() -> Any:
            found = sofia.rest("GET", f"/v1/routing/what-if/{id_}")
            return found if found["status"] != "running" else None

        assert self._eventually("the answer", answer, 120)["result"]

    def _improvement(self, sofia: AgentAtDesk, admin: AgentAtDesk, conversation: str) -> None:
        """What a customer wanted is corrected and taken out as labelled data, and the day looked through."""
        events = sofia.rest("GET", f"/v1/conversations/{conversation}")["events"]
        message = next(e["message"] for e in events if e["type"] == "message_received")
        sofia.rest("PUT", f"/v1/conversations/{conversation}/messages/{message}/intent", {"intent": "complaint"})
        sofia.rest("POST", f"/v1/conversations/{conversation}/messages/{message}/reveal", {"reason": "to see who may"})
        assert admin.rest("GET", "/v1/corrections")["corrections"]
        id_ = sofia.rest("POST", "/v1/improvements", {"from": f"{datetime.now(UTC):%Y-%m-%d}", "days": 1})["id"]

        def answer() -> Any:
            found = sofia.rest("GET", f"/v1/improvements/{id_}")
            return found if found["status"] != "running" else None

        assert self._eventually("what was found", answer, 120)["figures"]

    def _wechat(self, mia: AgentAtDesk) -> None:
        """The channel with an access token that all processes share."""
        self._phone.say("wechat", WECHAT, XIAO_MING, "小明", "转人工客服")
        conversation = mia.offered("wechat")[1]["conversation"]["id"]
        self._ack(mia, "accept", conversation=conversation)
        self._ack(mia, "reply", conversation=conversation, text="您好", client_id="w1")
        self._phone.hears("wechat", WECHAT, XIAO_MING, "您好")
        call("POST", f"{self._system.sandbox}/api/faults", {"channel": "wechat", "kind": "expire_token", "count": 1})
        self._ack(mia, "reply", conversation=conversation, text="请稍等", client_id="w2")
        self._phone.hears("wechat", WECHAT, XIAO_MING, "请稍等", 60)
        self._ack(mia, "resolve", conversation=conversation)

    def _webchat(self, mia: AgentAtDesk) -> None:
        visitor = Visitor(self._system.public_api, company.WEBCHAT["account"], self._system.console, "Lena Example")
        visitor.say("Can I talk to a real person?")
        conversation = mia.offered("webchat")[1]["conversation"]["id"]
        self._ack(mia, "accept", conversation=conversation)
        for action, arguments in (("typing", {}), ("resume", {"after": 0}), ("heartbeat", {})):
            assert visitor.socket.request(action, **arguments)["type"] == "ack"
        self._ack(mia, "typing", conversation=conversation)
        self._ack(mia, "reply", conversation=conversation, text="Hello Lena", client_id="l1")
        _, said = visitor.hears("Hello Lena")
        visitor.socket.request("received", messages=[said["message"]])
        visitor.socket.expect("its receipt", lambda f: f["type"] == "delivery" and f["status"] == "delivered")
        visitor.socket.vanish()
        visitor.reconnect()
        visitor.socket.request("resume", after=0)
        # A connection that is gone without a word: whoever sends to it forgets it.
        identity = self._services_key(visitor.session)
        self._connection_of_nobody(identity)
        self._ack(mia, "reply", conversation=conversation, text="Are you there?", client_id="l2")
        visitor.hears("Are you there?")
        self._connection_of_nobody(identity)
        self._ack(mia, "typing", conversation=conversation)
        self._connection_of_nobody("agent#mia")
        visitor.socket.request("typing")
        self._ack(mia, "heartbeat")
        self._connection_of_nobody("agent#mia")  # push finds it gone
        self._ack(mia, "resolve", conversation=conversation)
        visitor.socket.close()

    def _services_key(self, _session: str) -> str:
        table = self._aws("dynamodb").scan(TableName=self._system.outputs["ConnectionsTable"])["Items"]
        return str(next(i["pk"]["S"] for i in table if i["pk"]["S"].startswith("visitor#")))

    def _connection_of_nobody(self, principal: str) -> None:
        connection = f"gone-{uuid.uuid4().hex[:8]}"
        until, opened = datetime.now(UTC) + timedelta(seconds=60), datetime.now(UTC) - timedelta(minutes=5)
        common = {"principal": {"S": principal}, "expires": {"N": str(int(until.timestamp()))}}
        for pk, sk, at in ((principal, f"CONN#{connection}", until), (f"CONN#{connection}", "-", opened)):
            stamp = at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            self._put("ConnectionsTable", {"pk": {"S": pk}, "sk": {"S": sk}, "lease": {"S": stamp}, **common})

    def _put(self, table: str, item: dict[str, Any]) -> None:
        self._aws("dynamodb").put_item(TableName=self._system.outputs[table], Item=item)

    def _large_message(self) -> None:
        """One too large for the queue goes through the bucket; on both vendors' webhooks."""
        text = HUMAN + " " + "x" * 250_000
        contact = {"profile": {"name": "Ann Example"}, "wa_id": ANN}
        message = {"id": "wamid.LARGE", "from": ANN, "timestamp": str(int(time.time())), "type": "text", "text": {"body": text}}
        metadata = {"display_phone_number": "15550783881", "phone_number_id": company.WHATSAPP["phone_number_id"]}
        value = {"messaging_product": "whatsapp", "metadata": metadata, "contacts": [contact], "messages": [message]}
        change = {"field": "messages", "value": value}
        post = {"object": "whatsapp_business_account", "entry": [{"id": company.WHATSAPP["waba_id"], "changes": [change]}]}
        body = json.dumps(post).encode()
        signature = hmac.new(company.WHATSAPP["app_secret"].encode(), body, hashlib.sha256).hexdigest()
        request = urllib.request.Request(
            f"{self._system.public_api}/webhooks/whatsapp/{WHATSAPP}", body,
            {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={signature}"},
        )  # fmt: skip
        with urllib.request.urlopen(request, timeout=60) as answer:
            assert answer.status == 200
        self._phone.say("wechat", WECHAT, XIAO_MING, "小明", "人工 " + "长" * 55_000)

        def on_record() -> bool:
            commits = self._aws("dynamodb").scan(TableName=self._system.outputs["LedgerTable"])["Items"]
            return sum(len(c["body"]["B"]) > 200_000 for c in commits) == 2

        self._eventually("both large messages are on record", on_record)

    def _large_message_that_ends_processes(self) -> None:
        """Marks say that two processes died on it: it is parked, with its stored part."""
        lambda_, sqs, url = self._aws("lambda"), self._aws("sqs"), self._system.outputs["InboundQueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        mappings = lambda_.list_event_source_mappings(EventSourceArn=arn)["EventSourceMappings"]
        mapping = mappings[0]["UUID"]
        lambda_.update_event_source_mapping(UUID=mapping, Enabled=False)
        self._phone.say("wechat", WECHAT, XIAO_MING, "小明", "长" * 55_001)  # answered when it is in the queue
        messages = self._eventually("the message waits", lambda: sqs.receive_message(
            QueueUrl=url, AttributeNames=["All"], MaxNumberOfMessages=10, VisibilityTimeout=600
        ).get("Messages"))  # fmt: skip
        tomorrow, records = str(int(time.time()) + 86_400), []
        for number, message in enumerate(messages):  # receipts may wait beside it
            attributes = message["Attributes"] | {"ApproximateReceiveCount": "4"}
            work = f"{attributes['MessageGroupId']}#{attributes['MessageDeduplicationId']}"
            marks = {"begun": {"NS": ["2", "3"]}, "expires": {"N": tomorrow}}
            self._put("StateTable", {"pk": {"S": f"TRY#{work}"}, "sk": {"S": "-"}, **marks})
            records.append({
                "messageId": f"m{number}", "receiptHandle": message["ReceiptHandle"], "body": message["Body"],
                "attributes": attributes, "messageAttributes": {}, "eventSource": "aws:sqs", "eventSourceARN": arn,
                "awsRegion": "eu-central-1",
            })  # fmt: skip
        attributes = records[0]["attributes"] | {"MessageDeduplicationId": "unmarked"}
        records.append({**records[0], "messageId": "unmarked", "attributes": attributes})
        assert self._invoke("router", {"Records": records}) == {"batchItemFailures": []}
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        lambda_.update_event_source_mapping(UUID=mapping, Enabled=True)

    def _parked(self, sofia: AgentAtDesk, admin: AgentAtDesk) -> None:
        """What nobody can read: listed, sent again, written anew, thrown away."""
        sqs, url = self._aws("sqs"), self._system.outputs["InboundQueueUrl"]
        group = "0" * 64
        table = self._aws("dynamodb").scan(TableName=self._system.outputs["StateTable"])["Items"]
        known = next(i["pk"]["S"].partition("#")[2] for i in table if i["pk"]["S"].startswith("IDENTITY#"))
        for to, number in ((group, 1), (group, 2), (known, 3), (known, 4)):
            sqs.send_message(
                QueueUrl=url, MessageBody=f"not ours {number}", MessageGroupId=to, MessageDeduplicationId=uuid.uuid4().hex
            )
        parked = self._eventually("four parked", lambda: _four(sofia.rest("GET", "/v1/parked")["parked"]))
        lost = [p["id"] for p in parked if p["ledger"] == "ops#parked"]
        owned = [p["id"] for p in parked if p["ledger"] != "ops#parked"]
        sofia.rest("POST", f"/v1/parked/{lost[0]}/redrive", {})
        sofia.rest("POST", f"/v1/parked/{lost[1]}/discard", {})
        sofia.rest("POST", f"/v1/parked/{owned[0]}/redrive", {"text": "I wrote: where is my order?"})
        sofia.rest("POST", f"/v1/parked/{owned[1]}/discard", {})
        with contextlib.suppress(urllib.error.HTTPError):
            admin.rest("POST", "/v1/parked/nobody/discard", {})

    def _offer_not_taken_and_connection_lost(self, mia: AgentAtDesk) -> None:
        """Timers: five seconds to accept, none of grace."""
        mia.socket.request("presence", presence="online")
        self._phone.say("whatsapp", WHATSAPP, "4520000003", "Cy Example", HUMAN)
        self._eventually("Cy is offered to mia", lambda: mia.rest("GET", "/v1/inbox")["mine"])
        chen = self._agent("chen")
        chen.socket.request("presence", presence="online")
        mia.socket.expect(
            "mia is set away", lambda f: f["type"] == "agent" and f["agent"]["presence"] == "away" and f["agent"]["id"] == "mia", 30
        )
        self._eventually("Cy is offered to chen", lambda: chen.rest("GET", "/v1/inbox")["mine"])
        chen.socket.close()
        mia.socket.request("presence", presence="online")
        mia.socket.vanish()
        self._eventually("mia is offline", lambda: self._agent_item("mia")["presence"]["S"] == "offline")
        self._eventually("Cy hears of the wait", lambda: any(_told(i) for i in self._state()))
        late = {"body": json.dumps({"kind": "accept", "subject": "c-000001", "number": 1, "due": "2126-01-01T00:00:00+00:00"})}
        attributes = {"ApproximateReceiveCount": "1"}
        record = {"messageId": "m", "receiptHandle": "r", "attributes": attributes, "messageAttributes": {}, **late}
        self._invoke("timer", {"Records": [{**record, "eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:::timers"}]})
        self._invoke("outbox", self._stream_with_a_gap())

    def _state(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self._aws("dynamodb").scan(TableName=self._system.outputs["StateTable"])["Items"]
        return items

    def _agent_item(self, agent: str) -> dict[str, Any]:
        return next(i for i in self._state() if i["pk"]["S"].startswith("AGENTS#") and i["sk"]["S"] == agent)

    def _stream_with_a_gap(self) -> dict[str, Any]:
        """A record whose predecessors never came: the outbox reads the ledger instead."""
        by = {"kind": "system", "id": "system", "role": "", "request": ""}
        body = dumps({"by": by, "events": [{"type": "bot_waits", "no": 3, "data": {}}]})
        ledger, at, prev = "cnv#cnobody-000001", "2026-11-22T12:00:00.000000Z", "0" * 64
        image = {
            "ledger": {"S": ledger}, "no": {"N": "3"}, "at": {"S": at}, "prev": {"S": prev},
            "hash": {"S": chain(prev, ledger, 3, at, body)}, "body": {"B": base64.b64encode(body).decode()},
        }  # fmt: skip
        return {"Records": [{"eventID": "e", "eventName": "INSERT", "dynamodb": {"NewImage": image}}]}

    def _invoke(self, name: str, event: Any) -> Any:
        return invoke(self._aws("lambda"), f"{STACK}-{name}", event)

    def _sweep(self) -> None:
        """Everything the sweeper repairs, planted: a drifted count, a lost message, stale waits, a lost connection and offer."""
        outputs, table, events = self._system.outputs, self._aws("dynamodb"), self._aws("events")
        for rule in events.list_rules()["Rules"]:  # or a run of the schedule repairs what is planted for ours
            events.disable_rule(Name=rule["Name"])
        old = (datetime.now(UTC) - timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        for agent, change, values in (
            ("omar", "SET #a = :three, loaded_at = :old", {":three": {"N": "3"}, ":old": {"S": old}}),
            ("chen", "SET #a = :online", {":online": {"S": "online"}}),
        ):
            table.update_item(
                TableName=outputs["StateTable"], UpdateExpression=change,
                Key={"pk": self._agent_item(agent)["pk"], "sk": {"S": agent}},
                ExpressionAttributeNames={"#a": "load" if agent == "omar" else "presence"}, ExpressionAttributeValues=values,
            )  # fmt: skip
        self._put("StateTable", {
            "pk": {"S": "WAIT#general"}, "sk": {"S": f"0#{old}#cnobody-000001"}, "conversation": {"S": "cnobody-000001"},
            "queue": {"S": "general"}, "priority": {"N": "9"}, "since": {"S": old}, "language": {"S": "en"},
        })  # fmt: skip
        items = table.scan(TableName=outputs["StateTable"])["Items"]
        resolved = next(item["id"]["S"] for item in items if item.get("status", {}).get("S") == "resolved")
        self._put("StateTable", {
            "pk": {"S": "WAIT#billing"}, "sk": {"S": f"0#{old}#{resolved}"}, "conversation": {"S": resolved},
            "queue": {"S": "billing"}, "priority": {"N": "9"}, "since": {"S": old}, "language": {"S": "en"},
        })  # fmt: skip
        unsent = {"status": {"S": "pending"}, "rank": {"N": "0"}}
        for item in table.scan(TableName=outputs["DeliveriesTable"])["Items"]:
            if item.get("channel", {}).get("S") == "whatsapp" and "commit" in item:
                self._put("DeliveriesTable", {**item, "pending": {"S": "pending"}, "since": {"S": old}, **unsent})
                break
        self._overdue_offer()
        self._falls_silent("4520000007", "Gy Example")
        # A new process: the one that made the stack's keys still has them at hand.
        self._aws("lambda").update_function_configuration(FunctionName=f"{STACK}-sweeper", Timeout=54)
        found = self._invoke("sweeper", {"source": "aws.events"})
        for name in ("expired_offers", "lost_connections", "drifted_counters", "stale_waits", "stuck_messages", "silent_bots"):
            assert found[name], f"the sweeper did not repair {name}: {found}"
        self._untold_wait(old)
        assert self._invoke("sweeper", {"source": "aws.events"})["untold_waits"]

    def _overdue_offer(self) -> None:
        """An offer whose timer got lost: it should have been accepted minutes ago."""
        sofia, table = self._agent("sofia"), self._system.outputs["StateTable"]
        sofia.socket.request("presence", presence="online")
        self._phone.say("whatsapp", WHATSAPP, "4520000004", "Dy Example", HUMAN)
        offered = self._eventually("an offer to sofia", lambda: sofia.rest("GET", "/v1/inbox")["mine"])[0]
        place = {"pk": {"S": f"CONTACT#{offered['contact']}"}, "sk": {"S": "CURRENT"}}
        self._aws("dynamodb").update_item(
            TableName=table, Key=place, UpdateExpression="SET accept_by = :past",
            ExpressionAttributeValues={":past": {"S": "2026-01-01T00:00:00.000000Z"}},
        )  # fmt: skip

    def _untold_wait(self, old: str) -> None:
        """A customer who has waited for minutes and heard nothing, for the timer got lost."""
        sofia, table = self._agent("sofia"), self._system.outputs["StateTable"]
        sofia.socket.request("presence", presence="away")
        self._phone.say("whatsapp", WHATSAPP, "4520000005", "Ey Example", HUMAN)

        def waits() -> str:
            found = sofia.rest("GET", "/v1/inbox")["waiting"]
            return next((str(c["id"]) for c in found if c["name"] == "Ey Example"), "")

        waiting = self._eventually("Ey waits", waits)
        for item in self._state():
            if waiting in (item.get("id", {}).get("S"), item.get("conversation", {}).get("S")) and "queue" in item:
                self._aws("dynamodb").update_item(
                    TableName=table, Key={"pk": item["pk"], "sk": item["sk"]}, UpdateExpression="SET since = :old",
                    ExpressionAttributeValues={":old": {"S": old}},
                )  # fmt: skip


def _told(item: dict[str, Any]) -> bool:
    """Whether a conversation's customer was told of their wait."""
    return '"told"' in item.get("waiting_room", {}).get("S", "")


def _four(parked: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return parked if len(parked) >= 4 else []
