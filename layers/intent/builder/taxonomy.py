"""The labels and sentiments a message can have: `layers/intent/intents.yaml`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

OUT_OF_SCOPE = "out_of_scope"
NEUTRAL = "neutral"  # of a message that names no sentiment
_LABEL = re.compile(r"[a-z]+(_[a-z]+)*")
_LANGUAGE = re.compile(r"[a-z]{2}")
_SENTIMENT = re.compile(r"[a-z]+")


class TaxonomyError(ValueError):
    """The taxonomy file does not say what it must."""


@dataclass(frozen=True)
class Taxonomy:
    """`intents` in the file's order; `labels` has `OUT_OF_SCOPE` after them."""

    intents: tuple[str, ...]
    languages: tuple[str, ...]
    sentiments: tuple[str, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        return (*self.intents, OUT_OF_SCOPE)


def read_taxonomy(path: Path) -> Taxonomy:
    """Raises `TaxonomyError` naming what is wrong."""
    content = yaml.safe_load(path.read_text("utf-8"))
    if not isinstance(content, dict) or not isinstance(content.get("intents"), dict):
        raise TaxonomyError(f"{path}: `intents` must map each label to its meaning")
    for label, entry in content["intents"].items():
        if not isinstance(label, str) or not _LABEL.fullmatch(label) or label == OUT_OF_SCOPE:
            raise TaxonomyError(f"{path}: {label!r} is no label (words of a to z joined by _)")
        if not isinstance(entry, dict) or not isinstance(entry.get("means"), str):
            raise TaxonomyError(f"{path}: {label} has no `means`")
    languages = content.get("languages")
    if not isinstance(languages, list) or not all(
        isinstance(language, str) and _LANGUAGE.fullmatch(language) for language in languages
    ):
        # an unquoted "no" is a boolean in YAML
        raise TaxonomyError(f"{path}: `languages` must list ISO 639-1 codes, quoted where YAML needs it")
    sentiments = content.get("sentiment")
    if not isinstance(sentiments, list) or NEUTRAL not in sentiments or not all(
        isinstance(sentiment, str) and _SENTIMENT.fullmatch(sentiment) for sentiment in sentiments
    ):
        raise TaxonomyError(f"{path}: `sentiment` must list words of a to z, {NEUTRAL} among them")
    return Taxonomy(tuple(content["intents"]), tuple(languages), tuple(sentiments))
