"""The stage of the end-to-end tests: a running system, and the people who play on it over real wires.

Customers are new in every test, so that tests never meet each other's conversations; agents leave an empty desk behind."""

from __future__ import annotations

import json
import secrets
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.error import HTTPError

from local import company
from local.emulators.aws import clients, invoke
from local.peers import AgentAtDesk, Frame, NeverCame, Sandbox, SignedIn, Visitor, call
from local.sandbox.whatsapp.people import bsuid_of
from local.system import STACK, System
from switchboard.application import views
from switchboard.application.intake import identity_key

T = TypeVar("T")
ACCOUNTS = {name: str(each["account"]) for name, each in
            {"whatsapp": company.WHATSAPP, "wechat": company.WECHAT, "webchat": company.WEBCHAT}.items()}  # fmt: skip
WISH = {"en": "I want to talk to a human agent please", "zh": "转人工客服"}
BUSY_SECONDS = 20.0


def until(what: str, look: Callable[[], T], seconds: float = BUSY_SECONDS) -> T:
    """The first true thing `look()` answers; for states that nobody announces."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        if time.monotonic() > deadline:
            raise NeverCame(f"{what} did not come true within {seconds:.0f} s; last seen: {found!r}")
        time.sleep(0.05)
    return found


def a_wish(language: str = "en") -> str:
    """Words nobody else says, by which a customer surely reaches people."""
    return f"{WISH[language]} {secrets.token_hex(4)}"


@dataclass(frozen=True)
class Refusal:
    """An HTTP error's status and JSON body (or its text)."""

    status: int
    body: Any

    @property
    def code(self) -> str:
        return str(self.body.get("code", "")) if isinstance(self.body, dict) else ""


def refused(request: Callable[[], object]) -> Refusal:
    """How an HTTP request was refused; fails if it was not."""
    try:
        answer = request()
    except HTTPError as error:
        raw = error.read()
        try:
            return Refusal(error.code, json.loads(raw))
        except ValueError:
            return Refusal(error.code, raw.decode(errors="replace"))
    raise AssertionError(f"it was answered: {answer}")


