"""How long what is stored is kept: the company's rules, and a run a day (and for each new version of them) that ends what is due.

A run is a ledger. It begins with the rules of that day, looks at a page of people at a time and puts on record what it found, and ends
when it looked at everything; whoever goes on, goes on from the last page. What it does, it does again without harm."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from switchboard.application.approvals import Approvals
from switchboard.application.erasure import EXPORTS, person
from switchboard.application.ports import Clock, Parked, Store
from switchboard.domain import events as ev
from switchboard.domain.contacts import Contact
from switchboard.domain.conversation import Conversation, contact_of
from switchboard.domain.errors import Duplicate, Malformed, NotAllowedNow, NotFound, SwitchboardError, Unreadable
from switchboard.domain.retention import rules as r
from switchboard.domain.retention.regions import places_of
from switchboard.domain.retention.rules import Person, Rule, Rules, Verdict, judge

LEDGER, RUNS = "cfg#retention", "cfg#retention-run#"
KEEPER = ev.Actor(ev.ActorKind.SYSTEM, "retention")
PAGE, MOST_FILES = 50, 500
FACTS = "facts/"
REPORTED = 31  # days
DUE, DONE, HELD, FAILED = "due", "done", "held_", "failed"
OF_US = (ev.LegalHoldSet, ev.LegalHoldLifted, ev.ExportAsked, ev.ExportMade)  # on a contact's ledger: the company's doing, not theirs


class Census(Protocol):
    """All people, as far as a run must know them."""

    def silent(self, before: datetime, erased_since: datetime, after: str, limit: int) -> tuple[list[str], str]:
        """Contacts whose last conversation moved before then and who were not erased before `erased_since`, about `limit` of them; and
        where to go on, "" at the end. May lag by moments. Raises StorageUnavailable."""
        ...


class Forgetting(Protocol):
    """What ends keys and bodies (`application.erasure.Erasure`)."""

    def forget(self, about: str, under: str, check: Callable[[], None]) -> object: ...

    def drop(self, p: Parked, outcome: str) -> None: ...


class Files(Protocol):
    """A bucket. All raise StorageUnavailable."""

    def older(self, folder: str, before: datetime, limit: int) -> list[str]:
        """Names of at most `limit` files that were written before then."""
        ...

    def remove(self, names: Sequence[str]) -> None: ...


# -- the rules ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Version:
    """Rules that were set, and since when they are in force. Number 0 is the shipped ones."""

    number: int
    document: Mapping[str, Any]
    by: str = ""
    at: datetime | None = None
    from_: datetime | None = None


@dataclass(frozen=True, slots=True)
class RetentionDesk:
    """`delay`: until rules that were set are acted upon, so that a slip can be taken back: what is erased does not come back."""

    store: Store
    clock: Clock
    delay: timedelta

    def versions(self) -> list[Version]:
        """The newest first; the shipped ones are the last."""
        found = [Version(0, r.SHIPPED)]
        for x in self.store.events(LEDGER):
            if isinstance(x.event, ev.RetentionSet):
                found.append(Version(len(found), x.event.policy, x.actor.id, x.at, x.at + self.delay))
        return found[::-1]

    def in_force(self) -> Version:
        now = self.clock.now()
        return next(v for v in self.versions() if v.from_ is None or v.from_ <= now)

    def set(self, actor: ev.Actor, document: Mapping[str, Any]) -> Version:
        """Put new rules on record. Raises Malformed."""
        r.parse(document)
        self.store.append(LEDGER, [ev.RetentionSet(dict(document))], actor, self.clock.now())
        return self.versions()[0]

    def report(self, days: int) -> list[dict[str, Any]]:
        """The runs of the last days, the newest first: what was due, done and kept all the same, by rule."""
        if not 1 <= days <= REPORTED:
            raise Malformed(f"'days' is 1 to {REPORTED}")
        now, versions = self.clock.now(), self.versions()
        found = [
            progress(self.store, ledger_of_run(now - timedelta(days=n), v.number))
            for n in range(days) for v in _in_force_on(now - timedelta(days=n), versions)
        ]  # fmt: skip
        return [shown(p) for p in found if p.began is not None]


def ledger_of_run(day: datetime, version: int) -> str:
    return f"{RUNS}{day:%Y-%m-%d}#{version}"


def _in_force_on(day: datetime, versions: Sequence[Version]) -> list[Version]:
    """The newest first."""
    begin = day.replace(hour=0, minute=0, second=0, microsecond=0)
    end = begin + timedelta(days=1)
    found: list[Version] = []
    for v in versions:
        if v.from_ is None or v.from_ < end:
            found.append(v)
        if v.from_ is None or v.from_ <= begin:
            break
    return found


@dataclass(slots=True)
class Progress:
    """How far a day's run is."""

    ledger: str
    began: datetime | None = None
    version: int = 0
    after: str = ""
    looked: bool = False  # at all people
    ended: datetime | None = None
    commits: int = 0
    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    @property
    def run(self) -> str:
        """As people's ledgers call it: letters and digits."""
        return "retention" + self.ledger.removeprefix(RUNS).replace("-", "").replace("#", "v")


