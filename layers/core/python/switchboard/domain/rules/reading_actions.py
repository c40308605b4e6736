"""Actions from JSON's types: {"action": <its name>, ...its fields}.

tag {tag}, untag {tag}, set_priority {priority}, assign {queue | agent | team}, reply {texts, fallback?}, note {text},
webhook {endpoint}, resolve {}."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from switchboard.domain.rules import limits
from switchboard.domain.rules.model import Action, Assign, Note, Reply, Resolve, SetPriority, Tag, Target, Untag, Webhook
from switchboard.domain.rules.place import Place, as_name, as_object, as_text, as_whole, shown
from switchboard.domain.rules.replies import check_template

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_ENDPOINT = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_USUAL_FALLBACK = "en"


def read_action(value: object, place: Place) -> Action:
    """One action of a rule."""
    name = value.get("action") if isinstance(value, Mapping) else None
    read = _READERS.get(name) if isinstance(name, str) else None
    if read is None:
        place.at("action").wrong(f"knows no {shown(name)}; actions are {', '.join(_READERS)}")
    return read(value, place)


def _tag(value: object, place: Place) -> Tag:
    data = as_object(value, place, ("action", "tag"))
    return Tag(as_name(data["tag"], place.at("tag"), limits.VALUE_CHARACTERS))


def _untag(value: object, place: Place) -> Untag:
    data = as_object(value, place, ("action", "tag"))
    return Untag(as_name(data["tag"], place.at("tag"), limits.VALUE_CHARACTERS))


def _set_priority(value: object, place: Place) -> SetPriority:
    data = as_object(value, place, ("action", "priority"))
    return SetPriority(as_whole(data["priority"], place.at("priority"), 0, 9))


def _assign(value: object, place: Place) -> Assign:
    data = as_object(value, place, ("action",), tuple(Target))
    targets = [t for t in Target if t in data]
    if len(targets) != 1:
        place.wrong(f"assigns to exactly one of {', '.join(Target)}")
    [target] = targets
    return Assign(target, as_name(data[target], place.at(target), limits.VALUE_CHARACTERS))


def _reply(value: object, place: Place) -> Reply:
    data = as_object(value, place, ("action", "texts"), ("fallback",))
    texts = data["texts"]
    at = place.at("texts")
    if not isinstance(texts, Mapping) or not 1 <= len(texts) <= limits.LANGUAGES:
        at.wrong(f"maps 1 to {limits.LANGUAGES} languages to texts")
    read: dict[str, str] = {}
    for language, text in texts.items():
        if not isinstance(language, str) or not _LANGUAGE.fullmatch(language):
            at.wrong(f"knows no language {shown(language)}; languages are written as in 'en' or 'zh-Hant'")
        read[language] = check_template(as_text(text, at.at(language), limits.REPLY_CHARACTERS, lines=True), at.at(language))
    fallback = data.get("fallback", _USUAL_FALLBACK if len(read) > 1 else next(iter(read)))
    if not isinstance(fallback, str) or fallback not in read:
        place.at("fallback").wrong(f"is one of the languages of 'texts' (left out: {_USUAL_FALLBACK!r})")
    return Reply(tuple(sorted(read.items())), fallback)


def _note(value: object, place: Place) -> Note:
    data = as_object(value, place, ("action", "text"))
    return Note(as_text(data["text"], place.at("text"), limits.NOTE_CHARACTERS, lines=True))


def _webhook(value: object, place: Place) -> Webhook:
    endpoint = as_object(value, place, ("action", "endpoint"))["endpoint"]
    if not isinstance(endpoint, str) or not _ENDPOINT.fullmatch(endpoint):
        place.at("endpoint").wrong("is the name of a configured endpoint (1 to 64 of a-z, 0-9, '-', '_'), never an address")
    return Webhook(endpoint)


def _resolve(value: object, place: Place) -> Resolve:
    as_object(value, place, ("action",))
    return Resolve()


_READERS: Mapping[str, Callable[[object, Place], Action]] = {
    "tag": _tag,
    "untag": _untag,
    "set_priority": _set_priority,
    "assign": _assign,
    "reply": _reply,
    "note": _note,
    "webhook": _webhook,
    "resolve": _resolve,
}
