"""Macros: replies that also do something. A document of a company's macros is read and checked here.

    {"macros": [{"name": "ask_order", "titles": {"en": "Ask for the order"}, "texts": {"en": "Hello {{customer_name|there}}, .."},
                 "actions": {"tags": ["asked"], "priority": 6, "queue": "billing", "resolve": false},
                 "intents": ["order_status"], "queues": [], "purpose": "apologise"}]}"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from switchboard.domain.assist.filling import PLACEHOLDER, is_known, names_in
from switchboard.domain.errors import Malformed
from switchboard.domain.rules.place import Place, as_flag, as_list, as_name, as_object, as_text, as_whole, shown

MACROS, TAGS, NAMED, LANGUAGES = 200, 10, 100, 40
TEXT_CHARACTERS, TITLE_CHARACTERS, NAME_CHARACTERS = 4_000, 100, 200
DOCUMENT_BYTES = 250_000  # as JSON in UTF-8: it must fit one item of the ledger (400 KB)
FALLBACK = "en"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")


class Purpose(StrEnum):
    """What a macro is for where the next step needs one of a kind."""

    NONE = ""
    APOLOGISE = "apologise"
    HOLD = "hold"  # somebody is at it, it takes a moment
    CLOSE = "close"  # nothing was heard any more
    FAREWELL = "farewell"  # all is done


@dataclass(frozen=True, slots=True)
class Actions:
    """What a macro does besides its text, in one transaction with it. `queue` "": it stays. `priority` None: as it is."""

    tags: tuple[str, ...] = ()
    priority: int | None = None
    queue: str = ""
    resolve: bool = False

    def __bool__(self) -> bool:
        return bool(self.tags or self.queue or self.resolve) or self.priority is not None


@dataclass(frozen=True, slots=True)
class Macro:
    """`texts`: language -> template; none: it only acts. `intents`, `queues`: what it is offered for; none: everything."""

    name: str
    titles: Mapping[str, str]
    texts: Mapping[str, str] = field(default_factory=dict)
    actions: Actions = Actions()
    intents: frozenset[str] = frozenset()
    queues: frozenset[str] = frozenset()
    purpose: Purpose = Purpose.NONE

    def text(self, language: str) -> tuple[str, str]:
        """The template for a customer and its language: theirs, that of their language without its region, or the fallback's. Of a
        macro that only acts: two empty texts."""
        code = language.replace("_", "-").partition("-")[0].lower()
        found = next((each for each in (language, code, FALLBACK) if each in self.texts), "")
        return (self.texts[found], found) if found else ("", "")

    def fits(self, intent: str, queue: str) -> int:
        """How well it fits: 0 not at all, 1 as it fits everything, 2 for the queue, 3 for the intent."""
        if (self.intents and intent not in self.intents) or (self.queues and queue not in self.queues):
            return 0
        return 3 if self.intents else 2 if self.queues else 1


@dataclass(frozen=True, slots=True)
class MacroSet:
    """`version` is the commit that set them; 0: as they are shipped."""

    macros: tuple[Macro, ...]
    version: int = 0

    def find(self, name: str) -> Macro | None:
        return next((m for m in self.macros if m.name == name), None)

    def offered(self, intent: str, queue: str) -> tuple[Macro, ...]:
        """Those that fit, the best first; else in the document's order."""
        return tuple(sorted((m for m in self.macros if m.fits(intent, queue)), key=lambda m: -m.fits(intent, queue)))

    def of_purpose(self, purpose: Purpose) -> Macro | None:
        return next((m for m in self.macros if m.purpose is purpose), None)

    @property
    def queues(self) -> frozenset[str]:
        """All queues that are named: they must be served by somebody."""
        return frozenset({m.actions.queue for m in self.macros if m.actions.queue}.union(*(m.queues for m in self.macros)))


