"""Sockets in memory."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

FRAME_BYTES = 128 * 1024  # what API Gateway carries in one message


class MemoryGateway:
    """Implements `application.ports.Gateway`. `frames` by connection, as its client reads them; those in `gone` take none."""

    def __init__(self) -> None:
        self.frames: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
        self.gone: set[str] = set()

    def post(self, connection: str, frame: Mapping[str, object]) -> bool:
        sent = json.dumps(frame, ensure_ascii=False, separators=(",", ":"))
        if len(sent.encode()) > FRAME_BYTES:
            sent = json.dumps({"type": "fetch", "conversation": frame.get("conversation")})
        if connection in self.gone:
            return False
        self.frames[connection].append(json.loads(sent))
        return True
