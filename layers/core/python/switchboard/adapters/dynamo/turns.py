"""Turns on DynamoDB: one item a shard, written by single updates, in no transaction.

Whoever comes writes down what they want, and their name if nobody's stands there: one write either way."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from switchboard.adapters.dynamo.models import stamp
from switchboard.adapters.dynamo.tables import Tables
from switchboard.application.ports import TURN_LASTS, Turn
from switchboard.domain.errors import StorageUnavailable

DEATHS = 3  # of those whose turn it was, one after another: then what they were to do is dropped, for it may be what kills
COME = "SET holder = if_not_exists(holder, :me), ends_at = if_not_exists(ends_at, :ends) ADD wants :wants, callers :one"


class Turns:
    """The part of the store that says who is at a shard. A wish carries the turn's token, so that the same wish twice is two; a
    repeated request (its answer was lost) finds what the first one wrote."""

    _t: Tables

    def begin_turn(self, shard: str, wanted: Collection[str], at: datetime) -> Turn | None:
        me, ends = secrets.token_hex(6), stamp(at + TURN_LASTS)
        wants = {f"{one} {me}" for one in wanted}
        item = self._update(shard, COME, {":me": me, ":ends": ends, ":wants": wants, ":one": 1}) or {}
        if item["holder"]["S"] == me:
            return _turn(shard, me, item)
        if item["ends_at"]["S"] >= stamp(at):
            return None
        died = {":me": me, ":ends": ends, ":who": item["holder"]["S"], ":one": 1}
        instead = "holder = :who OR attribute_not_exists(holder)"  # or they came back just now, and left
        found = self._update(shard, "SET holder = :me, ends_at = :ends ADD deaths :one", died, instead)
        if found and int(found["deaths"]["N"]) > DEATHS:
            fresh = {":me": me, ":wants": wants}
            found = self._update(shard, "SET wants = :wants REMOVE deaths", fresh, "holder = :me")
        return _turn(shard, me, found) if found else None

    def end_turn(self, turn: Turn, at: datetime) -> Turn | None:
        as_seen = {":me": turn.token, ":seen": turn.callers}
        if self._update(turn.shard, "REMOVE holder, ends_at, wants, deaths", as_seen, "holder = :me AND callers = :seen") is not None:
            return None
        longer = {":me": turn.token, ":ends": stamp(at + TURN_LASTS)}
        found = self._update(turn.shard, "SET ends_at = :ends", longer, "holder = :me")
        return _turn(turn.shard, turn.token, found) if found else None

    def leave_turn(self, turn: Turn, done: Collection[str]) -> None:
        values = {":me": turn.token} | ({":done": done} if done else {})
        self._update(turn.shard, "REMOVE holder, ends_at" + " DELETE wants :done" * bool(done), values, "holder = :me")

    def _update(self, shard: str, change: str, values: Mapping[str, Any], condition: str = "") -> dict[str, Any] | None:
        """The item as it is then; None where the condition does not hold."""
        only = {"ConditionExpression": condition} if condition else {}
        try:
            answer = self._t.connection.client.update_item(
                TableName=self._t.names.state, Key={"pk": {"S": f"TURN#{shard}"}, "sk": {"S": "-"}}, UpdateExpression=change,
                ReturnValues="ALL_NEW", **only,
                ExpressionAttributeValues={name: _spelled(value) for name, value in values.items()},
            )  # fmt: skip
        except (ClientError, BotoCoreError) as error:
            code = error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__
            if code == "ConditionalCheckFailedException":
                return None
            raise StorageUnavailable(f"DynamoDB did not write a turn: {code}") from error
        return dict(answer.get("Attributes", {}))


def _turn(shard: str, token: str, item: Mapping[str, Any]) -> Turn:
    wants = frozenset(item["wants"]["SS"]) if "wants" in item else frozenset()
    return Turn(shard, token, wants, int(item["callers"]["N"]))


def _spelled(value: str | int | Collection[str]) -> dict[str, Any]:
    if isinstance(value, str):
        return {"S": value}
    return {"N": str(value)} if isinstance(value, int) else {"SS": sorted(value)}
