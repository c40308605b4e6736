"""An invented event, for trying rules out on something that has not happened: facts from JSON's types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any as Json

from switchboard.domain.rules import limits
from switchboard.domain.rules.decisions import Trigger
from switchboard.domain.rules.facts import ATTRIBUTE, FIELDS, Facts, Kind, kind_of
from switchboard.domain.rules.model import TRIGGERS
from switchboard.domain.rules.place import Place, as_flag, as_list, as_name, as_object, as_text, as_whole, shown

_SAMPLE = Place("the sample")
_MOST = 100  # fields of one sample


def read_sample(data: object) -> tuple[Trigger, Facts]:
    """{"event": a type, "facts": {field: value}} with the fields that conditions know. Raises Malformed, which names the field."""
    sample = as_object(data, _SAMPLE, ("event",), ("facts",))
    event = sample["event"]
    if not isinstance(event, str) or event not in TRIGGERS:
        _SAMPLE.at("event").wrong(f"knows no event {shown(event)}; events are {', '.join(sorted(TRIGGERS))}")
    place, given = _SAMPLE.at("facts"), sample.get("facts", {})
    if not isinstance(given, Mapping) or len(given) > _MOST:
        place.wrong(f"is an object of at most {_MOST} fields")
    known: dict[str, Json] = {}
    attributes: dict[str, str] = {}
    for name, value in given.items():
        kind = kind_of(name) if isinstance(name, str) else None
        if kind is None:
            place.wrong(f"knows no {shown(name)}; fields are {', '.join(FIELDS)} and {ATTRIBUTE}<name>")
        read = _value(name, kind, value, place.at(name[:64]))
        if name.startswith(ATTRIBUTE):
            attributes[name[len(ATTRIBUTE) :]] = str(read)
        else:
            known["text" if name == "message.text" else name] = read
    return Trigger(event), Facts(**known, attributes=attributes)


def _value(name: str, kind: Kind, value: object, place: Place) -> Json:
    match kind:
        case Kind.FLAG:
            return as_flag(value, place)
        case Kind.NUMBER if name == "priority":
            return as_whole(value, place, 0, 9)
        case Kind.NUMBER:
            if isinstance(value, bool) or not isinstance(value, int | float) or not -1e12 <= value <= 1e12:
                place.wrong("is a number between -10^12 and 10^12")
            return value
        case Kind.LABELS:
            labels = as_list(value, place, limits.TAGS)
            return frozenset(as_name(label, place.item(n), limits.VALUE_CHARACTERS) for n, label in enumerate(labels))
        case Kind.TEXT:
            return as_text(value, place, limits.READ_CHARACTERS, lines=True)
        case Kind.LABEL:
            return as_name(value, place, limits.VALUE_CHARACTERS)
