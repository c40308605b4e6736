"""What the bot could not resolve in a period, and how it did where it was let, from the command line.

    python -m tools.improvements ask [--month YYYY-MM | --from YYYY-MM-DD --days N] --api URL --token-file FILE
    python -m tools.improvements show ID --api URL --token-file FILE       # of what was asked; a month's is its name: 2026-10

`ask` waits until it is looked through. Both print the ten largest groups of questions with a proposal each, and the roll-out's
figures; --by says by what (mode, intent, channel, language; default mode,intent), --json writes all of it into a file. URL is the
stack's output DeskApiUrl; FILE holds the id token of a supervisor, who is on record as having read it."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from switchboard.domain.improvement.figures import BY
from switchboard.domain.improvement.table import clusters_table, figures_table, rows_from
from tools.knowledge import Desk, Refused

LOOK_EVERY = 3.0  # seconds


def wait(desk: Desk, id_: str, pause: Callable[[float], None] = time.sleep) -> dict[str, Any]:
    """What was found, once it is. Its progress goes to stderr."""
    said = ""
    while True:
        found: dict[str, Any] = desk.ask("GET", f"/v1/improvements/{quote(id_, safe='')}")
        if found["status"] != "running":
            return found
        if (p := found["progress"]) and (line := f"{p['step']} {p['done']:,}" + (f" of {p['of']:,}" if p["of"] else "")) != said:
            said = line
            print(said, file=sys.stderr, flush=True)
        pause(LOOK_EVERY)


def told(found: dict[str, Any], by: Sequence[str]) -> str:
    """All of it, for people's eyes."""
    c = found["counted"]
    head = f"{found['since'][:10]} up to {found['until'][:10]}: {c['conversations']:,} conversations heard by the bot"
    lines = [head if found["settled"] else f"{head}; the day after is not over, so some may yet come back"]
    lines.append(f"{c['unresolved']:,} messages not resolved; {c['compared']:,} compared, {c['left_out']:,} erased or without words")
    if c["compared"] + c["left_out"] < c["unresolved"]:
        lines.append("that is a sample: there were more than a run can read")
    return "\n".join([*lines, "", clusters_table(found["clusters"]), "", figures_table(rows_from(found["figures"]), by)])


def _by(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names or set(names) - set(BY):
        raise argparse.ArgumentTypeError(f"of {', '.join(BY)}")
    return names


def parser() -> argparse.ArgumentParser:
    raw = argparse.RawDescriptionHelpFormatter
    p = argparse.ArgumentParser(prog="python -m tools.improvements", description=__doc__, formatter_class=raw)
    commands = p.add_subparsers(dest="command", required=True)
    asking = commands.add_parser("ask", help="and wait")
    asking.add_argument("--month", metavar="YYYY-MM", help="default: the last one")
    asking.add_argument("--from", dest="start", metavar="YYYY-MM-DD", help="first day of the period, of UTC")
    asking.add_argument("--days", type=int, default=None)
    showing = commands.add_parser("show", help="what was asked before, or a month's own")
    showing.add_argument("id")
    for command in (asking, showing):
        command.add_argument("--api", required=True)
        command.add_argument("--token-file", type=Path, required=True)
        command.add_argument("--by", type=_by, default=["mode", "intent"], metavar="A,B")
        command.add_argument("--json", type=Path, metavar="FILE", help="where to write all of it")
    return p


def main(arguments: Sequence[str] | None = None) -> int:
    p = parser()
    chosen = p.parse_args(arguments)
    desk = Desk(chosen.api, chosen.token_file.read_text("utf-8").strip())
    try:
        if chosen.command == "ask":
            given = {"month": chosen.month, "from": chosen.start, "days": chosen.days}
            asked = {name: value for name, value in given.items() if value is not None}
            chosen.id = desk.ask("POST", "/v1/improvements", asked)["id"]
            print(f"asked: {chosen.id}", file=sys.stderr, flush=True)
        found = wait(desk, chosen.id)
    except Refused as error:
        raise SystemExit(str(error)) from None
    if found["status"] == "failed":
        raise SystemExit(f"improvements: {found['reason']}")
    if chosen.json is not None:
        chosen.json.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(told(found, chosen.by))
    return 0


if __name__ == "__main__":
    sys.exit(main())
