"""A period looked through: what the bot could not resolve, in groups, and how it did where it was let.

One scan of the ledger serves both. Texts are opened for those messages alone that the bot did not understand, and are gone when
the run ends: what is kept are their places."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar

from switchboard.application.consents import standing
from switchboard.application.fanout import StoredCommit
from switchboard.application.ports import ContactState
from switchboard.domain import events as ev
from switchboard.domain.conversation import contact_of, ledger_of
from switchboard.domain.errors import NotFound, TooLarge, Unreadable
from switchboard.domain.improvement.corrections import Said, said
from switchboard.domain.improvement.figures import MOST_SUGGESTIONS, kept_to, rows_of
from switchboard.domain.improvement.proposals import LEAST, MOST, SHOWN, Nearest, told
from switchboard.domain.improvement.talks import AFTER, Talk, Talks, Unresolved
from switchboard.domain.privacy.redaction import redact
from switchboard.domain.privacy.rights import Purpose
from switchboard.domain.wording import kept

T = TypeVar("T")

MOST_MESSAGES = 5_000  # opened and compared in one run; of more a sample is
MOST_CONVERSATIONS = 150_000  # read in one run: a kilobyte each
PAGE = 100  # ledgers whose keys are fetched at once
COMPARED = 2_000  # characters of a suggestion
KEPT = 0.5  # share of a suggestion's characters in an answer that counts as made from it

Enough = Callable[[int], bool]
"""Told how many are done; whether to stop there."""
Advance = Callable[[str, int, int], None]
"""Told the step, how much of it is done, and of how much (0: not known)."""


class Past(Protocol):
    def commits(self, since: datetime, until: datetime) -> Iterable[StoredCommit]:
        """Of conversations, those from `since` up to and without `until`; in any order."""
        ...


class Opened(Protocol):
    """Ledgers with what is sealed. `Unreadable` and `NotFound` where a contact is erased."""

    def prefetch(self, ledgers: Sequence[str]) -> None: ...

    def contact(self, contact: str) -> ContactState: ...

    def events(self, ledger: str, after: int = 0) -> list[ev.Recorded]: ...

    def commit_events(self, ledger: str, commit: int) -> list[ev.Recorded]: ...


class Grouping(Protocol):
    """Questions that ask the same, found by who carries the encoder."""

    def vectors(self, texts: Sequence[str], languages: Sequence[str], enough: Enough) -> Any:
        """One row a text, in order; fewer, where `enough` said so."""
        ...

    def groups(self, vectors: Any) -> Sequence[Sequence[int]]:
        """Places of texts that ask the same, two and more of them, the largest group first, in each the most telling first."""
        ...

    def nearest(self, texts: Sequence[str], languages: Sequence[str]) -> Nearest | None:
        """The article that comes nearest to all of them."""
        ...


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` up to and without `until`."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class _Read:
    """A message that could be opened, as it is compared."""

    about: Unresolved
    text: str
    language: str


@dataclass(slots=True)
class Improvements:
    """`seconds` is a clock that only counts, `budget` how many of them opening and comparing may take in a run."""

    past: Past
    opened: Opened
    grouping: Grouping
    seconds: Callable[[], float]
    budget: float
    _end: float = field(default=0.0)

    def look(self, period: Period, advance: Advance) -> ev.ImprovementFound:
        """Raises TooLarge, StorageUnavailable."""
        talks = self._talks(period, advance)
        self._end = self.seconds() + self.budget
        every = talks.unresolved()
        wanted = _sample(every, lambda one: one.message, MOST_MESSAGES)
        read, left_out = self._open(wanted, advance)
        clusters, compared = self._clusters(read, advance)
        outcomes = self._suggestions(talks, advance)
        rows = kept_to(rows_of(talks, lambda talk: outcomes.get(talk.id, "")))
        counted = {
            "conversations": sum(row.counts["heard"] for row in rows), "unresolved": len(every), "opened": len(read),
            "compared": compared, "left_out": left_out, "suggestions_read": len(outcomes),
        }  # fmt: skip
        return ev.ImprovementFound(tuple(clusters), {"rows": [row.as_dict() for row in rows]}, counted)

    def _talks(self, period: Period, advance: Advance) -> Talks:
        talks, read = Talks(period.since, period.until), 0
        for read, commit in enumerate(self.past.commits(period.since, period.until + AFTER), 1):
            talks.add(commit)
            if len(talks) > MOST_CONVERSATIONS:
                raise TooLarge(f"more than {MOST_CONVERSATIONS:,} conversations; ask for fewer days")
            if read % 5_000 == 0:
                advance("reading", read, 0)
        advance("reading", read, read)
        return talks

    def _open(self, wanted: Sequence[Unresolved], advance: Advance) -> tuple[list[_Read], int]:
        found, left_out = list[_Read](), 0
        for start in range(0, len(wanted), PAGE):
            if self.seconds() > self._end:
                break
            page = wanted[start : start + PAGE]
            self.opened.prefetch([ledger_of(one.conversation) for one in page])
            for one in page:
                what = open_message(self.opened, one.conversation, one.message, one.commit)
                if what is None:
                    left_out += 1
                    continue
                language = one.language if one.language != "und" else what.language
                found.append(_Read(one, redact(what.text, what.names).text, language))
            advance("opening", min(start + PAGE, len(wanted)), len(wanted))
        return found, left_out

    def _clusters(self, read: Sequence[_Read], advance: Advance) -> tuple[list[dict[str, Any]], int]:
        texts, languages = [one.text for one in read], [one.language for one in read]

        def enough(done: int) -> bool:
            advance("comparing", done, len(texts))
            return self.seconds() > self._end

        vectors = self.grouping.vectors(texts, languages, enough)
        advance("grouping", 0, len(vectors))
        clusters = []
        for group in [g for g in self.grouping.groups(vectors) if len(g) >= LEAST][:MOST]:
            central = [read[place] for place in group[:SHOWN]]
            nearest = self.grouping.nearest([one.text for one in central], [one.language for one in central])
            clusters.append(told([read[place].about for place in group], nearest))
        return clusters, len(vectors)

    def _suggestions(self, talks: Talks, advance: Advance) -> dict[str, str]:
        """What agents did with the bot's words, by conversation."""
        wanted = _sample([t for t in talks.conversations() if t.suggested], lambda t: t.id, MOST_SUGGESTIONS)
        found: dict[str, str] = {}
        for start in range(0, len(wanted), PAGE):
            if self.seconds() > self._end:
                break
            page = wanted[start : start + PAGE]
            self.opened.prefetch([ledger_of(talk.id) for talk in page])
            found.update({talk.id: became for talk in page if (became := self._suggestion(talk))})
            advance("suggestions", min(start + PAGE, len(wanted)), len(wanted))
        return found

    def _suggestion(self, talk: Talk) -> str:
        try:
            return suggestion_outcome(self.opened.events(ledger_of(talk.id)))
        except (NotFound, Unreadable):
            return ""


