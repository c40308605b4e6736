"""Agent and customer each in their own language.

What was translated of a conversation is on its ledger (`MessageTranslated`, sealed under the customer's key): that is all the cache
there is, so nothing is translated twice, and it is erased with the customer. What was not translated is not on record: the next reader
asks again, for by then there may be an engine, or a term."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from switchboard.application.consents import standing
from switchboard.application.ports import Clock, Store
from switchboard.application.races import decide_again
from switchboard.application.translation_ports import Translator
from switchboard.domain import events as ev
from switchboard.domain.change import Change
from switchboard.domain.conversation import Conversation
from switchboard.domain.errors import Malformed, NotAllowedNow
from switchboard.domain.privacy.rights import Purpose
from switchboard.domain.translation import languages
from switchboard.domain.translation.cutting import batches, size
from switchboard.domain.translation.events import MessageTranslated
from switchboard.domain.translation.glossary import Glossary, Terms
from switchboard.domain.translation.known import KnownTexts
from switchboard.domain.translation.machine import GLOSSARY, MOST_CHARACTERS
from switchboard.domain.translation.result import Outcome, Reason, Translation
from switchboard.domain.translation.shielding import pieces, wordless

MOST_MESSAGES = 50
COMMIT_BYTES = 120_000  # of translations in a commit, which is one item of the ledger
COMPANY = "company"  # who translated, where the company's own words in the other language are known


@dataclass(frozen=True, slots=True)
class _Said:
    """A message with words, and the language it was most likely written in."""

    message: str
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class TranslationDesk:
    """`known` are the company's own texts, `glossary` its terms; both as they hold now."""

    store: Store
    clock: Clock
    translator: Translator
    known: Callable[[], KnownTexts]
    glossary: Callable[[], Glossary]

    def thread(
        self, actor: ev.Actor, conversation: Conversation, messages: Sequence[str], language: str
    ) -> Mapping[str, Translation]:
        """The messages in the language, by message: what is known, and the rest in as few calls as possible, which is known from then
        on. Raises Malformed, and NotAllowedNow for a message that the conversation does not have."""
        target = languages.required(language)
        if len(messages) > MOST_MESSAGES:
            raise Malformed(f"at most {MOST_MESSAGES} messages are translated at once; these are {len(messages)}")
        recorded = self.store.events(conversation.ledger)
        said, known = _said(conversation, recorded), _translated(recorded, target)
        if strange := next((m for m in messages if m not in said), None):
            raise NotAllowedNow(f"this conversation has no message {strange[:40]!r} with words in it")
        asked = [said[m] for m in dict.fromkeys(messages)]
        made: dict[str, Translation] = {}
        for source in dict.fromkeys(s.language for s in asked if s.message not in known):
            group = [s for s in asked if s.language == source and s.message not in known]
            texts = self._texts([s.text for s in group], source, target, conversation.contact)
            made |= zip((s.message for s in group), texts, strict=True)
        fresh = [(m, t) for m, t in made.items() if t.translated]
        for part in batches(fresh, lambda each: size(each[1].text), COMMIT_BYTES):
            known = {**known, **self._keep(actor, conversation.id, target, dict(part))}
        return {s.message: known.get(s.message) or made[s.message] for s in asked}

    def _keep(
        self, actor: ev.Actor, conversation: str, target: str, made: Mapping[str, Translation]
    ) -> Mapping[str, Translation]:
        """Put on record what was translated, but for what somebody else has put there meanwhile: theirs holds. Returns all that is on
        record then."""

        def attempt() -> Mapping[str, Translation]:
            c = self.store.conversation(conversation)
            known = _translated(self.store.events(c.ledger), target)
            fresh = {m: t for m, t in made.items() if m not in known}
            if fresh:
                events = tuple(MessageTranslated(m, target, t.source, t.by, t.text) for m, t in fresh.items())
                self.store.commit(Change(c, events, actor, self.clock.now()))
            return {**known, **fresh}

        return decide_again(attempt)

    def draft(self, conversation: Conversation, text: str, source: str, language: str = "") -> Translation:
        """What the customer would get of a text that an agent wrote in `source`. `language`: another than the customer's. Nothing is
        kept. Raises Malformed."""
        if len(text) > MOST_CHARACTERS:
            raise Malformed(f"a text holds at most {MOST_CHARACTERS} characters; this has {len(text)}")
        own = languages.required(source, "source")
        target = languages.required(language) if language else languages.known(conversation.language)
        return self._texts([text.encode("utf-8", "replace").decode()], own, target, conversation.contact)[0]

    def _texts(self, texts: Sequence[str], source: str, target: str, contact: str) -> list[Translation]:
        if not source or not target or source == target:
            reason = Reason.SAME if source and source == target else Reason.UNKNOWN_LANGUAGE
            return [Translation(t, source, target, reason=reason) for t in texts]
        terms, known = self.glossary().terms(source, target), self.known()
        found = [_by_company(text, source, target, terms, known) for text in texts]
        open_ = [text for text, outcome in zip(texts, found, strict=True) if outcome is None]
        if open_ and not standing(self.store, contact).rights.allow(Purpose.TRANSLATION):
            engine: Iterator[Outcome] = iter([Outcome(reason=Reason.WITHDRAWN)] * len(open_))
        else:
            engine = iter(self.translator.translate(open_, source, target, terms) if open_ else ())
        outcomes = [outcome or next(engine) for outcome in found]
        return [_translation(t, o, source, target, terms) for t, o in zip(texts, outcomes, strict=True)]


def _by_company(text: str, source: str, target: str, terms: Terms, known: KnownTexts) -> Outcome | None:
    """What needs no engine; None for the rest."""
    if term := terms.whole(text):
        return Outcome(term, GLOSSARY)
    if wordless(pieces(text)):
        return Outcome(reason=Reason.WORDLESS)
    if said := known.find(text, source, target):
        return Outcome(said, COMPANY)
    spoken = known.find(text, target, target)  # what the bot had to say in its default language
    return Outcome(reason=Reason.SAME) if spoken else None


def _translation(text: str, outcome: Outcome, source: str, target: str, terms: Terms) -> Translation:
    if outcome.reason is None:
        return Translation(outcome.text, source, target, outcome.by, translated=True)
    return Translation(text, source, target, reason=outcome.reason, terms=terms.within(text[:MOST_CHARACTERS]))


def _said(c: Conversation, recorded: Iterable[ev.Recorded]) -> dict[str, _Said]:
    """The conversation's messages with words. What a customer wrote is in the language it was heard in, else in that of the
    conversation; what was sent, in the customer's language as it was known by then."""
    found: dict[str, _Said] = {}
    language = ""
    for r in recorded:
        match r.event:
            case ev.MessageReceived(message=message, content=content) | ev.MessageSent(message=message, content=content):
                if content.text.strip():
                    found[message] = _Said(message, _whole(content.text), language or languages.known(c.language))
            case ev.IntentDetected(message=message, language=heard):
                language = languages.known(heard) or language
                if message in found and languages.known(heard):
                    found[message] = _Said(message, found[message].text, language)
            case _:
                pass
    return found


def _whole(text: str) -> str:
    """Without halves of characters, which no service takes."""
    return text.encode("utf-8", "replace").decode()


def _translated(recorded: Iterable[ev.Recorded], target: str) -> dict[str, Translation]:
    return {
        r.event.message: Translation(r.event.text, r.event.source, target, r.event.by, translated=True)
        for r in recorded if isinstance(r.event, MessageTranslated) and r.event.language == target
    }  # fmt: skip
