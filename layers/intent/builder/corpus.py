"""Labelled messages: one YAML file a language, `intents` (label -> messages) and `out_of_scope` (messages).

A message is a text, whose mood is neutral, or `{mood: text}`."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from .taxonomy import OUT_OF_SCOPE, Taxonomy

LEAST_MESSAGES = 12
SENTIMENTS = ("positive", "neutral", "negative", "angry")
_LONGEST_MESSAGE = 2000
# the loader in C reads the same, ten times as fast
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class CorpusError(ValueError):
    """The corpus cannot be learned from; the message lists every fault found."""


@dataclass(frozen=True)
class Example:
    """A message, what it wants, the language it is written in, and its mood, one of `SENTIMENTS`."""

    text: str
    label: str
    language: str
    sentiment: str = "neutral"


def read_corpus(paths: Iterable[Path], taxonomy: Taxonomy, least: int = LEAST_MESSAGES) -> list[Example]:
    """All messages of `paths`, in the files' order.

    Raises `CorpusError` with all faults: unknown or missing labels, fewer than `least` messages of one, messages that
    are not text, and messages that stand twice (case and spacing aside), be it under one label or two.
    """
    examples: list[Example] = []
    faults: list[str] = []
    for path in paths:
        examples += _read_file(path, taxonomy, least, faults)
    if not examples and not faults:
        faults.append("no messages at all")
    if faults:
        raise CorpusError("\n".join(faults))
    return examples


def _read_file(path: Path, taxonomy: Taxonomy, least: int, faults: list[str]) -> list[Example]:
    try:
        content = yaml.load(path.read_text("utf-8"), Loader=_LOADER)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        faults.append(f"{path.name}: not readable as YAML: {error}")
        return []
    if not isinstance(content, dict) or not isinstance(content.get("intents"), dict):
        faults.append(f"{path.name}: `intents` must map labels to lists of messages")
        return []
    language = content.get("language")
    if language not in taxonomy.languages or language != path.stem:
        faults.append(f"{path.name}: language {language!r} is not that of the file's name, or not in the taxonomy")
        return []
    lists: dict[str, Any] = {**content["intents"], OUT_OF_SCOPE: content.get(OUT_OF_SCOPE)}
    faults += [f"{path.name}: unknown label {label!r}" for label in lists if label not in taxonomy.labels]
    examples: list[Example] = []
    first_seen: dict[str, str] = {}
    for label in taxonomy.labels:
        messages = lists.get(label)
        if not isinstance(messages, list):
            faults.append(f"{path.name}: {label} has no list of messages")
            continue
        if len(messages) < least:
            faults.append(f"{path.name}: {label} has {len(messages)} messages, at least {least} are needed")
        for entry in messages:
            mood, message = next(iter(entry.items())) if isinstance(entry, dict) and len(entry) == 1 else ("neutral", entry)
            fault = f"unknown mood {mood!r}" if mood not in SENTIMENTS else _fault(message, label, first_seen)
            if fault:
                faults.append(f"{path.name}: {label}: {fault}")
            else:
                examples.append(Example(message, label, language, mood))
    return examples


def _fault(message: object, label: str, first_seen: dict[str, str]) -> str | None:
    if not isinstance(message, str):
        return f"{message!r} is not text: quote it"
    if not message.strip():
        return "an empty message"
    if len(message) > _LONGEST_MESSAGE:
        return f"a message of {len(message)} characters; {_LONGEST_MESSAGE} are the most"
    key = " ".join(unicodedata.normalize("NFKC", message).casefold().split())
    if key in first_seen:
        return f"{message!r} stands there twice, first under {first_seen[key]}"
    first_seen[key] = label
    return None
