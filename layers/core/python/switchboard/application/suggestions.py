"""What agents are offered to answer with, and what they do with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from switchboard.application.knowledge_ports import Librarian, Shelf, Usage
from switchboard.application.ports import Clock, Index, Store
from switchboard.application.races import decide_again
from switchboard.domain import events as ev
from switchboard.domain.change import Change
from switchboard.domain.conversation import Conversation, ledger_of
from switchboard.domain.errors import Duplicate, Malformed, NotAllowedNow
from switchboard.domain.knowledge import events as kb
from switchboard.domain.knowledge.answer import suggestion
from switchboard.domain.knowledge.article import Audience, article_id
from switchboard.domain.knowledge.hits import Hit
from switchboard.domain.wording import alike

SHOWN = 3
USED, EDITED, REJECTED = "used", "edited", "rejected"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`text` is ready to send or edit, in the article's language (`hit.locale`)."""

    hit: Hit
    text: str


@dataclass(frozen=True, slots=True)
class Suggestions:
    """For the customer's message `message`."""

    message: str
    language: str
    offered: tuple[Suggestion, ...]


@dataclass(frozen=True, slots=True)
class Feedback:
    """`outcome`: used, edited or rejected. `sent` is what went out, where it was edited."""

    message: str
    article: str
    version: int
    passage: int
    outcome: str
    suggested: str = ""
    sent: str = ""


@dataclass(frozen=True, slots=True)
class SuggestionDesk:
    store: Store
    shelf: Shelf
    index: Index
    clock: Clock
    librarian: Librarian

    def suggest(self, conversation: Conversation, region: str) -> Suggestions:
        """The best articles for the customer's last words, in their language where there is one. What is for agents alone is not
        offered: it is ready to send. Raises StorageUnavailable."""
        last = self._last_words(conversation)
        if last is None or not last.content.text.strip():
            return Suggestions("", conversation.language, ())
        hits = self.librarian.search(last.content.text, conversation.language, region, Audience.CUSTOMER, SHOWN)
        return Suggestions(last.message, conversation.language, tuple(Suggestion(h, suggestion(h)) for h in hits))

    def feedback(self, actor: ev.Actor, conversation: Conversation, said: Feedback) -> None:
        """Put on record what became of a suggestion; saying it twice changes nothing. Raises Malformed, and NotAllowedNow where the
        conversation never had that message."""
        message = self._known(conversation, said.message)
        event = _event(said, conversation.language)
        once = self.index.key("suggestion", conversation.id, message, event.article, str(said.passage))  # type: ignore[attr-defined]

        def attempt() -> None:  # it comes together with the reply it is about, and with what that brings about
            c = self.store.conversation(conversation.id)
            self.store.commit(Change(c, (event,), actor, self.clock.now(), once))

        try:
            decide_again(attempt)
        except Duplicate:
            return

    def report(self) -> Sequence[Usage]:
        """What agents did with each article's suggestions, those first that most needs looking after."""
        return sorted(self.shelf.usage(), key=lambda u: (-(u.rejected + u.edited), u.article))

    def _last_words(self, conversation: Conversation) -> ev.MessageReceived | None:
        recorded = self.store.events(ledger_of(conversation.id))
        found = [r.event for r in recorded if isinstance(r.event, ev.MessageReceived)]
        return found[-1] if found else None

    def _known(self, conversation: Conversation, message: str) -> str:
        recorded = self.store.events(ledger_of(conversation.id))
        if not any(isinstance(r.event, ev.MessageReceived) and r.event.message == message for r in recorded):
            raise NotAllowedNow("the customer wrote no such message in this conversation")
        return message


def _event(said: Feedback, language: str) -> ev.Event:
    about = (said.message, article_id(said.article), said.version, said.passage, language)
    if said.version < 1 or said.passage < 0:
        raise Malformed("'version' counts from 1, 'passage' from 0")
    if said.outcome == USED:
        return kb.SuggestionUsed(*about)
    if said.outcome == EDITED:
        return kb.SuggestionEdited(*about, kept=round(alike(said.suggested, said.sent), 2))
    if said.outcome == REJECTED:
        return kb.SuggestionRejected(*about)
    raise Malformed("'outcome' is used, edited or rejected")