def progress(store: Store, ledger: str) -> Progress:
    p = Progress(ledger)
    for x in store.events(ledger):
        p.commits = x.commit
        match x.event:
            case ev.RetentionBegun(version):
                p.began, p.version = x.at, version
            case ev.RetentionAdvanced(after, counts):
                p.after, p.looked = after, not after
                _add(p.counts, counts)
            case ev.RetentionEnded(counts):
                p.ended = x.at
                _add(p.counts, counts)
            case _:
                pass
    return p


def _add(to: dict[str, Counter[str]], counts: Mapping[str, Mapping[str, int]]) -> None:
    for rule, outcomes in counts.items():
        to[rule].update({name: int(number) for name, number in outcomes.items()})


def shown(p: Progress) -> dict[str, Any]:
    def row(name: str, counts: Counter[str]) -> dict[str, Any]:
        type_, channel, region, days = name.split("/")
        kept = {k.removeprefix(HELD): n for k, n in sorted(counts.items()) if k.startswith(HELD)}
        return {
            "type": type_, "channel": channel, "region": region, "days": int(days), "due": counts[DUE], "done": counts[DONE],
            "failed": counts[FAILED], "kept": kept,
        }  # fmt: skip

    rows = [row(name, counts) for name, counts in sorted(p.counts.items())]
    return {"run": p.run, "version": p.version, "began": p.began, "ended": p.ended, "rules": rows}


