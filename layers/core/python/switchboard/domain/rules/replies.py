"""The words of automatic replies: templates with placeholders from a short list.

`{name}` stands for a value, `{name|there}` for the value or, where it is not known, the words after the bar. Any other brace is
refused, so that a mistyped placeholder is found when the rule is written, not by a customer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from switchboard.domain.rules.model import Reply
from switchboard.domain.rules.place import Place

PLACEHOLDERS = ("name", "agent", "queue", "conversation")
_PLACEHOLDER = re.compile(r"\{([a-z]+)(?:\|([^{}|]{0,100}))?\}")
_VALUE_CHARACTERS = 100  # of a filled-in value: a name is short, and what the customer wrote as one may be anything


def check_template(text: str, place: Place) -> str:
    """The template itself, if its placeholders are known."""
    for found in _PLACEHOLDER.finditer(text):
        if found[1] not in PLACEHOLDERS:
            place.wrong(f"has the placeholder {found[1][:64]!r}; known are {', '.join(PLACEHOLDERS)}")
    if set(_PLACEHOLDER.sub("", text)) & {"{", "}"}:
        place.wrong("has a brace outside of a placeholder such as {name} or {name|there}")
    if not _PLACEHOLDER.sub(lambda found: found[2] or "", text).strip():
        place.wrong("says nothing where its placeholders are not known; write words beside them, or {name|there}")
    return text


def render(reply: Reply, language: str, values: Mapping[str, str]) -> str:
    """The reply in the customer's language ("zh-TW" is served by "zh"), else in the fallback. `values` by placeholder; one that is
    missing or blank is left to the template's words. Values are filled in once: what they contain is not read again."""
    texts = dict(reply.texts)
    template = texts.get(language) or texts.get(language.partition("-")[0]) or texts[reply.fallback]
    return _PLACEHOLDER.sub(lambda found: _one_line(values.get(found[1], "")) or found[2] or "", template)


def _one_line(value: str) -> str:
    clean = "".join(" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in value[:_VALUE_CHARACTERS])
    return " ".join(clean.split())