def open_message(opened: Opened, conversation: str, message: str, commit: int) -> Said | None:
    """A customer's message by its place (commit 0: somewhere in its conversation); None where it is gone, or has no words."""
    ledger = ledger_of(conversation)
    try:
        if not standing(opened, contact_of(conversation)).rights.allow(Purpose.IMPROVEMENT):
            return None
        return said(opened.commit_events(ledger, commit) if commit else opened.events(ledger), message)
    except (NotFound, Unreadable):  # erased
        return None


def suggestion_outcome(recorded: Iterable[ev.Recorded]) -> str:
    """What became of the bot's suggestion: "used" as it was, "edited", or "unused", by the first answer of an agent after it."""
    suggested = ""
    for r in recorded:
        match r.event:
            case ev.BotSuggested(text=text):
                suggested = _plain(text)
            case ev.MessageSent(author=ev.ActorKind.AGENT) as sent if suggested:
                answer = _plain(sent.content.text)
                if answer == suggested:
                    return "used"
                return "edited" if kept(suggested, answer) >= KEPT else "unused"
            case _:
                pass
    return "unused" if suggested else ""


def _plain(text: str) -> str:
    return " ".join(text.split())[:COMPARED]


def _sample(every: Sequence[T], key: Callable[[T], str], most: int) -> list[T]:
    """At most so many, always the same ones, in their order."""
    if len(every) <= most:
        return list(every)
    chosen = sorted(every, key=lambda one: hashlib.sha256(key(one).encode()).digest())[:most]
    kept = {key(one) for one in chosen}
    return [one for one in every if key(one) in kept]
