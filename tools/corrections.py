"""Agents' corrections of intent as labelled data, from the command line.

    python -m tools.corrections export --api URL --token-file FILE > corrections.jsonl

URL is the stack's output DeskApiUrl; FILE holds the id token of an administrator, who is on record as having taken them out. Personal
data are replaced by made-up values before anything leaves the stack; `make model CORRECTIONS=corrections.jsonl` learns from them."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import quote

from tools.knowledge import Desk, Refused

PAGE = 100


def pages(desk: Desk) -> Iterator[dict[str, Any]]:
    """The answers of the API, one after another."""
    after = ""
    while True:
        page = desk.ask("GET", f"/v1/corrections?limit={PAGE}" + (f"&after={quote(after)}" if after else ""))
        yield page
        if not (after := page["next"]):
            return


def export(desk: Desk, out: TextIO) -> None:
    """One JSON object a line: text, lang, intent, sentiment."""
    written = left_out = 0
    for page in pages(desk):
        for one in page["corrections"]:
            print(json.dumps({name: one[name] for name in ("text", "lang", "intent", "sentiment")}, ensure_ascii=False), file=out)
        written, left_out = written + len(page["corrections"]), left_out + page["left_out"]
    print(f"{written} corrected messages, {left_out} left out: erased, or in a language that is not known", file=sys.stderr)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="tools.corrections", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("command", choices=["export"])
    parser.add_argument("--api", required=True)
    parser.add_argument("--token-file", type=Path, required=True)
    chosen = parser.parse_args(arguments)
    try:
        export(Desk(chosen.api, chosen.token_file.read_text("utf-8").strip()), sys.stdout)
    except Refused as error:
        raise SystemExit(str(error)) from None
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
