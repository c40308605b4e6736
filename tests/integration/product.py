"""The whole product deployed to LocalStack, with a sandbox that stands in for the vendors: support of test_deployed_path."""

from __future__ import annotations

import json
import os
import sys
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from local import company
from local.deploy import deploy
from local.emulators.aws import clients, invoke
from local.emulators.localstack import LocalStack
from local.emulators.process import CREDENTIALS, LOGS, ROOT, GuardedProcess, clean_environment, free_port
from local.peers import Sandbox, call
from local.seed import settings_of
from local.shop.opening import OpenShop, load, open_shop
from local.system import LAYERS
from switchboard.application.intake import identity_key
from switchboard.bootstrap import Services
from switchboard.domain import events as ev
from switchboard.domain.conversation import Conversation
from tests.e2e.stage import ACCOUNTS, Customer
from tools.layers import LAYERS as LAYER_NAMES
from tools.layers import destination, digest

MIA = company.PEOPLE[0]
STAGE = "local"
ACCEPT_SECONDS = 10


class Product:
    """A deployed stack. `services` are this process's own objects on its tables: for seeding, and for reading what is on record."""

    def __init__(self, localstack: LocalStack) -> None:
        self.stack = f"path-{uuid.uuid4().hex[:8]}"
        self.aws = clients(localstack.endpoint)
        self.outputs = deploy(
            ROOT / "template.yaml", self.stack, endpoint=localstack.endpoint, layers=LAYERS,
            parameters={
                "Stage": STAGE, "SecretPrefix": self.stack, "AcceptSeconds": str(ACCEPT_SECONDS),
                "EnableWaf": "false", "EnableWeb": "false", "EnableAlarms": "false",
                "SocketEndpointOverride": f"{localstack.endpoint}/none",  # were it ever called, then not at AWS
            },
        )  # fmt: skip
        self.public_api = localstack.rest_url(self.outputs["PublicApiId"], STAGE)
        self.services = Services(settings_of(self.outputs))

    def seed(self, sandbox: Sandbox, shop: OpenShop) -> None:
        """Keys, the vendors' accounts, the company's own system and one agent. The schedule ends: the next sweep would take an agent
        without a WebSocket offline. (LocalStack fires a disabled rule all the same, but not one without targets.)"""
        self.sandbox, self.shop = sandbox, shop.server
        self.services.provision()
        for name, document in company.accounts(sandbox.url).items():
            self.aws("secretsmanager").create_secret(Name=f"{self.stack}/accounts/{name}", SecretString=json.dumps(document))
        self.aws("secretsmanager").create_secret(Name=f"{self.stack}/connectors/shop", SecretString=json.dumps(shop.endpoint))
        self.services.presence.set_profile(ev.SYSTEM, MIA.login, ev.AgentProfileSet(MIA.capacity, MIA.queues, MIA.languages, MIA.name))
        events = self.aws("events")
        for rule in events.list_rules(NamePrefix=self.stack)["Rules"]:
            targets = [target["Id"] for target in events.list_targets_by_rule(Rule=rule["Name"])["Targets"]]
            events.remove_targets(Rule=rule["Name"], Ids=targets)

    def retire(self) -> None:
        """Ends the functions and their polling. LocalStack cannot delete the stack itself: it trips over `Fn::Select`."""
        functions = self.aws("lambda")
        mine = f":function:{self.stack}-"
        for mapping in functions.list_event_source_mappings()["EventSourceMappings"]:
            if mine in mapping["FunctionArn"]:
                functions.delete_event_source_mapping(UUID=mapping["UUID"])
        for function in functions.list_functions()["Functions"]:
            if mine in function["FunctionArn"]:
                functions.delete_function(FunctionName=function["FunctionName"])

    def customer(self, channel: str = "whatsapp") -> Customer:
        """Somebody new."""
        name = f"Noor {uuid.uuid4().hex[:8]}"
        made = call("POST", f"{self.sandbox.url}/api/customers", {"channel": channel, "account": ACCOUNTS[channel], "name": name})
        return Customer(self.sandbox, channel, str(made["customer"]), name, [])

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        """The answer of a deployed function; fails where it raised."""
        return invoke(self.aws("lambda"), f"{self.stack}-{function}", event)

    def desk(self, method: str, resource: str, conversation: str, body: dict[str, Any]) -> Any:
        """What the API function answers to Mia's call: the event is API Gateway's, claims included, since nobody signs in here."""
        event = json.loads((ROOT / "events" / "api" / "reply.json").read_text(encoding="utf-8"))
        path = resource.replace("{id}", conversation)
        event |= {
            "httpMethod": method, "path": path, "pathParameters": {"proxy": path.removeprefix("/v1/")}, "body": json.dumps(body),
        }  # fmt: skip
        event["requestContext"] |= {"httpMethod": method}
        answer = self.invoke("api", event)
        assert answer["statusCode"] == 200, answer
        return json.loads(answer["body"])

    def group(self, customer: Customer) -> str:
        """The name under which a customer's messages queue up."""
        return identity_key(self.services.index, customer.channel, customer.account, customer.address)

    def current(self, customer: Customer) -> Conversation | None:
        contact = self.services.store.arrival(self.group(customer), "-").contact
        return self.services.store.contact(contact).conversation if contact else None

    def recorded(self, customer: Customer) -> list[ev.Event]:
        """The events of a customer's conversation, oldest first."""
        found = self.current(customer)
        return [r.event for r in self.services.store.events(found.ledger)] if found is not None else []

    def lying_in(self, output: str) -> int:
        """Messages in a queue, those being worked on included."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.aws("sqs").get_queue_attributes(QueueUrl=self.outputs[output], AttributeNames=names)
        return sum(int(number) for number in found["Attributes"].values())


@contextmanager
def product(localstack: LocalStack) -> Iterator[Product]:
    """The product, seeded and awake; its functions and its sandbox end here."""
    for name in LAYER_NAMES:
        mark = destination(name, "host") / ".inputs"
        if not mark.is_file() or mark.read_text() != digest(name, "host"):
            raise AssertionError(f"build/layers/{name} is not of the present sources: make layers")
    with ExitStack() as ends:
        ends.enter_context(patch.dict(os.environ, CREDENTIALS | {"AWS_ENDPOINT_URL": localstack.endpoint}))
        deployed, port = Product(localstack), free_port()
        ends.callback(deployed.retire)
        process = _sandbox(deployed.public_api, port)
        ends.callback(process.stop)
        sandbox = Sandbox(f"http://127.0.0.1:{port}")
        process.await_health(f"{sandbox.url}/", 20)
        shop = open_shop(load(), company.SHOP_SECRET)
        ends.callback(shop.server.stop)
        deployed.seed(sandbox, shop)
        deployed.invoke("router", {"Records": []})  # loads the model
        yield deployed


def _sandbox(public_api: str, port: int) -> GuardedProcess:
    config = ROOT / "build" / "run" / f"sandbox-{port}.json"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(json.dumps(company.sandbox_config(public_api)))
    return GuardedProcess(
        "sandbox",
        [sys.executable, "-m", "local.sandbox", "--config", str(config), "--port", str(port)],
        clean_environment() | {"PYTHONPATH": str(ROOT)},
        LOGS / f"sandbox-{port}.log",
    )