def post(url: str, body: bytes, headers: dict[str, str]) -> int:
    """The status of a raw POST."""
    request = urllib.request.Request(url, body, headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


class Agent(AgentAtDesk):
    """A customer-service agent with a browserless desk."""

    def act(self, action: str, conversation: str = "", **arguments: Any) -> Frame:
        """A request that must be acknowledged; its result."""
        if conversation:
            arguments["conversation"] = conversation
        answer = self.socket.request(action, **arguments)
        assert answer["type"] == "ack", f"{self.id}: {action} was refused: {answer}"
        return dict(answer.get("result") or {})

    def fails(self, action: str, conversation: str = "", **arguments: Any) -> str:
        """The code of a request that must be refused."""
        if conversation:
            arguments["conversation"] = conversation
        answer = self.socket.request(action, **arguments)
        assert answer["type"] == "error", f"{self.id}: {action} was allowed: {answer}"
        return str(answer["code"])

    def online(self) -> Agent:
        self.act("presence", presence="online")
        return self

    def reply(self, conversation: str, text: str) -> str:
        """Answers, and gives the message's id."""
        client_id = f"c-{secrets.token_hex(8)}"
        self.act("reply", conversation, text=text, client_id=client_id)
        event = self.event("their own reply", conversation, lambda e: e.get("client_id") == client_id)
        return str(event["message"])

    def event(self, what: str, conversation: str, wanted: Callable[[Frame], bool], timeout: float = BUSY_SECONDS) -> Frame:
        """The first event of a conversation, past or coming, that was pushed and is wanted."""

        def found(frame: Frame) -> Frame | None:
            if frame["type"] != "events" or frame["conversation"]["id"] != conversation:
                return None
            return next((e for e in frame["events"] if wanted(e)), None)

        _, frame = self.socket.expect(f"{self.id}: {what}", lambda f: found(f) is not None, timeout)
        event = found(frame)
        assert event is not None
        return event

    def hears_of_delivery(self, message: str, status: str, timeout: float = BUSY_SECONDS) -> Frame:
        """The frame that says how far a message has come."""
        return self.socket.expect(
            f"{self.id}: delivery of {message} {status}",
            lambda f: f["type"] == "delivery" and f["message"] == message and f["status"] == status, timeout,
        )[1]  # fmt: skip

    def statuses_of(self, message: str) -> list[str]:
        """Every status pushed so far, in the order it came."""
        return [f["status"] for _, f in self.socket.frames if f["type"] == "delivery" and f["message"] == message]

    def conversation(self, id_: str) -> dict[str, Any]:
        return dict(self.rest("GET", f"/v1/conversations/{id_}"))

    def events(self, id_: str) -> list[dict[str, Any]]:
        return list(self.conversation(id_)["events"])

    def received(self, id_: str) -> list[str]:
        """The texts of a customer, in the order of the record."""
        return [e["content"]["text"] for e in self.events(id_) if e["type"] == "message_received"]

    def offer_of(self, text: str, timeout: float = BUSY_SECONDS) -> str:
        """The conversation of the customer who said `text`, once it is offered to this agent."""
        looked: set[str] = set()

        def mine(frame: Frame) -> bool:
            if frame["type"] != "events" or frame["conversation"]["owner"] != self.id:
                return False
            id_ = frame["conversation"]["id"]
            if id_ in looked or not any(e["type"] == "assigned" and e["agent"] == self.id for e in frame["events"]):
                return False
            looked.add(id_)
            try:
                return text in self.received(id_)
            except HTTPError as error:
                if error.code in (403, 410):  # of the past, and not ours or not anybody's to read any more
                    return False
                raise

        return str(self.socket.expect(f"{self.id}: an offer after {text!r}", mine, timeout)[1]["conversation"]["id"])

    def takes_up(self, text: str) -> str:
        """Accepts the conversation of the customer who said `text`; its id."""
        id_ = self.offer_of(text)
        self.act("accept", id_)
        return id_


@dataclass
class Customer:
    """Somebody on WhatsApp or WeChat. `heard` lists everything personal, for the look at what lies in storage."""

    sandbox: Sandbox
    channel: str
    id: str
    name: str
    heard: list[str]

    @property
    def account(self) -> str:
        return ACCOUNTS[self.channel]

    @property
    def address(self) -> str:
        """The identity the vendor tells us."""
        return bsuid_of(str(company.WHATSAPP["waba_id"]), self.id) if self.channel == "whatsapp" else self.id

    def post(self, path: str, **fields: Any) -> dict[str, Any]:
        who = {"channel": self.channel, "account": self.account, "customer": self.id, "name": self.name}
        return dict(call("POST", f"{self.sandbox.url}/api/{path}", who | fields))

    def says(self, text: str, **fields: Any) -> str:
        """Sends a text, which the system must take; the vendor's message id."""
        self.heard.append(text)
        outcome = self.post("say", text=text, **fields)
        assert outcome["accepted"], outcome
        return str(outcome["message_id"])

    def wishes(self) -> str:
        """Asks for a person, in words of their own."""
        text = a_wish("zh" if self.channel == "wechat" else "en")
        self.says(text)
        return text

    def bursts(self, texts: list[str], mode: str) -> None:
        self.heard += texts
        outcomes = self.post("burst", messages=[{"text": t} for t in texts], mode=mode)["outcomes"]
        assert all(o["accepted"] for o in outcomes), outcomes

    def thread(self) -> list[dict[str, Any]]:
        return self.sandbox.thread(self.channel, self.account, self.id)

    def copies(self, text: str) -> list[dict[str, Any]]:
        """This customer's copies of a text of ours."""
        return [m for m in self.thread() if m["direction"] == "out" and text in m["text"]]

    def hears(self, text: str, seconds: float = BUSY_SECONDS) -> dict[str, Any]:
        return self.sandbox.hears(self.channel, self.account, self.id, text, seconds)


@dataclass
class Stage:
    """The system and how to get people on it. `heard` grows with everything customers are and say."""

    system: System
    heard: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sandbox = Sandbox(self.system.sandbox)
        self.aws = clients(self.system.endpoint)
        self.present: list[Agent] = []
        self.signed_in: dict[str, Agent] = {}

    # -- people ----------------------------------------------------------------------------------

    def invoke(self, function: str, event: object) -> Any:
        """What a function answers that nobody but its schedule calls."""
        return invoke(self.aws("lambda"), f"{STACK}-{function}", event)

    def new_person(self, name: str, role: str) -> Agent:
        """Somebody of a role that the company has one of: who needs two has another one by this."""
        login, password = f"{name}{secrets.token_hex(3)}", f"Demo-{secrets.token_hex(6)}-Aa"
        cognito, system = self.aws("cognito-idp"), self.system
        pool = system.outputs["UserPoolId"]
        cognito.admin_create_user(UserPoolId=pool, Username=login, MessageAction="SUPPRESS")
        cognito.admin_set_user_password(UserPoolId=pool, Username=login, Password=password, Permanent=True)
        cognito.admin_add_user_to_group(UserPoolId=pool, Username=login, GroupName=role)
        agent = Agent(system.endpoint, system.outputs["UserPoolClientId"], system.desk_api, login, password, system.console)
        self.present.append(agent)
        return agent

    def agent(self, login: str) -> Agent:
        """Signed in and connected, still offline."""
        person = next(p for p in company.PEOPLE if p.login == login)
        system = self.system
        agent = Agent(
            system.endpoint, system.outputs["UserPoolClientId"], system.desk_api, person.login, person.password, system.console
        )  # fmt: skip
        self.present.append(agent)
        return agent

    @property
    def crm(self) -> SignedIn:
        """The company's own system, which has no socket."""
        person = next(p for p in company.PEOPLE if p.login == "crm")
        system = self.system
        return SignedIn(system.endpoint, system.outputs["UserPoolClientId"], system.desk_api, person.login, person.password)

    @property
    def reader(self) -> Agent:
        """A supervisor of all teams, who reads along."""
        return self.agent("sofia")

    def customer(self, channel: str, name: str = "", username: str = "", id_: str = "") -> Customer:
        """Somebody new, or who has the vendor's `id_` (a phone number's digits on WhatsApp)."""
        name = name or f"Noor {secrets.token_hex(5)}"
        given = {"username": username, "customer": id_}
        made = call(
            "POST", f"{self.system.sandbox}/api/customers",
            {"channel": channel, "account": ACCOUNTS[channel], "name": name, **{k: v for k, v in given.items() if v}},
        )
        customer = Customer(self.sandbox, channel, str(made["customer"]), name, self.heard)
        self.heard += [customer.id, customer.address, name]
        return customer

    def visitor(self, name: str = "") -> Visitor:
        name = name or f"Ilse {secrets.token_hex(5)}"
        self.heard.append(name)
        return Visitor(self.system.public_api, ACCOUNTS["webchat"], self.system.console, name)

    # -- a look behind ---------------------------------------------------------------------------

    def anew(self, function: str) -> None:
        """Has a function's next call made by a new process, which knows nothing of what was in force before.

        The old one is killed at work, too: what it had in hand would come again, and hold its customer's next words back, when the
        queue shows it again."""
        if function == "router":
            until("a router at rest", lambda: not self.waiting_in("Inbound"), 200)
        lambda_, name = self.aws("lambda"), f"{STACK}-{function}"
        seconds = lambda_.get_function_configuration(FunctionName=name)["Timeout"]
        lambda_.update_function_configuration(FunctionName=name, Timeout=seconds - 1 if seconds % 2 else seconds + 1)

    def reads_of(self, agent: str, resource: str) -> list[dict[str, Any]]:
        """The audit's records of an agent's reads of a resource today, oldest first; all pages."""
        auditor, found, after = self.agent("ines"), [], 0
        while (page := auditor.rest("GET", f"/v1/audit?agent={agent}&after={after}"))["records"]:
            found += [r for r in page["records"] if resource in r["resources"][0]["ARN"]]
            after = page["next"]
        return found

    def known(self, customer: Customer) -> str:
        """The contact of a customer, empty if the system has none."""
        return str(self.system.services.store.arrival(self.group(customer), "-").contact)

    def current(self, customer: Customer) -> str:
        """The current conversation of a customer, empty if there is none."""
        if not (contact := self.known(customer)):
            return ""
        found = self.system.services.store.contact(contact).conversation
        return found.id if found is not None else ""

    def story(self, conversation: str) -> dict[str, Any]:
        """A conversation as the desk shows it, from behind: while the bot alone has it, it is of no team, and nobody reads it."""
        store = self.system.services.store
        found = store.conversation(conversation)
        events = [views.event(r) for r in store.events(found.ledger) if r.no <= found.last_event]
        return {"conversation": views.summary(found), "events": events}

    def received(self, conversation: str) -> list[str]:
        """The texts of a customer, in the order of the record."""
        return [e["content"]["text"] for e in self.story(conversation)["events"] if e["type"] == "message_received"]

    def group(self, customer: Customer) -> str:
        """The name under which a customer's messages queue up."""
        return identity_key(self.system.services.index, customer.channel, customer.account, customer.address)

    def waiting_in(self, queue: str) -> int:
        """Messages in a queue, those being worked on included."""
        names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed")
        found = self.aws("sqs").get_queue_attributes(QueueUrl=self.system.outputs[f"{queue}QueueUrl"], AttributeNames=list(names))
        return sum(int(found["Attributes"][name]) for name in names)

    def cut(self, kind: str) -> None:
        """Ends every WebSocket of `kind` (agent#<id> or visitor#) from the far side, as a network does."""
        url = str(self.agent("admin").rest("POST", "/v1/tickets")["url"])
        gateway = self.aws("apigatewaymanagementapi", endpoint_url=url.partition("?")[0].replace("ws", "http", 1))
        items = self.aws("dynamodb").scan(TableName=self.system.outputs["ConnectionsTable"])["Items"]
        leases = [item["sk"]["S"] for item in items if item["pk"]["S"].startswith(kind)]
        assert leases, f"{kind} has no connection to cut"
        for lease in leases:
            with suppress(gateway.exceptions.GoneException):  # of an earlier connection
                gateway.delete_connection(ConnectionId=lease.partition("#")[2])

    # -- the end of a test -----------------------------------------------------------------------

    def clear(self) -> None:
        """All go home; what they have and what waits is resolved; vendors behave again."""
        call("POST", f"{self.system.sandbox}/api/behaviour", {
            "account": ACCOUNTS["whatsapp"], "statuses": ["sent", "delivered", "read"], "gap_ms": 20,
            "before_response": False, "one_post": False,
        })  # fmt: skip
        urllib.request.urlopen(urllib.request.Request(f"{self.system.sandbox}/api/faults", method="DELETE"), timeout=20)
        for agent in self.present:
            agent.socket.close()
        self.present.clear()
        try:
            until("an empty desk", self._emptied, 60)
        except NeverCame as error:
            store = self.system.services.store
            waiting = [store.conversation(w.conversation) for queue in company.ALL for w in store.waiting(queue, 3)]
            raise NeverCame(f"an empty desk; there wait {waiting} and there are {list(store.agents())}") from error

    def _emptied(self) -> bool:
        """One round of sending home; True once there was nobody and nothing left to finish."""
        store = self.system.services.store
        busy = [each.id for each in store.agents() if each.load or each.presence.value != "offline"]
        for agent in busy:
            self._finish(agent, "offline")
        waiting = [w.conversation for queue in company.ALL for w in store.waiting(queue, 20)]
        if waiting:
            self._finish("chen", "online")  # is given what waits, and takes what a plan keeps for others who went home
        for conversation in waiting:
            try:
                self.signed_in["chen"].rest("POST", f"/v1/conversations/{conversation}/take")
            except HTTPError as error:
                if error.code not in (403, 409):  # resolved or given to somebody meanwhile
                    raise
        return not busy and not waiting

    def _finish(self, login: str, presence: str) -> None:
        """Resolves what an agent has and sets the presence; by REST, for the agent may sit at a browser."""
        if login not in self.signed_in:
            self.signed_in[login] = self.agent(login)
            self.present.remove(self.signed_in[login])
            self.signed_in[login].socket.close()
        agent = self.signed_in[login]
        agent.rest("PUT", "/v1/me/presence", {"presence": presence})
        for mine in agent.rest("GET", "/v1/inbox")["mine"]:
            try:
                agent.rest("POST", f"/v1/conversations/{mine['id']}/resolve")
            except HTTPError as error:
                if error.code not in (403, 409):  # a timer took it back meanwhile: whoever has it now is asked next
                    raise
