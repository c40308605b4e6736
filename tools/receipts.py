"""Why the router chose as it did: each decision about a conversation, made again from the ledgers.

    python -m tools.receipts <conversation> [--json]

Reads the stack that the SWITCHBOARD_* variables name, as the functions are given them. Exits 1 if a decision is not the same again."""

from __future__ import annotations

import argparse
import json
import sys

from switchboard.application import views
from switchboard.application.receipts import Recomputed
from switchboard.bootstrap import services
from switchboard.domain.errors import SwitchboardError
from switchboard.domain.routing.eligibility import Reason


def described(r: Recomputed) -> str:
    """A decision in words and numbers."""
    receipt = r.receipt
    lines = [
        f"assignment {r.number} to {r.agent}, {receipt.at:%Y-%m-%d %H:%M:%S} UTC ({receipt.direction.value}), "
        f"policy {receipt.policy}, {receipt.considered} considered",
        *(
            f"  {'*' if n == receipt.chosen else ' '} {c.id}: {', '.join(f'{k} {v:g}' for k, v in c.terms.items())}"
            for n, c in enumerate(receipt.ranked)
        ),
        *(f"    {x.id}: no, {Reason(x.reason).meaning}" for x in receipt.rejected),
        f"  made again from the ledgers: {'the same' if not r.differences else '; '.join(r.differences)}",
    ]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.receipts", description="Why the router chose as it did.")
    parser.add_argument("conversation")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    try:
        found = services().receipts.of(chosen.conversation)
    except SwitchboardError as error:
        print(f"receipts: {error}", file=sys.stderr)
        return 2
    if chosen.json:
        print(json.dumps([{"receipt": views.plain(r.receipt), "differences": list(r.differences)} for r in found], indent=2))
    else:
        print("\n".join(map(described, found)) or "the router made no decision about it")
    return int(any(r.differences for r in found))


if __name__ == "__main__":
    sys.exit(main())
