"""The knowledge base of a stack, from the command line.

    python -m tools.knowledge import DIR [--publish] --api URL --token-file FILE   # every *.md under DIR
    python -m tools.knowledge usage --api URL --token-file FILE                    # what agents did with suggestions
    python -m tools.knowledge check DIR                                            # only reads the files

URL is the stack's output DeskApiUrl; FILE holds the id token of an administrator, who is on record as the author. Importing twice
changes nothing the second time. A bad file is named and the others are taken in; the command then exits 1."""

from __future__ import annotations

import argparse
import json
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from switchboard.domain.errors import Malformed
from switchboard.domain.knowledge.importing import read_article
from switchboard.domain.knowledge.passages import passages

PAUSE = 30  # seconds a request may take


class Refused(Exception):
    """What the API said."""


class Desk:
    """The desk's REST API."""

    def __init__(self, url: str, token: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1")):
            raise SystemExit("--api is the https address of the desk's API")
        self._url, self._token = url.rstrip("/"), token

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self._url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PAUSE) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            try:
                said = json.loads(error.read())
                raise Refused(f"{said['code']}: {said['message']}") from None
            except (ValueError, KeyError, TypeError):
                raise Refused(f"HTTP {error.code}") from None
        except OSError as error:
            raise Refused(f"no answer: {error}") from None


def files_of(folder: Path) -> list[Path]:
    found = sorted(folder.rglob("*.md")) if folder.is_dir() else []
    if not found:
        raise SystemExit(f"{folder}: no folder with *.md files")
    return found


def take_in(desk: Desk | None, folder: Path, publish: bool) -> int:
    """Read every file; with `desk`, send those that can be read. Returns how many could not."""
    bad = changed = 0
    seen: dict[str, Path] = {}
    for path in files_of(folder):
        try:
            markdown = path.read_text("utf-8")
            id_, text = read_article(markdown)
            if id_ in seen:
                raise Malformed(f"{seen[id_]} has the id {id_!r}, too")
            seen[id_] = path
            if desk is None:
                print(f"{path}: {id_}, {text.locale}, {len(passages(text))} passages")
                continue
            answer = desk.ask("POST", "/v1/knowledge/articles", {"markdown": markdown, "publish": publish})
            changed += bool(answer["changed"])
        except (Malformed, Refused, UnicodeDecodeError) as error:
            bad += 1
            print(f"{path}: {error}", file=sys.stderr)
    print(f"{len(seen)} articles read, {changed} changed, {bad} refused")
    return bad


def usage(desk: Desk) -> None:
    rows = desk.ask("GET", "/v1/knowledge/usage")["articles"]
    print(f"{'article':40}{'used':>8}{'edited':>8}{'rejected':>10}")
    for row in rows:
        print(f"{row['article']:40}{row['used']:>8}{row['edited']:>8}{row['rejected']:>10}")


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="tools.knowledge", description=(__doc__ or "").partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("import", "usage", "check"):
        command = commands.add_parser(name)
        if name != "usage":
            command.add_argument("folder", type=Path)
        if name != "check":
            command.add_argument("--api", required=True)
            command.add_argument("--token-file", type=Path, required=True)
    commands.choices["import"].add_argument("--publish", action="store_true")
    chosen = parser.parse_args(arguments)
    if chosen.command == "check":
        return int(take_in(None, chosen.folder, False) > 0)
    desk = Desk(chosen.api, chosen.token_file.read_text("utf-8").strip())
    try:
        if chosen.command == "import":
            return int(take_in(desk, chosen.folder, chosen.publish) > 0)
        usage(desk)
    except Refused as error:
        raise SystemExit(str(error)) from None
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
