"""A translation by a machine, so that nothing is lost on the way: lines keep their number, what must survive is shielded, and an
answer that damaged it is not taken.

All lines of all texts go to the engine in as few calls as its limit allows, one line each. A line whose marks did not come back as
they were is sent piecewise, its words between what is kept; if that fails too, its text is not translated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from switchboard.domain.translation.cutting import batches, fitting, size
from switchboard.domain.translation.glossary import NO_TERMS, Terms
from switchboard.domain.translation.result import Outcome, Reason
from switchboard.domain.translation.shielding import Marks, Piece, pieces, wordless

MOST_CHARACTERS = 20_000  # of a text
GLOSSARY = "glossary"  # who translated, where the company's terms did


@dataclass(frozen=True, slots=True)
class Answer:
    """What an engine says to a call: the text, or why there is none."""

    text: str = ""
    refused: Reason | None = None


class Engine(Protocol):
    """Something that translates. `limit`: bytes it takes in a call. Lines of what it is told are lines of what it answers, mostly."""

    @property
    def name(self) -> str: ...

    @property
    def limit(self) -> int: ...

    @property
    def marks(self) -> Marks: ...

    def say(self, text: str, source: str, target: str) -> Answer: ...


@dataclass(slots=True)
class _Unit:
    """A line, or a part of a long one. `blank_before` and `blank_after` go round the engine."""

    parts: list[Piece]
    blank_before: str
    blank_after: str
    marked: str = ""
    values: dict[str, str] = field(default_factory=dict)
    done: str | None = None
    refused: Reason | None = None

    @property
    def plain(self) -> str:
        return "".join(p.text for p in self.parts)

    def finish(self, words: str) -> None:
        self.done = f"{self.blank_before}{words}{self.blank_after}"


def translate(engine: Engine, texts: Sequence[str], source: str, target: str, terms: Terms = NO_TERMS) -> list[Outcome]:
    """One outcome a text, in order. The same text twice is translated once."""
    work = _Work(engine, source, target)
    split = {text: _lines(text, terms, engine.limit // 2) for text in texts if len(text) <= MOST_CHARACTERS}
    work.do([unit for lines in split.values() for line in lines for unit in line])
    return [_outcome(engine.name, text, split[text]) if text in split else Outcome(reason=Reason.TOO_LONG) for text in texts]


def _lines(text: str, terms: Terms, limit: int) -> list[list[_Unit]]:
    return [[_unit(part, terms) for part in fitting(line, limit)] for line in text.split("\n")]


def _unit(text: str, terms: Terms) -> _Unit:
    core = text.strip()
    before = text[: len(text) - len(text.lstrip())]
    unit = _Unit(pieces(core, terms), before, text[len(before) + len(core) :])
    if wordless(unit.parts):
        unit.finish(unit.plain)
    return unit


def _outcome(name: str, text: str, lines: list[list[_Unit]]) -> Outcome:
    units = [unit for line in lines for unit in line]
    if failed := next((u.refused for u in units if u.done is None), None):
        return Outcome(reason=failed)
    whole = "\n".join("".join(u.done or "" for u in line) for line in lines)
    if any(u.marked for u in units):
        return Outcome(whole, name)
    return Outcome(whole, GLOSSARY) if whole != text else Outcome(reason=Reason.WORDLESS)


@dataclass(frozen=True, slots=True)
class _Work:
    engine: Engine
    source: str
    target: str

    def do(self, units: list[_Unit]) -> None:
        waiting, number = [u for u in units if u.done is None], 0
        for unit in waiting:
            unit.marked, unit.values = self.engine.marks.marked(unit.parts, number)
            number += len(unit.values)
        for batch in batches(waiting, lambda u: size(u.marked) + 1, self.engine.limit):
            self._say(batch)
        for unit in waiting:
            if unit.done is None and unit.refused is Reason.DAMAGED and unit.values:
                self._piecewise(unit)

    def _say(self, batch: list[_Unit]) -> None:
        text = "\n".join(u.marked for u in batch)
        too_long = size(text) > self.engine.limit  # a single line, of signs and numbers whose marks are longer than they
        answer = Answer(refused=Reason.TOO_LONG) if too_long else self.engine.say(text, self.source, self.target)
        if answer.refused is not None:
            for unit in batch:
                unit.refused = answer.refused
            return
        lines = answer.text.split("\n") if len(batch) > 1 else [" ".join(answer.text.split("\n"))]
        if len(lines) != len(batch):  # lines ran together: which is whose cannot be told, so each half is asked for again
            self._say(batch[: len(batch) // 2])
            self._say(batch[len(batch) // 2 :])
            return
        for unit, line in zip(batch, lines, strict=True):
            words = self.engine.marks.restored(line.strip(), unit.values)
            if words:
                unit.finish(words)
            else:
                unit.refused = Reason.DAMAGED

    def _piecewise(self, unit: _Unit) -> None:
        """The words between what is kept, each by itself; what is kept stays where it was."""
        between = [_unit(part.text, NO_TERMS) for part in unit.parts if not part.kept]
        spoken = [u for u in between if u.done is None]
        for each in spoken:
            each.marked, each.values = self.engine.marks.marked(each.parts)
        for batch in batches(spoken, lambda u: size(u.marked) + 1, self.engine.limit):
            self._say(batch)
        if failed := next((u.refused for u in between if u.done is None), None):
            unit.refused = failed
            return
        words = iter(u.done or "" for u in between)
        unit.finish("".join(part.text if part.kept else next(words) for part in unit.parts))
