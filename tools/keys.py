"""The branch keys of a stack: their generations, new ones, data keys wrapped anew, and the end of old ones.

    python -m tools.keys show                      # the generations, and how many data keys need each
    python -m tools.keys rotate contact|queue --request ID   # add a generation; every process seals with it within two hours
    python -m tools.keys rewrap [--most N]         # wrap data keys under the newest; goes on where it stood, until all are
    python -m tools.keys retire contact|queue GENERATION --request ID  # destroy an old one; refused while anything may still need it

What comes or goes needs a request (POST /v1/keys/changes) that another administrator than who asked has approved; it serves once.

Each takes --table (the stack's output KeysTable) and --key (KmsKeyArn); --tenant as the stack has it; with --request also --ledger
(LedgerTable) and --state (StateTable). It acts with the caller's own AWS credentials, which need kms:Decrypt and, to rotate,
kms:GenerateDataKey on the key, and on the tables dynamodb:GetItem, BatchGetItem, Query, Scan, PutItem, UpdateItem and, to retire,
DeleteItem. Of the stack's functions `eraser` alone ends keys, those of erased people and queue keys older than their erasure."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from switchboard.adapters.vault.model import KeyRecord
from switchboard.application.key_rotation import PAGE, ROTATABLE, KeyRotation, Progress
from switchboard.bootstrap import Services
from switchboard.domain.errors import SwitchboardError
from switchboard.settings import Settings


def show(rotation: KeyRotation[KeyRecord]) -> None:
    needed = rotation.needed()
    for purpose in (*ROTATABLE, "index"):
        for g in rotation.branches.generations(purpose):
            keys = f", {needed.get(g.number, 0)} data keys" if purpose == "contact" else ""
            print(f"{purpose} {g.number}: made {g.made.isoformat(timespec='minutes')}{keys}")
    if at := rotation.keys.progress():
        state = f"through at {at.finished.isoformat(timespec='minutes')}" if at.finished else "under way"
        print(f"rewrap: {state}, {counted(at)}")


def counted(at: Progress) -> str:
    return f"generation {at.target}: {at.looked} seen, {at.moved} moved, {at.lost} gone meanwhile, {at.broken} unreadable"


def rewrap(rotation: KeyRotation[KeyRecord], most: int) -> int:
    """0 when every data key was seen and could be opened, 1 when there is more to do, 2 when some cannot be opened."""
    seen = 0
    while True:
        at = rotation.rewrap(PAGE)
        seen += PAGE
        print(counted(at), flush=True)
        if at.finished is not None:
            return 2 if at.broken else 0
        if seen >= most:
            return 1


def parser() -> argparse.ArgumentParser:
    p = argparse.ArgumentParser(prog="python -m tools.keys", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = p.add_subparsers(dest="command", required=True)
    showing = commands.add_parser("show")
    rotating = commands.add_parser("rotate")
    rewrapping = commands.add_parser("rewrap")
    rewrapping.add_argument("--most", type=int, default=1_000_000_000, help="data keys in this run, about")
    retiring = commands.add_parser("retire")
    for command in (rotating, retiring):
        command.add_argument("purpose", choices=ROTATABLE)
        command.add_argument("--request", required=True, help="the approved request, as GET /v1/changes shows its id")
        command.add_argument("--ledger", required=True, help="the stack's output LedgerTable")
        command.add_argument("--state", required=True, help="the stack's output StateTable")
    retiring.add_argument("generation", type=int)
    for command in (showing, rotating, rewrapping, retiring):
        command.add_argument("--table", required=True)
        command.add_argument("--key", required=True)
        command.add_argument("--tenant", default="switchboard")
    return p


def services_of(chosen: argparse.Namespace) -> Services:
    """What the stack works with; nothing comes or goes there but by an approved request."""
    tables = {"ledger_table": chosen.ledger, "state_table": chosen.state} if "request" in chosen else {}
    services = Services(Settings(keys_table=chosen.table, kms_key_id=chosen.key, tenant=chosen.tenant, **tables))
    services.key_approval = lambda what: services.changes.begin_keys(chosen.request, what)
    return services


def main(arguments: Sequence[str] | None = None) -> int:
    chosen = parser().parse_args(arguments)
    services = services_of(chosen)
    rotation = services.key_rotation
    try:
        if chosen.command == "show":
            show(rotation)
        elif chosen.command == "rotate":
            print(f"{chosen.purpose}: generation {rotation.rotate(chosen.purpose)} is the newest")
        elif chosen.command == "rewrap":
            return rewrap(rotation, chosen.most)
        else:
            rotation.retire(chosen.purpose, chosen.generation)
            print(f"{chosen.purpose}: generation {chosen.generation} is destroyed")
    except SwitchboardError as error:
        raise SystemExit(f"keys: {error}") from None
    return 0


if __name__ == "__main__":
    sys.exit(main())
