"""Labelled messages: one YAML file a language, `intents` (label -> messages) and `out_of_scope` (messages).

A message is a text, which is neutral, or names its sentiment: `angry: "where on earth is my order"`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from .likeness import normal
from .taxonomy import NEUTRAL, OUT_OF_SCOPE, Taxonomy

LEAST_MESSAGES = 12
SENTIMENTS = ("positive", "neutral", "negative", "angry")
_LONGEST_MESSAGE = 2000
# Thousands of lines take seconds in Python and a tenth of one in C, which some builds of PyYAML lack.
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class CorpusError(ValueError):
    """The corpus cannot be learned from; the message lists every fault found."""


@dataclass(frozen=True)
class Example:
    """A message, what it wants, the language it is written in, and how it sounds."""

    text: str
    label: str
    language: str
    sentiment: str = NEUTRAL


def read_corpus(paths: Iterable[Path], taxonomy: Taxonomy, least: int = LEAST_MESSAGES) -> list[Example]:
    """All messages of `paths`, in the files' order.

    Raises `CorpusError` with all faults: unknown or missing labels, fewer than `least` messages of one, messages that
    are not text or name an unknown sentiment, and messages that stand twice (case and spacing aside), be it under one
    label or two.
    """
    examples, faults = scan_corpus(paths, taxonomy, least, least)
    if not examples and not faults:
        faults.append("no messages at all")
    if faults:
        raise CorpusError("\n".join(faults))
    return examples


def scan_corpus(paths: Iterable[Path], taxonomy: Taxonomy, least: int, least_outside: int) -> tuple[list[Example], list[str]]:
    """All messages of `paths` that can be used, and the faults of the rest.

    `least_outside`: how many messages out of scope there must be.
    """
    examples: list[Example] = []
    faults: list[str] = []
    for path in paths:
        examples += _read_file(path, taxonomy, least, least_outside, faults)
    return examples, faults


def _read_file(path: Path, taxonomy: Taxonomy, least: int, least_outside: int, faults: list[str]) -> list[Example]:
    try:
        content = yaml.load(path.read_text("utf-8"), Loader)
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
        needed = least_outside if label == OUT_OF_SCOPE else least
        if len(messages) < needed:
            faults.append(f"{path.name}: {label} has {len(messages)} messages, at least {needed} are needed")
        for message in messages:
            text, sentiment = _parts(message)
            fault = _fault(text, sentiment, taxonomy, label, first_seen)
            if fault:
                faults.append(f"{path.name}: {label}: {fault}")
            else:
                examples.append(Example(text, label, language, sentiment))
    return examples


def _parts(message: Any) -> tuple[Any, Any]:
    if isinstance(message, dict) and len(message) == 1:
        [(sentiment, text)] = message.items()
        return text, sentiment
    return message, NEUTRAL


def _fault(text: object, sentiment: object, taxonomy: Taxonomy, label: str, first_seen: dict[str, str]) -> str | None:
    if not isinstance(text, str):
        return f"{text!r} is not text: quote it"
    if sentiment not in taxonomy.sentiments:
        return f"{text!r} has the unknown sentiment {sentiment!r} (there are {', '.join(taxonomy.sentiments)})"
    if not text.strip():
        return "an empty message"
    if len(text) > _LONGEST_MESSAGE:
        return f"a message of {len(text)} characters; {_LONGEST_MESSAGE} are the most"
    key = normal(text)
    if key in first_seen:
        return f"{text!r} stands there twice, first under {first_seen[key]}"
    first_seen[key] = label
    return None
