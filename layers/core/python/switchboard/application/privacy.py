"""The company's rules for personal data in threads, and what is shown in spite of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from switchboard.application.ports import Clock, Store
from switchboard.application.races import decide_again
from switchboard.domain import events as ev
from switchboard.domain.change import Change
from switchboard.domain.errors import Malformed, NotFound
from switchboard.domain.privacy import policy
from switchboard.domain.privacy.detector import detect
from switchboard.domain.privacy.policy import PrivacyPolicy

LEDGER = "cfg#privacy"
LEAST_REASON, MOST_REASON = 5, 300  # characters


@dataclass(frozen=True, slots=True)
class PrivacyDesk:
    store: Store
    clock: Clock

    def document(self) -> Mapping[str, object]:
        """The policy in force, as it was set."""
        last = self.store.last_event(LEDGER)
        return last.event.policy if last is not None and isinstance(last.event, ev.PrivacyPolicySet) else policy.SHIPPED

    def in_force(self) -> PrivacyPolicy:
        """Raises Malformed where this build cannot read it."""
        return policy.parse(self.document())

    def set(self, actor: ev.Actor, document: Mapping[str, object]) -> Mapping[str, object]:
        """Put a new version in force; every function sees it within a minute. What is stored stays as it is. Raises Malformed."""
        policy.parse(document)
        self.store.append(LEDGER, [ev.PrivacyPolicySet(dict(document))], actor, self.clock.now())
        return document

    def reveal(self, actor: ev.Actor, conversation: str, message: str, reason: str) -> str:
        """A message's words as they are stored; who asked, why, and what they saw is on the conversation's ledger before anybody sees
        it. Raises Malformed without a reason, NotFound for a message that is not there."""
        reason = reason.strip()
        if not LEAST_REASON <= len(reason) <= MOST_REASON:
            raise Malformed(f"'reason' says in {LEAST_REASON} to {MOST_REASON} characters what it is needed for")

        def attempt() -> str:
            c = self.store.conversation(conversation)
            text = next((found for r in self.store.events(c.ledger) if (found := _words(r.event, message)) is not None), None)
            if text is None:
                raise NotFound("there is no such message in this conversation")
            hidden = policy.hidden_from(self.in_force(), actor.role)
            kinds = tuple(sorted({f.kind.value for f in detect(text, c.language) if f.kind in hidden}))
            self.store.commit(Change(c, (ev.PersonalDataRevealed(message, kinds, reason),), actor, self.clock.now()))
            return text

        return decide_again(attempt)


def _words(event: ev.Event, message: str) -> str | None:
    if isinstance(event, ev.MessageReceived | ev.MessageSent) and event.message == message:
        return event.content.text
    return None
