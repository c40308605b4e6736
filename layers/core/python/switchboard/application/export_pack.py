"""An export as people are given it: a zip with `export.json` for machines, `index.html` to read, `media/` with what could be opened of
messages that were never processed."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

FORMAT = "switchboard-export-2"
IN_MEMORY = 16 * 1024 * 1024  # bytes
EPOCH = (1980, 1, 1, 0, 0, 0)  # a zip's own times say nothing

HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Your data</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}h2{margin-top:2.5rem}
table{border-collapse:collapse}td,th{text-align:left;vertical-align:top;padding:.2rem .8rem .2rem 0}
.m{margin:.6rem 0;padding:.5rem .8rem;border-left:.25rem solid #888;background:#f6f6f6;white-space:pre-wrap}
.w{color:#555;font-size:.85rem}</style></head><body>
<h1>All that is stored about you</h1>
<p>The same, complete and for machines, is in <code>export.json</code>. Files you sent stay with the service you sent them by; they are
listed with its reference to them.</p>
"""
WORDS = {"message_received": "You wrote", "message_sent": "You were answered", "note_added": "Note by an agent"}
OWN = frozenset({"kind", "version", "head", "last_event"})


def pack(lines: Iterable[Mapping[str, Any]], to: IO[bytes]) -> int:
    """Write the zip; returns how many lines of data it holds. The lines are read once."""
    count = 0
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY, mode="w+", encoding="utf-8") as kept, ZipFile(to, "w") as zip_:
        for line in lines:
            if line["kind"] == "parked_body":
                _entry(zip_, f"media/{line['parked']}.json", [json.dumps(line["body"], ensure_ascii=False, indent=1)])
            kept.write(json.dumps(line, ensure_ascii=False) + "\n")
            count += 1
        _entry(zip_, "export.json", _document(kept))
        kept.seek(0)
        _entry(zip_, "index.html", _page(json.loads(line) for line in kept))
    return count


def _entry(zip_: ZipFile, name: str, parts: Iterable[str]) -> None:
    entry = ZipInfo(name, EPOCH)
    entry.compress_type = ZIP_DEFLATED
    with zip_.open(entry, "w", force_zip64=True) as file:
        for part in parts:
            file.write(part.encode())


def _document(kept: IO[str]) -> Iterator[str]:
    kept.seek(0)
    yield f'{{"format": "{FORMAT}", "lines": [\n'
    for number, line in enumerate(kept):
        yield (",\n" if number else "") + line.rstrip("\n")
    yield "\n]}\n"


def _page(lines: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    yield HEAD
    for line in lines:
        match line["kind"]:
            case "contact":
                yield f"<h2>Profile</h2>\n{_table({k: v for k, v in line.items() if k not in OWN})}"
            case "conversation":
                about = {k: line.get(k) for k in ("id", "channel", "status", "opened_at", "language", "intent")}
                yield f"<h2>Conversation {escape(str(line.get('id')))}</h2>\n{_table(about)}"
            case "event" | "contact_event":
                yield _event(line)
            case "deliveries" if line["deliveries"]:
                yield f"<h3>What became of the answers</h3>\n{_table(line['deliveries'])}"
            case "parked_body":
                yield f"<h2>A message that could not be processed</h2>\n{_table(line['body'])}"
            case _:
                pass
    yield "</body></html>\n"


def _event(line: Mapping[str, Any]) -> str:
    fields, by = line["fields"], line["by"]
    who = f"{WORDS.get(line['type'], str(line['type']).replace('_', ' '))} · {line['at']} · {by['kind']} {by['id']}"
    content = fields.get("content")
    if isinstance(content, Mapping):
        files = [f"file: {a.get('name') or a.get('reference')} ({a.get('mime') or 'unknown'})" for a in content.get("attachments", ())]
        words = "\n".join([str(content.get("text", "")), *files])
    elif line["type"] in WORDS:
        words = str(fields.get("text", ""))
    else:
        told = {k: v for k, v in fields.items() if v not in ("", None, [], {})}
        return f"<div class=w>{escape(who)}</div>\n{_table(told)}" if told else f"<div class=w>{escape(who)}</div>\n"
    return f"<div class=w>{escape(who)}</div>\n<div class=m>{escape(words)}</div>\n"


def _table(values: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<tr><th>{escape(str(k).replace('_', ' '))}</th><td>{escape(_cell(v))}</td></tr>" for k, v in values.items()
        if v not in ("", None, [], {})
    )  # fmt: skip
    return f"<table>{rows}</table>\n"


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
