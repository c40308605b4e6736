"""What the offline form asks, and what came of it. On text channels one question a message (`asks`, `answered`), on the web all at
once (`filled`). Every value is personal data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from switchboard.domain.errors import Malformed
from switchboard.domain.waiting_room.answers import Kind, understood

NAME_CHARACTERS = 100
CONTACT_CHARACTERS = 254
ABOUT_CHARACTERS = 4000
TRIES = 2
"""Times a way to reach the customer is asked for. What they then say is kept as they said it: a person may understand it."""


class Question(StrEnum):
    ABOUT = "about"
    NAME = "name"
    CONTACT = "contact"


class Problem(StrEnum):
    """Why the same question comes again."""

    EMPTY = "empty"  # a picture or sticker where words were asked for
    TOO_LONG = "too_long"
    NOT_A_CONTACT = "not_a_contact"


@dataclass(frozen=True, slots=True)
class Form:
    """`contact` is a telephone number, an e-mail address, or the customer's own words after TRIES. `reachable`: the channel itself
    reaches them later (WhatsApp, SMS), so that no other way is needed. `declined`: they want no form; what they said stays."""

    about: str = ""
    name: str = ""
    contact: str = ""
    reachable: bool = False
    declined: bool = False
    tries: int = 0  # at the contact

    @property
    def done(self) -> bool:
        return not self.declined and asks(self) is None


def started(*, name: str = "", phone: str = "", email: str = "", reachable: bool = False) -> Form:
    """A form with what is known of the contact, so that nobody is asked what we know."""
    return Form(name=_clean(name)[:NAME_CHARACTERS], contact=(phone or email)[:CONTACT_CHARACTERS], reachable=reachable)


def asks(form: Form) -> Question | None:
    """What to ask next; None: nothing more. The matter comes first: whoever leaves after it has at least left that."""
    if form.declined:
        return None
    if not form.about:
        return Question.ABOUT
    if not form.name:
        return Question.NAME
    return Question.CONTACT if not form.contact and not form.reachable else None


def opened(form: Form, text: str, language: str) -> tuple[Form, Problem | None]:
    """The form after the customer's reply to the offer of it: a yes opens it, a no declines, and whoever tells their matter at once
    has answered its first question."""
    kind = understood(text, language).kind
    if kind is Kind.NO:
        return replace(form, declined=True), None
    return (form, None) if kind is Kind.YES else answered(form, text, language)


def answered(form: Form, text: str, language: str) -> tuple[Form, Problem | None]:
    """The form after the customer's reply to what it asks; with a problem the same question comes again. A plain "no" ends it."""
    question = asks(form)
    if question is None:
        return form, None
    said = text.strip()
    if not _clean(said):
        return form, Problem.EMPTY
    answer = understood(said, language, elsewhere=False)
    if answer.kind is Kind.NO:
        return replace(form, declined=True), None
    match question:
        case Question.ABOUT:
            return (form, Problem.TOO_LONG) if len(said) > ABOUT_CHARACTERS else (replace(form, about=said), None)
        case Question.NAME:
            name = _clean(said)
            return (form, Problem.TOO_LONG) if len(name) > NAME_CHARACTERS else (replace(form, name=name), None)
        case Question.CONTACT:
            if answer.kind in (Kind.PHONE, Kind.NATIONAL_PHONE, Kind.EMAIL):
                return replace(form, contact=answer.value), None
            tries = form.tries + 1
            kept = said[:CONTACT_CHARACTERS] if tries >= TRIES else ""
            return replace(form, tries=tries, contact=kept), None if kept else Problem.NOT_A_CONTACT


def filled(data: object, language: str = "und", field: str = "form") -> Form:
    """A form sent whole: {"name": "...", "contact": "...", "about": "..."}. Raises Malformed, which names the field at fault."""
    if not isinstance(data, Mapping):
        raise Malformed(f"{field!r} is an object")
    names = {Question.NAME: NAME_CHARACTERS, Question.CONTACT: CONTACT_CHARACTERS, Question.ABOUT: ABOUT_CHARACTERS}
    if unknown := sorted(str(name)[:64] for name in set(data) - {q.value for q in names}):
        raise Malformed(f"{field!r} has no field {unknown[0]!r}; its fields are name, contact, about")
    said: dict[str, str] = {}
    for question, most in names.items():
        value = data.get(question.value)
        if not isinstance(value, str) or not value.strip() or len(value.strip()) > most:
            raise Malformed(f"'{field}.{question.value}' is a text of 1 to {most} characters")
        said[question.value] = value.strip()
    contact = understood(said["contact"], language)
    if contact.kind not in (Kind.PHONE, Kind.NATIONAL_PHONE, Kind.EMAIL):
        raise Malformed(f"'{field}.contact' is a telephone number or an e-mail address")
    return Form(about=said["about"], name=_clean(said["name"]), contact=contact.value)


def summary(form: Form, labels: Mapping[str, str]) -> str:
    """What agents read, a line a field; `labels` as `Texts.labels` gives them, in the agent's language. What was not told is
    left out."""
    said = ((Question.NAME, form.name), (Question.CONTACT, form.contact), (Question.ABOUT, form.about))
    return "\n".join(f"{labels[question.value]}: {value}" for question, value in said if value)


def _clean(text: str) -> str:
    """One line: a name has no breaks and no control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
