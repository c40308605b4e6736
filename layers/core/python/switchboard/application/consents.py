"""What customers agree to, by channel and purpose: taken down on their ledger, asked before their data are used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from switchboard.application.ports import Clock, ContactState, Store
from switchboard.application.races import decide_again
from switchboard.domain import events as ev
from switchboard.domain.contacts import Contact
from switchboard.domain.errors import Malformed, NotAllowedNow
from switchboard.domain.privacy.rights import Purpose, command, purpose_of

MERGES_FOLLOWED = 10
SOURCES = ("message", "telephone", "web", "app", "paper", "in_person", "desk", "other")
LONGEST_PROOF, LONGEST_VERSION, LONGEST_CHANNEL = 2_000, 64, 32  # characters
AHEAD = timedelta(minutes=5)  # clocks differ
STOP = "stop_word"  # the source of what customers say by a word of command


class Known(Protocol):
    def contact(self, contact: str) -> ContactState: ...


def standing(store: Known, contact: str) -> Contact:
    """The contact as they are today: merged ones go on in another. Raises NotFound."""
    found = store.contact(contact).contact
    for _ in range(MERGES_FOLLOWED):
        if not found.merged_into:
            break
        found = store.contact(found.merged_into).contact
    return found


@dataclass(frozen=True, slots=True)
class ConsentDesk:
    store: Store
    clock: Clock

    def shown(self, contact: str) -> dict[str, Any]:
        """What holds, and all that was said: of the person as they are today, and of those merged into them."""
        today = standing(self.store, contact)
        rights = today.rights
        history = [r for id_ in self._all(today) for r in self.store.events(f"cct#{id_}") if isinstance(r.event, SAID)]
        return {
            "contact": today.id,
            "consents": [
                {name: getattr(c, name) for name in ("purpose", "channel", "given", "since", "source", "version")}
                for c in rights.consents
            ],
            "objections": rights.objections,
            "restricted": rights.restricted,
            "history": [
                {"at": r.at, "by": {"kind": r.actor.kind, "id": r.actor.id}, "type": r.event.type, "said": r.event}
                for r in sorted(history, key=lambda r: r.at)
            ],
        }  # fmt: skip

    def _all(self, contact: Contact) -> list[str]:
        found = [contact.id]
        for other in contact.absorbed:
            found += self._all(self.store.contact(other).contact)
        return found

    def set(
        self, actor: ev.Actor, contact: str, purpose: str, channel: str, *, given: bool, source: str, version: str = "",
        proof: str = "", since: datetime | None = None,
    ) -> Contact:  # fmt: skip
        """Take down what a customer said. Raises Malformed, NotFound, NotAllowedNow for a contact who was merged away."""
        wanted, now = purpose_of(purpose), self.clock.now()
        if source not in SOURCES:
            raise Malformed(f"'source' is one of {', '.join(SOURCES)}")
        if given and not (version or proof.strip()):
            raise Malformed("consent that is given needs the 'version' of the text it was given to, or a 'proof'")
        if len(proof) > LONGEST_PROOF or len(version) > LONGEST_VERSION or len(channel) > LONGEST_CHANNEL:
            raise Malformed(f"'proof' holds {LONGEST_PROOF} characters, 'version' {LONGEST_VERSION}, 'channel' {LONGEST_CHANNEL}")
        if since is not None and since > now + AHEAD:
            raise Malformed("'since' lies in the future")
        kind = ev.ConsentGiven if given else ev.ConsentWithdrawn
        said = kind(wanted.value, channel, source, since or now, version, proof.strip())

        def attempt() -> Contact:
            before = self.store.contact(contact).contact
            if before.merged_into:
                raise NotAllowedNow(f"{contact} was merged into {before.merged_into}; say it of that one")
            return self.store.commit_contact(before, [said], actor, self.clock.now())

        return decide_again(attempt)

    def heard(self, identity: str, channel: str, text: str, sent_at: datetime) -> None:
        """Take down what a customer's message says by a word of command, and nothing else. Hearing it again changes nothing."""
        given = command(channel, text)
        if given is None:
            return

        def attempt() -> None:
            contact = self.store.arrival(identity, "").contact
            if not contact:
                return
            before = standing(self.store, contact)
            last = before.rights.last(Purpose.MESSAGES, channel)
            if last is not None and (last.given is given or sent_at <= last.since):
                return
            if last is None and given:
                return  # nothing was withdrawn
            kind = ev.ConsentGiven if given else ev.ConsentWithdrawn
            now = self.clock.now()
            said = kind(Purpose.MESSAGES.value, channel, STOP, now, proof=text.strip()[:LONGEST_PROOF])
            self.store.commit_contact(before, [said], ev.Actor(ev.ActorKind.CUSTOMER, before.id), now)

        decide_again(attempt)


SAID = ev.ConsentGiven | ev.ConsentWithdrawn | ev.ContactRestricted | ev.ContactObjected
