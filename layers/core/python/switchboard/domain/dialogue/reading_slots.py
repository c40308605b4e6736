"""Slots and texts of flows from JSON's types."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import NoReturn

from switchboard.domain.dialogue.flow import Slot, SlotKind, Texts
from switchboard.domain.dialogue.texts import PLACEHOLDER
from switchboard.domain.errors import Malformed

TEXT_CHARACTERS = 2000
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_PATH = re.compile(r"[a-z][a-z0-9_]{0,39}\.[a-z][a-z0-9_]{0,39}")
_OWN: Mapping[SlotKind, tuple[str, ...]] = {
    SlotKind.CODE: ("prefix", "digits"), SlotKind.CHOICE: ("options",), SlotKind.ONE_OF: ("from", "opening"),
    SlotKind.TEXT: ("least", "opening", "grounds"),
}  # fmt: skip
"""The fields of each kind, besides those all have."""


def wrong(place: str, why: str) -> NoReturn:
    raise Malformed(f"{place!r} {why}" if place != "the flow" and place != "the words" else f"{place} {why}")


def as_object(value: object, place: str, required: tuple[str, ...], optional: tuple[str, ...] | None) -> Mapping[str, object]:
    """A JSON object; with `optional` None it may have any other keys."""
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        wrong(place, "is an object")
    for key in required:
        if key not in value:
            wrong(place, f"lacks {key!r}")
    if optional is not None and (unknown := sorted(set(value) - {*required, *optional})):
        wrong(place, f"has no {unknown[0][:40]!r}; its fields are {', '.join((*required, *optional))}")
    return value


def read_texts(value: object, default: str, place: str) -> Texts:
    """Texts by language, the default one among them; names stand in braces and nothing else does."""
    texts = as_object(value, place, (default,), None)
    for language, text in texts.items():
        if not _LANGUAGE.fullmatch(language):
            wrong(place, f"has {language[:40]!r}, which is no language")
        if not isinstance(text, str) or not text.strip() or len(text) > TEXT_CHARACTERS:
            wrong(f"{place}.{language}", f"is a text of 1 to {TEXT_CHARACTERS} characters")
        if any(unicodedata.category(c) in ("Cc", "Cs") and c != "\n" for c in text):
            wrong(f"{place}.{language}", "holds a control character or half a character")
        if set(PLACEHOLDER.sub("", text)) & {"{", "}"}:
            wrong(f"{place}.{language}", "has braces that hold no name, as {order}, {found.status} or {found.status|order_status}")
    return {language: str(text) for language, text in texts.items()}


def read_slot(name: str, value: object, default: str, place: str) -> Slot:
    """A slot of a flow."""
    data = as_object(value, place, ("kind", "ask"), None)
    if data["kind"] not in [*SlotKind]:
        wrong(f"{place}.kind", f"is one of {', '.join(SlotKind)}")
    kind = SlotKind(str(data["kind"]))
    as_object(data, place, ("kind", "ask"), ("again", "carry", *_OWN.get(kind, ())))
    return Slot(
        name=name,
        kind=kind,
        ask=read_texts(data["ask"], default, f"{place}.ask"),
        again=read_texts(data["again"], default, f"{place}.again") if "again" in data else {},
        carry=_flag(data, "carry", place),
        opening=_flag(data, "opening", place),
        prefix=_prefix(data.get("prefix", ""), f"{place}.prefix"),
        digits=_whole(data.get("digits"), f"{place}.digits", 2, 18) if kind is SlotKind.CODE else 0,
        options=_options(data.get("options"), f"{place}.options") if kind is SlotKind.CHOICE else {},
        source=_source(data.get("from"), f"{place}.from") if kind is SlotKind.ONE_OF else "",
        least=_whole(data.get("least", 3), f"{place}.least", 1, 200),
        grounds=_flag({"grounds": name == "reason", **data}, "grounds", place),
    )


def _flag(data: Mapping[str, object], key: str, place: str) -> bool:
    value = data.get(key, False)
    if not isinstance(value, bool):
        wrong(f"{place}.{key}", "is true or false")
    return value


def _whole(value: object, place: str, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        wrong(place, f"is a whole number from {least} to {most}")
    return value


def _prefix(value: object, place: str) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z]{0,8}[-_.:#/ ]?", value):
        wrong(place, "is at most 8 letters of a to z, and a mark such as '-' after them")
    return value


def _source(value: object, place: str) -> str:
    if not isinstance(value, str) or not _PATH.fullmatch(value):
        wrong(place, "names a list in a result, as 'found.sizes'")
    return value


def _options(value: object, place: str) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    data = as_object(value, place, (), None)
    if not 2 <= len(data) <= 20:
        wrong(place, "are 2 to 20")
    found: dict[str, Mapping[str, tuple[str, ...]]] = {}
    for name, texts in data.items():
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name):
            wrong(f"{place}.{name[:40]}", "is a name: small letters, digits and _")
        languages = as_object(texts, f"{place}.{name}", (), None)
        found[name] = {language: _phrases(words, f"{place}.{name}.{language}") for language, words in languages.items()}
        if not found[name]:
            wrong(f"{place}.{name}", "has no words it is understood by")
    return found


def _phrases(value: object, place: str) -> tuple[str, ...]:
    phrases = tuple(p.strip() for p in value.split("|")) if isinstance(value, str) else ()
    if not phrases or not all(phrases) or len(phrases) > 100:
        wrong(place, "are phrases with '|' between them")
    return phrases
