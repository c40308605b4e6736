"""The patterns of `matches`: the part of regular expressions that people who write rules need, read into an automaton.

Literals, `.`, `[a-z]`, `[^a-z]`, `\\d \\w \\s` and their capitals, `\\n \\t`, `\\` before a punctuation mark, `^ $ \\b`,
`( )`, `(?: )`, `|`, and the quantifiers `? * + {n} {n,} {n,m}`. Case is ignored; `^` and `$` are the ends of the text.
Refused: a repetition within a repetition, back references, look-around, and lazy quantifiers (they change what is captured, and
nothing is)."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.domain.errors import Malformed
from switchboard.domain.rules import limits
from switchboard.domain.rules.automaton import Automaton, Chars, Here, Step, assemble

_KINDS = "dwsDWS"
_CONTROLS = {"n": "\n", "t": "\t"}
_ANY = Chars((("\n", "\n"),), negated=True)


@dataclass(frozen=True, slots=True)
class _Sequence:
    parts: tuple[_Node, ...]


@dataclass(frozen=True, slots=True)
class _Choice:
    parts: tuple[_Node, ...]


@dataclass(frozen=True, slots=True)
class _Repeat:
    part: _Node
    least: int
    most: int | None

    @property
    def repeats(self) -> bool:
        """`?` repeats nothing: it is no repetition."""
        return self.most is None or self.most > 1


_Node = Chars | Here | _Sequence | _Choice | _Repeat


def compile_pattern(source: str) -> Automaton:
    """The automaton of a pattern. Raises Malformed, which says what is wrong with it and at which character (from 1)."""
    if not source or len(source) > limits.PATTERN_CHARACTERS:
        raise Malformed(f"a pattern has 1 to {limits.PATTERN_CHARACTERS} characters")
    reader = _Reader(source)
    tree = reader.choice(0)
    if not reader.done:
        raise reader.wrong("')' closes no group")
    steps: list[Step] = []
    _emit(tree, steps)
    return assemble(tuple(steps))


def _repeats(node: _Node) -> bool:
    match node:
        case _Repeat():
            return node.repeats or _repeats(node.part)
        case _Sequence(parts) | _Choice(parts):
            return any(map(_repeats, parts))
        case _:
            return False


class _Reader:
    """Recursive descent over the pattern's characters; groups are bounded, hence the depth of the recursion."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0

    @property
    def done(self) -> bool:
        return self._at == len(self._source)

    @property
    def _next(self) -> str:
        return self._source[self._at : self._at + 1]

    def wrong(self, why: str) -> Malformed:
        return Malformed(f"at character {self._at + 1} of the pattern: {why}")

    def _take(self) -> str:
        if self.done:
            raise self.wrong("it ends too early")
        self._at += 1
        return self._source[self._at - 1]

    def _skip(self, expected: str) -> bool:
        found = self._source.startswith(expected, self._at)
        self._at += len(expected) if found else 0
        return found

    def choice(self, depth: int) -> _Node:
        if depth > limits.PATTERN_GROUPS:
            raise self.wrong(f"at most {limits.PATTERN_GROUPS} groups may lie within each other")
        parts = [self._sequence(depth)]
        while self._skip("|"):
            parts.append(self._sequence(depth))
        return parts[0] if len(parts) == 1 else _Choice(tuple(parts))

    def _sequence(self, depth: int) -> _Node:
        parts: list[_Node] = []
        while self._next not in ("", "|", ")"):
            parts.append(self._quantified(self._atom(depth)))
        return parts[0] if len(parts) == 1 else _Sequence(tuple(parts))

    def _atom(self, depth: int) -> _Node:
        match self._take():
            case "(":
                if self._next == "?" and not self._skip("?:"):
                    raise self.wrong("of the groups that begin with '(?' only '(?:' is known")
                inner = self.choice(depth + 1)
                if not self._skip(")"):
                    raise self.wrong("a group is not closed")
                return inner
            case "[":
                return self._set()
            case ".":
                return _ANY
            case "^":
                return Here.START
            case "$":
                return Here.END
            case "\\":
                if self._skip("b"):
                    return Here.BOUNDARY
                return self._escaped()
            case "*" | "+" | "?" | "{" as sign:
                raise self.wrong(f"'{sign}' has nothing to repeat; write '\\{sign}' for the character itself")
            case character:
                return Chars(((character, character),))

    def _escaped(self) -> Chars:
        character = self._take()
        if character in _KINDS:
            return Chars(kinds=character)
        if character in _CONTROLS:
            return Chars(((_CONTROLS[character],) * 2,))
        if character.isalnum():
            raise self.wrong("after '\\' only d, w, s, D, W, S, n, t, b and punctuation are known")
        return Chars(((character, character),))

    def _set(self) -> Chars:
        negated = self._skip("^")
        ranges: list[tuple[str, str]] = []
        kinds = ""
        while not self._skip("]"):
            low = self._member()
            kinds += low.kinds
            if low.kinds or self._next != "-" or self._source.startswith("-]", self._at):
                ranges += low.ranges
                continue
            self._take()
            high = self._member()
            if high.kinds or high.ranges[0][0] < low.ranges[0][0]:
                raise self.wrong("a range goes from a character to a later one")
            ranges.append((low.ranges[0][0], high.ranges[0][0]))
        if not ranges and not kinds:
            raise self.wrong("a set is empty; write '\\]' for the character itself")
        return Chars(tuple(ranges), kinds, negated)

    def _member(self) -> Chars:
        character = self._take()
        if character == "[":
            raise self.wrong("write '\\[' for the character itself")  # `re` may give it a meaning one day
        return self._escaped() if character == "\\" else Chars(((character, character),))

    def _quantified(self, node: _Node) -> _Node:
        bounds = self._bounds()
        if bounds is None:
            return node
        if isinstance(node, Here):
            raise self.wrong("a place cannot be repeated")
        repeat = _Repeat(node, *bounds)
        if repeat.repeats and _repeats(node):
            raise self.wrong("a repetition within a repetition is refused; repeat either the part or the whole")
        if self._next and self._next in "*+?{":
            raise self.wrong("a quantifier follows a quantifier")
        return repeat

    def _bounds(self) -> tuple[int, int | None] | None:
        for sign, bounds in (("?", (0, 1)), ("*", (0, None)), ("+", (1, None))):
            if self._skip(sign):
                return bounds
        if not self._skip("{"):
            return None
        inside, closed, _ = self._source[self._at :].partition("}")
        least, comma, most = inside.partition(",")
        numbers = [n for n in (least, most) if n]
        if not closed or not least or not all(n.isascii() and n.isdigit() and len(n) <= 3 for n in numbers):
            raise self.wrong("a count is written {2}, {2,} or {2,4}; write '\\{' for the character itself")
        self._at += len(inside) + 1
        low, high = int(least), int(most) if most else None if comma else int(least)
        if low > limits.PATTERN_REPEATS or (high is not None and not max(low, 1) <= high <= limits.PATTERN_REPEATS):
            raise self.wrong(f"a count goes up to {limits.PATTERN_REPEATS}, and from the smaller to the larger")
        return low, high


