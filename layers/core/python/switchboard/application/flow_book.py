"""The bot's flows: which are shipped, what the company made of them, and which version of each is in force.

Each flow has a ledger of its own (`cfg#flow#<name>`), whose commits are its versions; a version does nothing until it is published,
which is one commit of `cfg#flows` and also the way back. A conversation keeps the versions its flows began with."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from switchboard.application.ports import Clock, Index, Store
from switchboard.domain import events as ev
from switchboard.domain.dialogue import reading
from switchboard.domain.dialogue.flow import Flow, Words
from switchboard.domain.errors import Duplicate, Malformed, NotFound, StaleVersion

IN_FORCE = "cfg#flows"
SHIPPED, OFF = 0, -1
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")

Document = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class FlowVersion:
    """`number` 0 is the shipped flow, whose time is None."""

    number: int
    document: Document
    at: datetime | None = None
    by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ShippedFlows:
    """What comes with the package. `names` are its flows, and all that `read` knows; `heard` are the wishes that the intent layer can
    tell, each of which a flow may serve."""

    names: frozenset[str]
    read: Callable[[str], Document]
    words: Callable[[], Document]
    heard: frozenset[str] = frozenset()


@dataclass(slots=True)
class FlowBook:
    """Implements `domain.dialogue.engine.Book`. What was read of a version is kept: versions never change. `versions` is told what
    holds now by whoever knows how old that may be."""

    store: Store
    index: Index
    clock: Clock
    shipped: ShippedFlows
    versions: Callable[[], Mapping[str, int]]
    _read: dict[tuple[str, int], Flow] = field(default_factory=dict)
    _words: Words | None = None

    # -- for the bot -------------------------------------------------------------------------------

    def flow(self, name: str, version: int) -> Flow:
        """Raises NotFound for what was never saved, Malformed for what this build cannot read."""
        if (name, version) not in self._read:
            self._read[name, version] = self._parsed(name, self.version(name, version).document)
        return self._read[name, version]

    def starts(self, intent: str) -> tuple[str, int] | None:
        """The flow that serves an intent, and its version in force; None where people do."""
        version = self.versions().get(intent, OFF)
        return (intent, version) if version >= SHIPPED else None

    @property
    def words(self) -> Words:
        if self._words is None:
            self._words = reading.parse_words(self.shipped.words())
        return self._words

    def _parsed(self, name: str, document: Document) -> Flow:
        return reading.parse(name, document, lists=self.words.lists)

    # -- for those who edit ------------------------------------------------------------------------

    def in_force(self) -> Mapping[str, int]:
        """The version of each flow that holds, read afresh."""
        return self._published()[0]

    def _published(self) -> tuple[Mapping[str, int], int]:
        """The versions in force, and the number of the commit that says so."""
        last = self.store.last_event(IN_FORCE)
        said = last.event.versions if last is not None and isinstance(last.event, ev.FlowsPublished) else {}
        return dict.fromkeys(sorted(self.shipped.names), SHIPPED) | dict(said), last.commit if last is not None else 0

    def version(self, name: str, number: int) -> FlowVersion:
        """Raises NotFound."""
        if number == SHIPPED:
            if name not in self.shipped.names:
                raise NotFound(f"no flow {name[:40]!r} is shipped")
            return FlowVersion(SHIPPED, self.shipped.read(name))
        return _version(self.store.commit_events(_ledger(name), number)[-1])

    def history(self, name: str) -> list[FlowVersion]:
        """All versions of a flow, newest first. Raises NotFound where there is none."""
        saved = [_version(r) for r in self.store.events(_ledger(name))]
        shipped = [self.version(name, SHIPPED)] if name in self.shipped.names else []
        if not saved and not shipped:
            raise NotFound(f"there is no flow {name[:40]!r}")
        return [*reversed(saved), *shipped]

    def save(self, actor: ev.Actor, name: str, document: Document, note: str = "") -> FlowVersion:
        """Keep a new version, without putting it in force. Raises Malformed, or StaleVersion where somebody else saves one at this
        moment."""
        self._parsed(name, document)
        last = self.store.last_event(_ledger(name))
        number = (last.commit if last is not None else 0) + 1
        once = self.index.key("flow", name, str(number))  # of two who save at once, each must know which version is theirs
        try:
            self.store.append(_ledger(name), [ev.FlowSaved(dict(document), note)], actor, self.clock.now(), once)
        except Duplicate:
            raise StaleVersion("somebody else has just saved a version of this flow; look again, and repeat it") from None
        return self.version(name, number)

    def publish(self, actor: ev.Actor, name: str, number: int) -> Mapping[str, int]:
        """Put a version in force for flows that begin from now on (`OFF`: none); every function sees it within a minute. Raises
        NotFound, Malformed for a version this build cannot read or a name that is no wish's, or StaleVersion where somebody else
        publishes at this moment."""
        before, commit = self._published()
        if number != OFF:
            self._parsed(name, self.version(name, number).document)
            if name not in self.shipped.heard:
                raise Malformed(f"no message is ever heard as {name[:40]!r}, so nobody could begin this flow: name it after a wish")
        elif name not in before:
            raise NotFound(f"there is no flow {name[:40]!r}")
        versions = {**before, name: number}
        once = self.index.key("flows", str(commit + 1))  # of two who publish at once, one must see the other's first
        try:
            self.store.append(IN_FORCE, [ev.FlowsPublished(versions)], actor, self.clock.now(), once)
        except Duplicate:
            raise StaleVersion("somebody else has just published a flow; look again, and repeat it") from None
        return versions


def _ledger(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise Malformed("a flow has the name of the intent it serves: small letters, digits and _")
    return f"cfg#flow#{name}"


def _version(r: ev.Recorded) -> FlowVersion:
    assert isinstance(r.event, ev.FlowSaved)
    return FlowVersion(r.commit, r.event.flow, r.at, r.actor.id, r.event.note)
