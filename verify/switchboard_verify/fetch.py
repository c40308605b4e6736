"""`python -m switchboard_verify.fetch DIR PAGE..`: fetch what the pages of an export name into a folder. Pages are JSON files, as the
API answered; `-` reads one from the standard input. Each file must have the hash that its page tells. Exits 1 where one has not, or
cannot be had."""

from __future__ import annotations

import hashlib
import json
import re
import sys
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

PATH = re.compile(r"README\.md|copy/(archive/\d{4}/\d\d/\d\d|roots|keys)/[A-Za-z0-9_-][A-Za-z0-9_.-]{0,160}", re.ASCII)
LARGEST = 512 * 1024 * 1024  # bytes of one file
TOGETHER = 8


def fetched(url: str) -> bytes:
    """Raises OSError or ValueError."""
    if not url.startswith(("https://", "http://localhost:", "http://127.0.0.1:")):
        raise ValueError("not an address that is fetched from")
    with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310 - judged above
        raw = answer.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise ValueError("too large")
    return bytes(raw)


def take(folder: Path, page: Any, fetch: Callable[[str], bytes] = fetched) -> Iterator[str]:
    """Put one page's files where they belong; what went wrong, one line a file."""

    def one(file: Any) -> str:
        name = str(file["path"])
        if PATH.fullmatch(name) is None:
            return f"{name!a}: no name of an export's file"
        try:
            raw = file["text"].encode() if "text" in file else fetch(file["url"])
        except (OSError, ValueError) as error:
            return f"{name}: {type(error).__name__}"
        if hashlib.sha256(raw).hexdigest() != file["sha256"]:
            return f"{name}: other bytes than the page tells; the file was not kept"
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(raw)
        return ""

    with ThreadPoolExecutor(TOGETHER) as pool:
        yield from (line for line in pool.map(one, page["files"]) if line)


def main(arguments: Sequence[str] | None = None) -> int:
    folder, *pages = sys.argv[1:] if arguments is None else arguments
    trouble = 0
    for page in pages or ["-"]:
        for line in take(Path(folder), json.loads(sys.stdin.read() if page == "-" else Path(page).read_text())):
            trouble += 1
            print(line, file=sys.stderr)
    return 1 if trouble else 0


if __name__ == "__main__":
    sys.exit(main())
