"""The gateway keeps its contract over real WebSockets, on MiniStack: LocalStack's free edition has no WebSocket API."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from typing import Any

import boto3
import pytest
from botocore.config import Config
from websockets.sync.client import ClientConnection, connect

from local.emulators.aws import clients
from local.emulators.ministack import MiniStack
from switchboard.adapters.aws.gateway import WebSocketGateway
from switchboard.domain.errors import StorageUnavailable
from tests.contract.gateway_contract import Dial, GatewayContract, events

pytestmark = pytest.mark.ministack

STAGE = "v1"
TELL_CONNECTION = """
def handler(event, context):
    print("asked")
    return {"statusCode": 200, "body": event["requestContext"]["connectionId"]}
"""
SILENCE = 0.1  # seconds; a frame too many would come within a few milliseconds


class SocketLine:
    """A WebSocket client that asks for its connection's id first."""

    def __init__(self, socket: ClientConnection, gone: Callable[[str], bool], eventually: Callable[..., Any]) -> None:
        self._socket = socket
        self._gone = gone
        self._eventually = eventually
        socket.send("{}")
        self.connection = str(socket.recv(timeout=20))

    def frames(self, count: int) -> list[dict[str, Any]]:
        came = [json.loads(self._socket.recv(timeout=20)) for _ in range(count)]
        with suppress(TimeoutError):
            raise AssertionError(f"a frame too many: {self._socket.recv(timeout=SILENCE)!r}")
        return came

    def hang_up(self) -> None:
        self._socket.close()

        def known_to_be_gone() -> bool:
            return self._gone(self.connection)

        self._eventually(known_to_be_gone)


@pytest.fixture(scope="module")
def ministack() -> Iterator[MiniStack]:
    with MiniStack() as running:
        yield running


@pytest.fixture(scope="module")
def api(ministack: MiniStack) -> str:
    """The id of a WebSocket API that tells each client its connection's id."""
    aws = clients(ministack.endpoint)
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("handler.py", TELL_CONNECTION)
    function = aws("lambda").create_function(
        FunctionName="tell-connection", Runtime="python3.13", Handler="handler.handler", Code={"ZipFile": code.getvalue()},
        Role="arn:aws:iam::000000000000:role/test",
    )["FunctionArn"]  # fmt: skip
    gateway = aws("apigatewayv2")
    api = str(
        gateway.create_api(Name="sockets", ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action")["ApiId"]
    )
    uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function}/invocations"
    integration = gateway.create_integration(ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=uri)["IntegrationId"]
    route = gateway.create_route(
        ApiId=api, RouteKey="$default", Target=f"integrations/{integration}", RouteResponseSelectionExpression="$default"
    )["RouteId"]
    gateway.create_route_response(ApiId=api, RouteId=route, RouteResponseKey="$default")
    gateway.create_stage(ApiId=api, StageName=STAGE)
    return api


@pytest.fixture(scope="module")
def client(ministack: MiniStack, api: str) -> Any:
    """The client that posts to connections."""
    return clients(ministack.management_url(api, STAGE))("apigatewaymanagementapi")


class TestWebSocketGateway(GatewayContract):
    @pytest.fixture
    def gateway(self, client: Any) -> WebSocketGateway:
        return WebSocketGateway(client)

    @pytest.fixture
    def dial(self, ministack: MiniStack, api: str, client: Any, eventually: Callable[..., Any]) -> Iterator[Dial]:
        def gone(connection: str) -> bool:
            try:
                client.get_connection(ConnectionId=connection)
            except client.exceptions.GoneException:
                return True
            return False

        with ExitStack() as opened:

            def open_line() -> SocketLine:
                socket = opened.enter_context(connect(ministack.socket_url(api, STAGE), max_size=None))
                return SocketLine(socket, gone, eventually)

            yield open_line

    # -- what only the real one can do ---------------------------------------------------------------

    def test_a_connection_that_never_was_is_gone(self, gateway: WebSocketGateway) -> None:
        assert gateway.post("L0SM9cOFvHcCIhw=", events("hello")) is False

    def test_a_connection_that_was_ended_from_our_side_is_gone(
        self, gateway: WebSocketGateway, dial: Dial, client: Any
    ) -> None:
        line = dial()
        client.delete_connection(ConnectionId=line.connection)
        assert gateway.post(line.connection, events("hello")) is False

    def test_a_gateway_that_does_not_answer_is_no_proof_that_the_connection_is_gone(self) -> None:
        cut_off = boto3.client(
            "apigatewaymanagementapi", endpoint_url="http://127.0.0.1:9", region_name="us-east-1", aws_access_key_id="test",
            aws_secret_access_key="test", config=Config(retries={"total_max_attempts": 1}, connect_timeout=1),
        )  # fmt: skip
        with pytest.raises(StorageUnavailable):
            WebSocketGateway(cut_off).post("L0SM9cOFvHcCIhw=", events("hello"))
