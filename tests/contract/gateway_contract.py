"""What every `Gateway` must do: see `application.ports.Gateway`, and docs/architecture.md for the protocol's frames."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Protocol

from switchboard.application.ports import Gateway

FRAME_BYTES = 128 * 1024  # what API Gateway carries in one message


class Line(Protocol):
    """A client's end of a WebSocket connection."""

    @property
    def connection(self) -> str: ...

    def frames(self, count: int) -> list[dict[str, Any]]:
        """The next `count` frames; fails where fewer come in time or more are there."""
        ...

    def hang_up(self) -> None:
        """Close, and wait until the gateway knows."""
        ...


Dial = Callable[[], Line]


def events(text: str) -> dict[str, Any]:
    return {"type": "events", "conversation": {"id": "c1-000001", "status": "active"}, "events": [{"no": 1, "text": text}]}


def filled(size: int) -> dict[str, Any]:
    """A frame that takes `size` bytes on the wire."""
    empty = len(json.dumps(events(""), separators=(",", ":")))
    return events("x" * (size - empty))


class GatewayContract:
    """Subclasses give the fixtures `gateway` and `dial`, which opens a connection to it."""

    def test_a_frame_arrives_as_it_was_posted(self, gateway: Gateway, dial: Dial) -> None:
        line, frame = dial(), events('您好 🌸 "quoted"\n\\') | {"nothing": None, "yes": True, "n": 1.5}
        assert gateway.post(line.connection, frame)
        assert line.frames(1) == [frame]

    def test_frames_arrive_in_the_order_they_were_posted(self, gateway: Gateway, dial: Dial) -> None:
        line = dial()
        for n in range(20):
            assert gateway.post(line.connection, events(f"{n}"))
        assert line.frames(20) == [events(f"{n}") for n in range(20)]

    def test_a_frame_arrives_on_its_connection_alone(self, gateway: Gateway, dial: Dial) -> None:
        mine, theirs = dial(), dial()
        gateway.post(theirs.connection, events("secret"))
        gateway.post(mine.connection, events("hello"))
        assert mine.frames(1) == [events("hello")]
        assert theirs.frames(1) == [events("secret")]

    def test_a_connection_that_hung_up_is_gone_and_the_others_are_not(self, gateway: Gateway, dial: Dial) -> None:
        stays, goes = dial(), dial()
        goes.hang_up()
        assert gateway.post(goes.connection, events("hello")) is False
        assert gateway.post(goes.connection, filled(FRAME_BYTES + 1)) is False
        assert gateway.post(stays.connection, events("hello")) is True
        assert stays.frames(1) == [events("hello")]

    def test_the_largest_frame_that_fits_arrives_whole(self, gateway: Gateway, dial: Dial) -> None:
        line, frame = dial(), filled(FRAME_BYTES)
        assert gateway.post(line.connection, frame)
        assert line.frames(1) == [frame]

    def test_of_a_frame_too_large_the_client_is_told_what_to_fetch(self, gateway: Gateway, dial: Dial) -> None:
        line = dial()
        for large in (filled(FRAME_BYTES + 1), events("长" * 50_000)):  # bytes count, not characters
            assert gateway.post(line.connection, large)
        assert line.frames(2) == [{"type": "fetch", "conversation": large["conversation"]}] * 2

    def test_what_is_posted_after_a_frame_too_large_arrives_after_it(self, gateway: Gateway, dial: Dial) -> None:
        line = dial()
        for frame in (events("1"), filled(2 * FRAME_BYTES), events("3")):
            gateway.post(line.connection, frame)
        assert [f["type"] for f in line.frames(3)] == ["events", "fetch", "events"]