def _emit(node: _Node, steps: list[Step]) -> None:
    """Append the instructions of a node; what follows it comes right behind them."""
    if len(steps) > limits.PATTERN_STEPS:
        raise Malformed(f"the pattern is too large: written out it may have {limits.PATTERN_STEPS} steps")
    match node:
        case Chars():
            steps.append(Step(chars=node))
        case Here():
            steps.append(Step(here=node))
        case _Sequence(parts):
            for part in parts:
                _emit(part, steps)
        case _Choice(parts):
            _emit_choice(parts, steps)
        case _Repeat():
            _emit_repeat(node, steps)
    if len(steps) > limits.PATTERN_STEPS:
        raise Malformed(f"the pattern is too large: written out it may have {limits.PATTERN_STEPS} steps")


def _emit_choice(parts: tuple[_Node, ...], steps: list[Step]) -> None:
    ends = []
    for part in parts[:-1]:
        fork = len(steps)
        steps.append(Step())
        _emit(part, steps)
        ends.append(len(steps))
        steps.append(Step())
        steps[fork] = Step(to=(fork + 1, len(steps)))
    _emit(parts[-1], steps)
    for end in ends:
        steps[end] = Step(to=(len(steps),))


def _emit_repeat(repeat: _Repeat, steps: list[Step]) -> None:
    for _ in range(repeat.least):
        _emit(repeat.part, steps)
    if repeat.most is None:
        loop = len(steps)
        steps.append(Step())
        _emit(repeat.part, steps)
        steps.append(Step(to=(loop,)))
        steps[loop] = Step(to=(loop + 1, len(steps)))
        return
    forks = []
    for _ in range(repeat.most - repeat.least):
        forks.append(len(steps))
        steps.append(Step())
        _emit(repeat.part, steps)
    for fork in forks:
        steps[fork] = Step(to=(fork + 1, len(steps)))