def parse(document: Mapping[str, object], version: int = 0) -> MacroSet:
    """Macros from JSON's types. Raises Malformed, which names the macro and the field at fault."""
    try:
        size = len(json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    except (TypeError, ValueError, RecursionError):
        raise Malformed("the macros are one JSON object") from None
    if size > DOCUMENT_BYTES:
        raise Malformed(f"the macros are {size} bytes of JSON; at most {DOCUMENT_BYTES} are kept")
    whole = as_object(document, Place("the document"), ("macros",), ("version",))
    listed = whole["macros"]
    if not isinstance(listed, list | tuple) or len(listed) > MACROS:
        raise Malformed(f"'macros' is a list of at most {MACROS}")
    macros = tuple(_macro(one, number) for number, one in enumerate(listed, 1))
    if twice := _twice(m.name for m in macros):
        raise Malformed(f"two macros are called {twice!r}")
    return MacroSet(macros, version)


def _twice(names: Iterable[str]) -> str:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return ""


def _macro(value: object, number: int) -> Macro:
    place = Place(f"macro {number}")
    data = as_object(value, place, ("name", "titles"), ("texts", "actions", "intents", "queues", "purpose"))
    name = as_name(data["name"], place.at("name"), 40)
    if not _NAME.fullmatch(name):
        place.at("name").wrong("is made of small letters, digits and _, and begins with a letter")
    place = Place(f"macro {name!r}")
    titles = _texts(data["titles"], place.at("titles"), TITLE_CHARACTERS, lines=False)
    texts = _texts(data.get("texts") or {}, place.at("texts"), TEXT_CHARACTERS, lines=True)
    for language, text in texts.items():
        for unknown in (n for n in names_in(text) if not is_known(n)):
            place.at(f"texts.{language}").wrong(f"names {shown(unknown)}, which nothing can fill in")
        if "{{" in (rest := PLACEHOLDER.sub("", text)) or "}}" in rest:
            place.at(f"texts.{language}").wrong("has a placeholder that is not closed")
    for kind in (titles, texts):
        if kind and FALLBACK not in kind:
            place.wrong(f"lacks {FALLBACK!r}, which serves whoever speaks another language than those given")
    actions = _actions(data.get("actions") or {}, place.at("actions"))
    if not texts and not actions:
        place.wrong("neither says nor does anything")
    purpose = data.get("purpose", "")
    if purpose not in list(Purpose):
        place.at("purpose").wrong(f"is one of {', '.join(p.value for p in Purpose if p)}")
    return Macro(
        name, titles, texts, actions, frozenset(_names(data.get("intents"), place.at("intents"))),
        frozenset(_names(data.get("queues"), place.at("queues"))), Purpose(str(purpose)),
    )  # fmt: skip


def _texts(value: object, place: Place, most: int, *, lines: bool) -> Mapping[str, str]:
    if not isinstance(value, Mapping) or len(value) > LANGUAGES:
        place.wrong(f"maps languages to texts, {LANGUAGES} at most")
    for language in value:
        if not isinstance(language, str) or not _LANGUAGE.fullmatch(language):
            place.wrong(f"has the language {shown(language)}; a language is written as 'de' or 'pt-BR'")
    return {str(k): as_text(v, place.at(str(k)), most, lines=lines) for k, v in value.items()}


def _names(value: object, place: Place) -> Sequence[str]:
    return [as_name(v, place.item(i), NAME_CHARACTERS) for i, v in enumerate(as_list(value, place, NAMED))] if value else []


def _actions(value: object, place: Place) -> Actions:
    data = as_object(value, place, (), ("tags", "priority", "queue", "resolve"))
    tags = _names(data.get("tags"), place.at("tags"))
    if len(tags) > TAGS:
        place.at("tags").wrong(f"are at most {TAGS}")
    priority = data.get("priority")
    actions = Actions(
        tuple(dict.fromkeys(tags)),
        None if priority is None else as_whole(priority, place.at("priority"), 0, 9),
        as_name(data["queue"], place.at("queue"), NAME_CHARACTERS) if data.get("queue") else "",
        as_flag(data.get("resolve", False), place.at("resolve")),
    )
    if actions.queue and actions.resolve:
        place.wrong("either hands it to a queue or resolves it")
    return actions
