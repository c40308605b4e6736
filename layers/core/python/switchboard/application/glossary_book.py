"""The company's terms: each version is a commit of a ledger; the last one holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from switchboard.application.ports import Clock, Index, Store
from switchboard.domain import events as ev
from switchboard.domain.errors import Duplicate, NotFound, StaleVersion
from switchboard.domain.translation import glossary
from switchboard.domain.translation.events import GlossarySet
from switchboard.domain.translation.glossary import Glossary

GLOSSARY_LEDGER = "cfg#glossary"


@dataclass(frozen=True, slots=True)
class GlossaryVersion:
    """`number` 0, without a time: there never was one."""

    number: int
    terms: tuple[Mapping[str, str], ...] = ()
    at: datetime | None = None
    by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class GlossaryBook:
    store: Store
    index: Index
    clock: Clock

    def current(self) -> GlossaryVersion:
        last = self.store.last_event(GLOSSARY_LEDGER)
        return _version(last) if last is not None else GlossaryVersion(0)

    def in_force(self) -> Glossary:
        """The terms that hold, read afresh."""
        return glossary.parse(self.current().terms)

    def version(self, number: int) -> GlossaryVersion:
        """Raises NotFound."""
        if number < 1:
            raise NotFound("a glossary's versions count from 1")
        return _version(self.store.commit_events(GLOSSARY_LEDGER, number)[-1])

    def history(self) -> list[GlossaryVersion]:
        """All versions, newest first."""
        return [_version(r) for r in reversed(self.store.events(GLOSSARY_LEDGER))]

    def set(self, actor: ev.Actor, terms: object, note: str = "", version: int | None = None) -> GlossaryVersion:
        """Put new terms in force, everywhere within a minute. `version`: the one they were made from, if that is to be checked. Raises
        Malformed, or StaleVersion where another version came between."""
        parsed = glossary.parse(terms)
        before = self.current().number
        if version is not None and version != before:
            raise StaleVersion(f"version {before} of the glossary is in force, this was made from {version}; read it again")
        once = self.index.key("glossary", str(before + 1))  # of two who set it at once, one must see the other's first
        try:
            self.store.append(GLOSSARY_LEDGER, [GlossarySet(parsed.entries, note)], actor, self.clock.now(), once)
        except Duplicate:
            raise StaleVersion("somebody else has just set the glossary; read it again") from None
        return self.version(before + 1)


def _version(r: ev.Recorded) -> GlossaryVersion:
    assert isinstance(r.event, GlossarySet)
    return GlossaryVersion(r.commit, _entries(r.event.terms), r.at, r.actor.id, r.event.note)


def _entries(terms: Sequence[Mapping[str, str]]) -> tuple[Mapping[str, str], ...]:
    return tuple(dict(entry) for entry in terms)
