"""The company's macros: which there are, and their use by agents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from switchboard.application.assignment import Assignment
from switchboard.application.desk import CLIENT_ID, TEXT_CHARACTERS
from switchboard.application.ports import Clock, Ids, Index, Store
from switchboard.application.races import decide_again
from switchboard.application.rule_book import FALLBACK_QUEUE
from switchboard.domain import conversation as cv
from switchboard.domain import events as ev
from switchboard.domain.assist import macros
from switchboard.domain.assist.applying import Wording, apply
from switchboard.domain.assist.filling import Filled, fill, names_in, values_of
from switchboard.domain.assist.macros import Macro, MacroSet
from switchboard.domain.change import Change
from switchboard.domain.conversation import Conversation, Status
from switchboard.domain.errors import Duplicate, Forbidden, Malformed, Misconfigured, NotAllowedNow, NotFound, StaleVersion
from switchboard.domain.privacy.policy import PrivacyPolicy, kept

LEDGER = "cfg#macros"
Document = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class MacroBook:
    """Each version is a commit of a ledger; the last one holds. `shipped` are those of a company that never set any."""

    store: Store
    index: Index
    clock: Clock
    shipped: Callable[[], Document]

    def document(self, version: int | None = None) -> tuple[int, Document]:
        """The version in force, or a past one; 0 is the shipped one. Raises NotFound."""
        if version == 0:
            return 0, self.shipped()
        last = self.store.last_event(LEDGER) if version is None else self.store.commit_events(LEDGER, version)[-1]
        if last is None:
            return 0, self.shipped()
        if not isinstance(last.event, ev.MacrosSet):
            raise Misconfigured(f"commit {last.commit} of {LEDGER} sets no macros")
        return last.commit, last.event.macros

    def current(self) -> MacroSet:
        """The macros in force. Raises Misconfigured where this build cannot read what is stored."""
        version, document = self.document()
        try:
            return macros.parse(document, version)
        except Malformed as error:
            raise Misconfigured(f"version {version} of the macros cannot be read: {error}") from None

    def set(self, actor: ev.Actor, document: Document) -> MacroSet:
        """Put a new version in force. Raises Malformed, or StaleVersion if the document's `version` (that of the macros it was made
        from; it may be left out) is not the one in force any more."""
        wanted = macros.parse(document)
        if unserved := sorted(wanted.queues - self.store.queues() - {FALLBACK_QUEUE}):
            raise Malformed(f"nobody serves the queue {unserved[0]!r} that a macro names; give an agent this queue first")
        last = self.store.last_event(LEDGER)
        version = last.commit if last is not None else 0
        if document.get("version", version) != version:
            raise StaleVersion(f"version {version} of the macros is in force, these were made from another; read them again")
        stored = {name: value for name, value in document.items() if name != "version"}
        once = self.index.key("macros", str(version + 1))  # of two who set macros at once, one must read the other's first
        try:
            self.store.append(LEDGER, [ev.MacrosSet(stored)], actor, self.clock.now(), once)
        except Duplicate:
            raise StaleVersion("somebody else has just set the macros; read them again") from None
        return MacroSet(wanted.macros, version + 1)


@dataclass(frozen=True, slots=True)
class Preview:
    """A macro as it would be applied now. `language`: of the text, which is not always the customer's."""

    macro: Macro
    version: int
    filled: Filled
    language: str


@dataclass(frozen=True, slots=True)
class Application:
    """How an agent applies a macro. `version`: of the macros they were shown; `text`: what they made of it, None: as it is."""

    name: str
    version: int
    client_id: str
    text: str | None = None


