"""The restore drill: the tables as they were at a moment, restored beside the live ones, proved, and cleared away.

    python -m tools.restore_drill [--at 2026-11-23T20:00:00Z] [--keep] [--prefix NAME]

Reads the stack that the SWITCHBOARD_* variables name. Ledger, state and deliveries are restored by DynamoDB's point-in-time recovery
to the latest moment there is, or to `--at`; the keys' table never is, so that who was erased since stays erased. Then, from stored
bytes alone:

- every ledger's chain is whole, and stands in the live table as it stood then (where the live table is still there);
- every conversation's present state is that of its ledger;
- whoever has a key can be read, and whoever has none cannot.

Writes nothing but the restored tables, which are deleted at the end unless `--keep`. Exits 1 where something is wrong, 2 where the
drill could not be done. How to go on with the restored tables: docs/compliance/runbooks/restore.md."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from switchboard.adapters.dynamo import DynamoStore, TableNames, Tables
from switchboard.adapters.vault import Vault
from switchboard.domain.audit.commit import Commit
from switchboard.domain.conversation import contact_of
from switchboard.domain.errors import NotFound, SwitchboardError, Unreadable

RESTORED = ("ledger", "state", "deliveries")
PATIENCE = 6 * 3600.0  # seconds: large tables take hours
PAGE = 100  # keys of one BatchGetItem
SHOWN = 20  # faults told in full

Tell = Callable[[str], None]


@dataclass
class Proof:
    """What was looked at, and what is wrong."""

    ledgers: int = 0
    commits: int = 0
    compared: int = 0
    conversations: int = 0
    erased: int = 0
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Drill:
    """One drill. `dynamodb`: a boto3 client; `names`: the live tables; `bound`: makes a stack's tables of names."""

    dynamodb: Any
    names: TableNames
    bound: Callable[[TableNames], Tables]
    vault: Vault
    tell: Tell = print

    def restore(self, prefix: str, at: datetime | None) -> TableNames:
        """New tables `prefix`-ledger, -state, -deliveries, as the live ones were then; the keys stay today's."""
        made = {use: f"{prefix}-{use}" for use in RESTORED}
        for use, target in made.items():
            source = getattr(self.names, use)
            moment: dict[str, Any] = {"UseLatestRestorableTime": True} if at is None else {"RestoreDateTime": at}
            key = self.dynamodb.describe_table(TableName=source)["Table"].get("SSEDescription", {}).get("KMSMasterKeyArn")
            if key:  # else the copy would lie under AWS's own key
                moment["SSESpecificationOverride"] = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key}
            self.dynamodb.restore_table_to_point_in_time(SourceTableName=source, TargetTableName=target, **moment)
            self.tell(f"restoring {source} as {target}")
        for target in made.values():
            self._await(target)
        return TableNames(**made, connections="", keys=self.names.keys)

    def _await(self, table: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while (status := self.dynamodb.describe_table(TableName=table)["Table"]["TableStatus"]) != "ACTIVE":
            if time.monotonic() > deadline:
                raise TimeoutError(f"{table} is still {status} after {PATIENCE / 3600:.0f} hours; look at it, and drill again")
            time.sleep(5)
        self.tell(f"{table} is there")

    def prove(self, restored: TableNames) -> Proof:
        """Everything the drill proves of restored tables."""
        proof = Proof()
        heads = self._chains(restored.ledger, proof)
        proof.ledgers = len(heads)
        self.tell(f"{proof.ledgers} ledgers, {proof.commits} commits")
        proof.compared = self._as_they_stand(heads, proof)
        self._readable(restored, heads, proof)
        return proof

    def clear(self, restored: TableNames) -> None:
        """Delete what `restore` made."""
        for use in RESTORED:
            with suppress(ClientError):
                self.dynamodb.delete_table(TableName=getattr(restored, use))

    # -- the chains --------------------------------------------------------------------------------

    def _chains(self, table: str, proof: Proof) -> dict[str, Commit]:
        """The last commit of each ledger, without its body."""
        heads: dict[str, Commit] = {}
        for ledger, items in groupby(self._commits(table), key=lambda c: c.ledger):
            for commit in sorted(items, key=lambda c: c.no):
                before = heads.get(ledger)
                number, hash_ = (before.no + 1, before.hash) if before else (1, "")
                if (commit.no, commit.prev) != (number, hash_) or not commit.intact:
                    proof.faults.append(f"{ledger}: commit {commit.no} does not follow {before.no if before else 'the beginning'}")
                heads[ledger] = Commit(ledger, commit.no, commit.at, commit.prev, commit.hash, b"")
                proof.commits += 1
        return heads

    def _commits(self, table: str) -> Iterator[Commit]:
        """All of a table. A scan gives a ledger's commits one after the other."""
        for page in self.dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
            for i in page["Items"]:
                body = bytes(i["body"]["B"])
                yield Commit(i["ledger"]["S"], int(i["no"]["N"]), i["at"]["S"], i["prev"]["S"], i["hash"]["S"], body)

    def _as_they_stand(self, heads: dict[str, Commit], proof: Proof) -> int:
        """How many heads were found in the live table; other ones than there are faults."""
        try:
            self.dynamodb.describe_table(TableName=self.names.ledger)
        except ClientError:
            self.tell("the live ledger table is not there: nothing to compare with")
            return 0
        every = list(heads.values())
        for start in range(0, len(every), PAGE):
            part = {(c.ledger, c.no): c for c in every[start : start + PAGE]}
            live = self._live(list(part))
            for place, commit in part.items():
                if live.get(place) != commit.hash:
                    what = "is not in the live table" if place not in live else "is another in the live table"
                    proof.faults.append(f"{commit.ledger}: commit {commit.no} {what}")
        return len(every)

    def _live(self, places: list[tuple[str, int]]) -> dict[tuple[str, int], str]:
        wanted: dict[str, Any] = {self.names.ledger: {
            "Keys": [{"ledger": {"S": ledger}, "no": {"N": str(no)}} for ledger, no in places], "ConsistentRead": True,
            "ProjectionExpression": "#l, #n, #h", "ExpressionAttributeNames": {"#l": "ledger", "#n": "no", "#h": "hash"},
        }}  # fmt: skip
        found: dict[tuple[str, int], str] = {}
        while wanted:
            answer = self.dynamodb.batch_get_item(RequestItems=wanted)
            for i in answer["Responses"].get(self.names.ledger, []):
                found[i["ledger"]["S"], int(i["no"]["N"])] = i["hash"]["S"]
            wanted = answer.get("UnprocessedKeys") or {}
        return found

    # -- the people --------------------------------------------------------------------------------

    def _readable(self, restored: TableNames, heads: dict[str, Commit], proof: Proof) -> None:
        store = DynamoStore(self.bound(restored), self.vault)
        gone: set[str] = set()
        for ledger in (each for each in heads if each.startswith("cct#")):
            contact = ledger.removeprefix("cct#")
            key = {"pk": {"S": f"contact#{contact}"}, "sk": {"S": "key"}}
            if "Item" not in self.dynamodb.get_item(TableName=self.names.keys, Key=key, ConsistentRead=True):
                gone.add(contact)
                self._must_stay_erased(store, contact, proof)
        proof.erased = len(gone)
        for ledger, head in heads.items():
            if not ledger.startswith("cnv#"):
                continue
            id_ = ledger.removeprefix("cnv#")
            proof.conversations += 1
            try:
                state, _ = store.conversation(id_), store.events(ledger)
            except (Unreadable, NotFound) as error:
                if contact_of(id_) not in gone:
                    proof.faults.append(f"{ledger}: cannot be read ({error.code})")
                continue
            if contact_of(id_) in gone:
                proof.faults.append(f"{ledger}: can be read, though its contact's key is gone")
            if state.head != head.hash:
                proof.faults.append(f"{ledger}: its state is not of commit {head.no}, the last of the restored table")

    def _must_stay_erased(self, store: DynamoStore, contact: str, proof: Proof) -> None:
        with suppress(Unreadable, NotFound):
            store.contact(contact)
            proof.faults.append(f"cct#{contact}: can be read, though its key is gone")


def main(arguments: list[str] | None = None) -> int:
    from switchboard.bootstrap import services

    parser = argparse.ArgumentParser(
        prog="python -m tools.restore_drill", description="Restore the tables beside the live ones, and prove them."
    )
    parser.add_argument("--at", type=_moment, help="as of when, with a zone; else the latest there is")
    parser.add_argument("--prefix", help="of the restored tables' names")
    parser.add_argument("--keep", action="store_true", help="leave the restored tables there")
    chosen = parser.parse_args(arguments)
    began, found = time.monotonic(), services()
    prefix = chosen.prefix or f"switchboard-drill-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    drill = Drill(found.client("dynamodb"), found.tables.names, Tables, found.vault, lambda line: print(line, flush=True))
    restored = TableNames(**{use: f"{prefix}-{use}" for use in RESTORED})
    try:
        restored = drill.restore(prefix, chosen.at)
        proof = drill.prove(restored)
    except (ClientError, BotoCoreError, SwitchboardError, TimeoutError) as error:
        print(f"restore_drill: {error}", file=sys.stderr)
        return 2
    finally:
        if not chosen.keep:
            drill.clear(restored)
    for fault in proof.faults[:SHOWN]:
        print(f"WRONG {fault}")
    print(
        f"{proof.conversations} conversations read from the restored tables, {proof.compared} ledgers as in the live ones, "
        f"{proof.erased} erased contacts stayed erased, {len(proof.faults)} faults, {time.monotonic() - began:.0f} s"
    )
    return int(bool(proof.faults))


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise argparse.ArgumentTypeError("give the zone, too: 2026-11-23T20:00:00Z")
    return at


if __name__ == "__main__":
    sys.exit(main())
