"""Reads labelled messages to judge a model by: JSON Lines, each line `{"text", "lang", "intent", "sentiment"}`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from layers.intent.builder.taxonomy import Taxonomy

_LANGUAGE = re.compile(r"[a-z]{2}")
_FAULTS_TOLD = 20


class MessagesError(ValueError):
    """The messages cannot be read; the text names file and line of each fault."""


@dataclass(frozen=True)
class Message:
    """A message and what is true of it. `place` is its file and line, by which it is named without showing it."""

    text: str
    language: str
    intent: str
    sentiment: str
    place: str


def read_messages(sources: Iterable[Path], taxonomy: Taxonomy) -> list[Message]:
    """The messages of all `sources`: files, or folders, of which every *.jsonl is read. Blank lines count for nothing.

    Raises `MessagesError` for a source that is not there or holds no message, a line that is no object of the form
    above, an intent or sentiment that the taxonomy lacks, and a language that is no ISO 639-1 code.
    """
    messages: list[Message] = []
    faults: list[str] = []
    for path in [path for source in sources for path in _files(source)]:
        before = len(messages) + len(faults)
        _read_file(path, taxonomy, messages, faults)
        if before == len(messages) + len(faults):
            faults.append(f"{path}: no messages")
    if faults:
        more = [f"and {len(faults) - _FAULTS_TOLD} more"] if len(faults) > _FAULTS_TOLD else []
        raise MessagesError("\n".join(faults[:_FAULTS_TOLD] + more))
    if not messages:
        raise MessagesError("no messages at all")
    return messages


def _files(source: Path) -> list[Path]:
    if source.is_file():
        return [source]
    found = sorted(source.glob("*.jsonl"))
    if not found:
        raise MessagesError(f"{source}: " + ("no *.jsonl in this folder" if source.is_dir() else "no such file or folder"))
    return found


def _read_file(path: Path, taxonomy: Taxonomy, messages: list[Message], faults: list[str]) -> None:
    # in bytes: what is not UTF-8 is then the fault of its line; a separator of other kinds belongs to a text
    for number, line in enumerate(path.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if line.strip():
            place = f"{path}:{number}"
            try:
                messages.append(_message(line, taxonomy, place))
            except MessagesError as error:
                faults.append(f"{place}: {error}")


def _message(line: bytes, taxonomy: Taxonomy, place: str) -> Message:
    try:
        entry = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        raise MessagesError("not UTF-8") from None
    except (json.JSONDecodeError, RecursionError) as error:
        raise MessagesError(f"not JSON: {error}") from None
    if not isinstance(entry, dict):
        raise MessagesError("not an object with text, lang, intent and sentiment")
    for name in ("text", "lang", "intent", "sentiment"):
        if not isinstance(entry.get(name), str):
            raise MessagesError(f"{name!r} is {'no text' if name in entry else 'missing'}")
    if not entry["text"].strip():
        raise MessagesError("'text' is empty")
    if not _LANGUAGE.fullmatch(entry["lang"]):
        raise MessagesError(f"'lang' is {entry['lang']!r}, no ISO 639-1 code (two small letters)")
    if entry["intent"] not in taxonomy.labels:
        raise MessagesError(f"the taxonomy has no intent {entry['intent']!r}")
    if entry["sentiment"] not in taxonomy.sentiments:
        raise MessagesError(f"the taxonomy has no sentiment {entry['sentiment']!r} (there are {', '.join(taxonomy.sentiments)})")
    return Message(entry["text"], entry["lang"], entry["intent"], entry["sentiment"], place)