@dataclass(frozen=True, slots=True)
class MacroDesk:
    """Agents' use of macros."""

    book: MacroBook
    store: Store
    assignment: Assignment
    index: Index
    ids: Ids
    clock: Clock
    privacy: Callable[[], PrivacyPolicy] = PrivacyPolicy

    def preview(self, actor: ev.Actor, c: Conversation, name: str) -> Preview:
        """Raises NotFound where there is no such macro."""
        found = self.book.current()
        macro = _named(found, name)
        filled, language = self._filled(actor, c, macro)
        return Preview(macro, found.version, filled, language)

    def apply(self, actor: ev.Actor, conversation: str, wanted: Application) -> Conversation:
        """All that the macro does, in one transaction; the same `client_id` twice is once. Raises Malformed where a placeholder has no
        value, StaleVersion where the macros were changed since the agent was shown them, Forbidden, NotAllowedNow, NotFound."""
        if not CLIENT_ID.fullmatch(wanted.client_id):
            raise Malformed("'client_id' must be 1 to 64 letters, digits, - or _")
        found = self.book.current()
        if found.version != wanted.version:
            if self._applied(actor, conversation, wanted.client_id):
                return self.store.conversation(conversation)
            raise StaleVersion(f"version {found.version} of the macros is in force; look at this one again before it is applied")
        macro = _named(found, wanted.name)
        if macro.actions.queue and macro.actions.queue not in self.store.queues() | {FALLBACK_QUEUE}:
            raise NotAllowedNow("nobody serves the queue that this macro hands to")
        once = self.index.key("command", actor.id, conversation, wanted.client_id)
        message, owners = self.ids.new("m"), list[str]()

        def attempt() -> Conversation:
            c = self.store.conversation(conversation)
            wording, now = self._wording(actor, c, macro, wanted.text, message), self.clock.now()
            events = apply(c, macro, found.version, actor.id, wording, wanted.client_id, now)
            owners[:] = [c.owner]
            try:
                return self.store.commit(Change(c, tuple(events), actor, now, once))
            except Duplicate:
                return self.store.conversation(conversation)

        try:
            after = decide_again(attempt)
        except (Forbidden, NotAllowedNow, Malformed):
            # Asked again by who saw no answer: by now it may be somebody else's, or over.
            if self._applied(actor, conversation, wanted.client_id):
                return self.store.conversation(conversation)
            raise
        self._let_go(after, *owners)
        return after

    def _wording(self, actor: ev.Actor, c: Conversation, macro: Macro, text: str | None, message: str) -> Wording | None:
        """What goes out; None of a macro without a text. Raises Malformed for what is not filled in."""
        if not macro.texts:
            if text:
                raise Malformed("this macro has no text; it only acts")
            return None
        filled, language = self._filled(actor, c, macro)
        if text is not None:
            said = text.encode("utf-8", "replace").decode()
            missing = names_in(said)
        else:
            said, missing = filled.text, filled.missing
        if missing:
            raise Malformed(f"there is no value for {{{{{missing[0][:60]}}}}} in this conversation; write it in, or take it out")
        if not said.strip() or len(said) > TEXT_CHARACTERS:
            raise Malformed(f"a text has 1 to {TEXT_CHARACTERS} characters")
        edited = said.strip() != filled.text.strip()
        return Wording(message, kept(said, self.privacy(), c.language), language, edited)

    def _filled(self, actor: ev.Actor, c: Conversation, macro: Macro) -> tuple[Filled, str]:
        template, language = macro.text(c.language)
        if not names_in(template):
            return Filled(template), language
        attributes = self.store.contact(c.contact).contact.attributes
        return fill(template, values_of(c.name, self._name_of(actor), c.dialogue.memory, attributes)), language

    def _name_of(self, actor: ev.Actor) -> str:
        try:
            return self.store.agent(actor.id).name
        except NotFound:  # supervisors need no place in the roster
            return ""

    def _applied(self, actor: ev.Actor, conversation: str, client_id: str) -> bool:
        recorded = self.store.events(cv.ledger_of(conversation))
        return any(
            isinstance(r.event, ev.MacroApplied) and r.event.client_id == client_id and r.event.agent == actor.id for r in recorded
        )

    def _let_go(self, after: Conversation, *owners: str) -> None:
        """Whoever frees a slot looks for waiting work, and what waits for somebody to do it."""
        if after.status is Status.QUEUED:
            self.assignment.wake_work(after)
        for owner in owners:
            if owner and owner != after.owner:
                self.assignment.wake_agent(owner)


def _named(found: MacroSet, name: str) -> Macro:
    macro = found.find(name)
    if macro is None:
        raise NotFound("there is no macro of this name")
    return macro
