"""The desk's REST API of translation: messages and drafts in other languages, and the company's terms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from switchboard.application import views
from switchboard.application.glossary_book import GlossaryVersion
from switchboard.domain.errors import Malformed
from switchboard.domain.translation.languages import NAMES
from switchboard.domain.translation.own_words import OwnWords, own_words
from switchboard.entry.calls import Call


def own_words_of(text: Callable[..., str]) -> OwnWords | None:
    """The agent's own words of a reply, if it is a translation; `text` reads its arguments."""
    names = ("original", "original_language", "translated_by")
    return own_words(*(text(name, required=False) for name in names))


def _translation(c: Call) -> Any:
    """Who translates, and the languages."""
    return {"translator": c.services.translating.translator.name, "languages": dict(NAMES)}


def _messages(c: Call) -> Any:
    id_, messages, language = c.path["id"], c.texts("messages"), c.text("language")

    def read() -> Any:
        found = c.services.store.conversation(id_)
        made = c.services.translating.desk.thread(c.actor, found, messages, language)
        return {"translations": {message: views.plain(t) for message, t in made.items()}}

    return c.services.access.recorded(c.actor, "TranslateMessages", id_[:80], read)


def _draft(c: Call) -> Any:
    found = c.services.store.conversation(c.path["id"])
    draft = c.services.translating.desk.draft(found, c.text("text"), c.text("source"), c.text("language", required=False))
    return views.plain(draft)


def _glossary(c: Call) -> Any:
    book = c.services.translating.glossary_book
    return {**_document(book.current()), "versions": [_heading(v) for v in book.history()]}


def _glossary_version(c: Call) -> Any:
    number = c.path["version"]
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise Malformed("a version is a whole number")
    return _document(c.services.translating.glossary_book.version(int(number)))


def _set_glossary(c: Call) -> Any:
    version = c.body.get("version")
    if version is not None and (not isinstance(version, int) or isinstance(version, bool)):
        raise Malformed("'version' is the number of the version that the terms were made from, or left out")
    translating = c.services.translating
    made = translating.glossary_book.set(c.actor, c.body.get("terms"), c.text("note", required=False), version)
    translating.forget_glossary()
    return _document(made)


def _document(v: GlossaryVersion) -> dict[str, Any]:
    return {**_heading(v), "terms": views.plain(v.terms)}


def _heading(v: GlossaryVersion) -> dict[str, Any]:
    return {"version": v.number, "at": views.plain(v.at), "by": v.by, "note": v.note}


ROUTES: Mapping[tuple[str, str], Callable[[Call], Any]] = {
    ("GET", "/v1/translation"): _translation,
    ("POST", "/v1/conversations/{id}/translations"): _messages,
    ("POST", "/v1/conversations/{id}/translations/draft"): _draft,
    ("GET", "/v1/glossary"): _glossary,
    ("PUT", "/v1/glossary"): _set_glossary,
    ("GET", "/v1/glossary/versions/{version}"): _glossary_version,
}
