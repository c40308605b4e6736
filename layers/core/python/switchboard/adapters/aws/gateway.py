"""Frames to WebSocket connections through API Gateway's management endpoint."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from switchboard.domain.errors import StorageUnavailable

FRAME_BYTES = 128 * 1024


class WebSocketGateway:
    """Implements `application.ports.Gateway`. `client` is a boto3 apigatewaymanagementapi client."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def post(self, connection: str, frame: Mapping[str, object]) -> bool:
        data = json.dumps(frame, ensure_ascii=False, separators=(",", ":")).encode()
        if len(data) > FRAME_BYTES:  # the receiver fetches what it misses by number
            data = json.dumps({"type": "fetch", "conversation": frame.get("conversation")}, ensure_ascii=False).encode()
        try:
            self._client.post_to_connection(ConnectionId=connection, Data=data)
        except ClientError as error:
            if error.response["Error"]["Code"] in ("GoneException", "BadRequestException"):  # gone, or never was
                return False
            raise StorageUnavailable("the WebSocket gateway did not take a frame") from error
        except BotoCoreError as error:
            raise StorageUnavailable("the WebSocket gateway did not answer") from error
        return True
