"""Where in a rule set something stands, for errors that name the rule and the field at fault."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NoReturn

from switchboard.domain.errors import Malformed

_SHOWN = 64  # characters of a foreign name in a message


@dataclass(frozen=True, slots=True)
class Place:
    """`rule` says which rule ("rule 'vip'", or "rule 3" while its id is not known), `path` which field of it."""

    rule: str
    path: str = ""

    def at(self, key: str) -> Place:
        return replace(self, path=f"{self.path}.{key}" if self.path else key)

    def item(self, index: int) -> Place:
        return replace(self, path=f"{self.path}[{index}]")

    def wrong(self, why: str) -> NoReturn:
        raise Malformed(f"{self.rule}: '{self.path}' {why}" if self.path else f"{self.rule} {why}")


def shown(name: object) -> str:
    """A foreign name as an error may quote it: short, and quoted as Python does (no control characters)."""
    return repr(name[:_SHOWN]) if isinstance(name, str) else "a name that is no text"


def as_object(value: object, place: Place, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> Mapping[str, object]:
    """A JSON object with these keys and no others."""
    if not isinstance(value, Mapping):
        place.wrong("is an object")
    known = (*required, *optional)
    for key in value:
        if key not in known:
            place.wrong(f"has no {shown(key)}; its fields are {', '.join(known)}")
    for key in required:
        if key not in value:
            place.wrong(f"lacks {key!r}")
    return value


def as_list(value: object, place: Place, most: int) -> Sequence[object]:
    """A JSON list with 1 to `most` items."""
    if not isinstance(value, list | tuple) or not 1 <= len(value) <= most:
        place.wrong(f"is a list of 1 to {most}")
    return value


def as_text(value: object, place: Place, most: int, *, lines: bool = False) -> str:
    """A text of 1 to `most` characters that says something; only with `lines` of several lines."""
    if not isinstance(value, str) or len(value) > most or not value.strip():
        place.wrong(f"is a text of 1 to {most} characters")
    if any(unicodedata.category(c) in ("Cc", "Cs") and not (lines and c in "\n\t") for c in value):
        place.wrong("holds a control character or half a character")
    return value


def as_name(value: object, place: Place, most: int) -> str:
    """A text of one line without outer space, so that what looks the same is the same."""
    name = as_text(value, place, most)
    if name != name.strip():
        place.wrong("begins or ends with a space")
    return name


def as_flag(value: object, place: Place) -> bool:
    if not isinstance(value, bool):
        place.wrong("is true or false")
    return value


def as_whole(value: object, place: Place, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        place.wrong(f"is a whole number from {least} to {most}")
    return value