# -- the run ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Retention:
    """`may` raises Forbidden where this is not the function's work; it is told what decides. `failed` hears of what could not be
    ended; the next day's run tries again."""

    store: Store
    desk: RetentionDesk
    census: Census
    erasure: Forgetting
    approvals: Approvals
    blobs: Files
    facts: Files
    clock: Clock
    may: Callable[[Mapping[str, bool]], object]
    failed: Callable[[str, SwitchboardError], object] = field(default=lambda _id, _error: None)

    def run(self, enough: Callable[[], bool] = lambda: False) -> dict[str, Any] | None:
        """Carry on with today's run until it ends or it is `enough`; None where there is nothing left to do today."""
        in_force = self.desk.in_force()
        p = progress(self.store, ledger_of_run(self.clock.now(), in_force.number))
        if p.ended is not None:
            return None
        try:
            if p.began is None:
                self._append(p, ev.RetentionBegun(in_force.number))
            rules = r.parse(in_force.document)
            while not p.looked and not enough():
                self._append(p, self._page(p, rules))
            if p.looked and not enough():
                self._append(p, ev.RetentionEnded(_plain(self._things(rules))))
        except Duplicate:  # somebody else goes on with it at this moment
            pass
        return shown(progress(self.store, p.ledger))

    def _append(self, p: Progress, event: ev.Event) -> None:
        now = self.clock.now()
        self.store.append(p.ledger, [event], KEEPER, now, once=f"{p.ledger}@{p.commits}")
        p.commits += 1
        if isinstance(event, ev.RetentionBegun):
            p.began, p.version = now, event.version
        elif isinstance(event, ev.RetentionAdvanced):
            p.after, p.looked = event.after, not event.after

    # -- people ------------------------------------------------------------------------------------------

    def _page(self, p: Progress, rules: Rules) -> ev.RetentionAdvanced:
        shortest, now = rules.shortest(r.CONTACTS), self.clock.now()
        if shortest is None:
            return ev.RetentionAdvanced("", {})
        assert p.began is not None
        found, after = self.census.silent(now - shortest, p.began, p.after, PAGE)
        requested = {request.about for request, _ in self.approvals.open()}
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for contact in found:
            try:
                for rule, outcome in self._person(p, rules, contact, requested):
                    counts[rule.name][outcome] += 1
            except SwitchboardError as error:
                counts[f"{r.CONTACTS}/*/*/0"][FAILED] += 1
                self.failed(contact, error)
        return ev.RetentionAdvanced(after, _plain(counts))

    def _person(self, p: Progress, rules: Rules, contact: str, requested: set[str]) -> list[tuple[Rule, str]]:
        state = self.store.contact(contact)
        if state.contact.merged_into:
            return []  # whoever they are now comes by themselves
        if state.contact.erased_at is not None:
            return self._again(p, rules, contact)
        verdict = self.judged(rules, contact, requested)
        if verdict.rule is None:
            return []
        if not verdict.due:
            return [(verdict.rule, DUE), (verdict.rule, HELD + verdict.kept_for)]

        def check() -> None:
            now = self.judged(rules, contact, requested)
            if not now.due:
                raise NotAllowedNow("something keeps them by now")
            self.may({"due": now.due, "no_hold": not now.kept_for})

        try:
            self.erasure.forget(contact, f"{p.run}x{rules.rules.index(verdict.rule)}", check)
        except NotAllowedNow:
            return [(verdict.rule, DUE), (verdict.rule, f"{HELD}moved")]
        return [(verdict.rule, DUE), (verdict.rule, DONE)]

    def _again(self, p: Progress, rules: Rules, contact: str) -> list[tuple[Rule, str]]:
        """Somebody this run erased just before it died: their own ledger says so, the run's does not yet."""
        last = self.store.last_event(f"cct#{contact}")
        run, _, number = (
            last.event.request.partition("x") if last is not None and isinstance(last.event, ev.ContactErased) else ("", "", "")
        )
        if run != p.run or not number.isdecimal() or int(number) >= len(rules.rules):
            return []
        rule = rules.rules[int(number)]
        return [(rule, DUE), (rule, DONE)]

    def judged(self, rules: Rules, contact: str, requested: set[str]) -> Verdict:
        people = [c for c in person(self.store, contact) if c.erased_at is None]
        talks = [t for t in (self.store.contact(c.id).conversation for c in people) if t is not None]
        return judge(rules, self._known(people, talks, requested), self.clock.now())

    def _known(self, people: Sequence[Contact], talks: Sequence[Conversation], requested: set[str]) -> Person:
        moved = [at for t in talks for at in (t.opened_at, t.last_at) if at is not None]
        moved += [x.at for c in people for x in self.store.events(c.ledger) if not isinstance(x.event, OF_US)]
        main = people[-1]  # into whom the others were merged
        return Person(
            channels=frozenset({i.channel for c in people for i in c.identities} | {t.channel for t in talks}),
            places=places_of(main.phone, main.attributes),
            active=max(moved, default=self.clock.now()),
            held=any(c.rights.held for c in people),
            restricted=any(c.rights.restricted for c in people),
            requested=any(c.id in requested for c in people),
            talking=any(t.open for t in talks),
        )

    # -- things with a place of their own ------------------------------------------------------------------

    def _things(self, rules: Rules) -> dict[str, Counter[str]]:
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for p in self.store.parked():
            rule = rules.applying(r.PARKED, self._channel(p))
            if rule is not None and self.clock.now() - p.at >= rule.period:
                self._end(counts[rule.name], p.id, lambda p=p: self.erasure.drop(p, "expired"))  # type: ignore[misc]
        for type_, files, folder in ((r.EXPORTS, self.blobs, EXPORTS), (r.FACTS, self.facts, FACTS)):
            if (rule := rules.applying(type_)) is not None:
                self._files(counts[rule.name], rule, files, folder)
        return counts

    def _channel(self, p: Parked) -> str:
        """ "" where nobody knows whose it is, or whoever it was is erased."""
        kind, _, conversation = p.ledger.partition("#")
        if kind != "cnv":
            return ""
        try:
            contact_of(conversation)
            return self.store.conversation(conversation).channel
        except (NotFound, Unreadable, Malformed):
            return ""

    def _files(self, counts: Counter[str], rule: Rule, files: Files, folder: str) -> None:
        try:
            names = files.older(folder, self.clock.now() - rule.period, MOST_FILES)
        except SwitchboardError as error:
            counts[FAILED] += 1
            self.failed(folder, error)
            return
        if names:
            self._end(counts, folder, lambda: files.remove(names), len(names))

    def _end(self, counts: Counter[str], what: str, end: Callable[[], None], number: int = 1) -> None:
        counts[DUE] += number
        try:
            self.may({"due": True, "no_hold": True})  # holds are of people
            end()
            counts[DONE] += number
        except SwitchboardError as error:
            counts[FAILED] += number
            self.failed(what, error)


def _plain(counts: Mapping[str, Counter[str]]) -> dict[str, dict[str, int]]:
    return {rule: dict(outcomes) for rule, outcomes in counts.items() if outcomes}
