"""What a customer's message answers, if something was offered to them: the events it makes, and what to say to it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from switchboard.domain.event import Event
from switchboard.domain.waiting_room import events as ev
from switchboard.domain.waiting_room.answers import Kind, understood
from switchboard.domain.waiting_room.form import Form, answered, asks, opened, started
from switchboard.domain.waiting_room.record import Callback, FormStage, Record
from switchboard.domain.waiting_room.texts import Texts, Word

CALLABLE = frozenset({"whatsapp", "sms"})
"""Channels whose own address is a telephone number that can be called, and through which the customer is reached later."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the customer. All of it is personal."""

    channel: str
    name: str = ""
    phone: str = ""
    email: str = ""

    @property
    def callable(self) -> str:
        """The number of the channel itself, "" if it has none."""
        return self.phone if self.channel in CALLABLE else ""


@dataclass(frozen=True, slots=True)
class Heard:
    """`say` is the answer, "" for none."""

    events: tuple[Event, ...] = ()
    say: str = ""


NOTHING = Heard()


def heard(r: Record, text: str, language: str, known: Known, texts: Texts) -> Heard:
    """What a message of a customer who was offered something means. `language` is the conversation's before this message: a "no" is
    the same in many."""
    if r.form_waits:
        return _form(r, text, language, known, texts)
    if r.callback in (Callback.OPEN, Callback.PASSED):
        return _callback(r, text, language, known, texts)
    return NOTHING


def _callback(r: Record, text: str, language: str, known: Known, texts: Texts) -> Heard:
    answer = understood(text, language)
    if r.callback is Callback.PASSED and answer.kind is not Kind.PHONE:
        return NOTHING  # a bare yes, or digits, may be about something else by now
    match answer.kind:
        case Kind.PHONE | Kind.NATIONAL_PHONE:
            return Heard((ev.CallbackRequested(answer.value),), texts.word(Word.CALLBACK_AGREED, language))
        case Kind.YES if known.callable:
            return Heard((ev.CallbackRequested(known.callable),), texts.word(Word.CALLBACK_AGREED, language))
        case Kind.YES:
            return Heard((), texts.word(Word.ASK_NUMBER, language))
        case Kind.NO:
            return Heard((ev.CallbackDeclined(),), texts.word(Word.CALLBACK_DECLINED, language))
        case _:
            return NOTHING


def form_of(r: Record, known: Known) -> Form:
    """The form as far as it is filled in; nobody is asked what we know."""
    reachable = known.channel in CALLABLE
    form = started(name=known.name, phone=known.phone, email=known.email, reachable=reachable)
    return replace(form, about=r.about, name=r.name or form.name, contact=r.contact or form.contact, tries=r.tries)


def _form(r: Record, text: str, language: str, known: Known, texts: Texts) -> Heard:
    before = form_of(r, known)
    question = asks(before)
    take = opened if r.form is FormStage.OFFERED else answered
    form, problem = take(before, text, language)
    if form.declined:
        return Heard((ev.OfflineFormDeclined(),), texts.word(Word.FORM_DECLINED, language))
    happened: tuple[Event, ...] = ()
    if form != before and question is not None:
        happened = (ev.OfflineFormAnswered(question.value, str(getattr(form, question.value))),)
    elif problem is None and r.form is FormStage.OFFERED:
        happened = (ev.OfflineFormAnswered(""),)
    following = asks(form)
    if following is None:
        sent = ev.OfflineFormSent(form.about, form.name, form.contact)
        return Heard((*happened, sent), texts.word(Word.FORM_DONE, language))
    return Heard(happened, texts.ask(following, language, problem))
