"""Pattern search in bounded time: a finite automaton walked over the text once, all its possibilities side by side.

A backtracking matcher (Python's `re`) tries possibilities one after the other and needs exponential time for some patterns, and a
high power of the text's length for many that look harmless. This one takes at most steps times characters, whatever both are.
Method: K. Thompson, "Regular Expression Search Algorithm", CACM 11(6), 1968; the sets of positions are bits of an int."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntFlag


class Here(IntFlag):
    """What is true of a place between two characters."""

    NOWHERE = 0
    START = 1
    END = 2
    BOUNDARY = 4  # a word begins or ends


_START, _END, _BOUNDARY = int(Here.START), int(Here.END), int(Here.BOUNDARY)  # plain ints: asked for every character


@dataclass(frozen=True, slots=True)
class Chars:
    """A set of characters, case ignored. `kinds` are of "d", "w", "s", and in capitals the rest."""

    ranges: tuple[tuple[str, str], ...] = ()
    kinds: str = ""
    negated: bool = False

    def __contains__(self, character: str) -> bool:
        return self.negated is not (
            any(low <= c <= high for c in variants(character) if len(c) == 1 for low, high in self.ranges)
            or any(_of_kind(character, kind) for kind in self.kinds)
        )


@dataclass(frozen=True, slots=True)
class Step:
    """An instruction. Exactly one of: takes a character of `chars`; passes where `here` is true; goes on at all of `to`.
    The first two go on at the next instruction."""

    chars: Chars | None = None
    here: Here = Here.NOWHERE
    to: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Automaton:
    """`literals` and `sets` say which instructions take a character: bit n stands for instruction n. The end of `steps` is success."""

    steps: tuple[Step, ...]
    literals: Mapping[str, int] = field(default_factory=dict)
    sets: tuple[tuple[Chars, int], ...] = ()
    asks_boundary: bool = False


def variants(character: str) -> tuple[str, ...]:
    """The forms in which a character counts as the same."""
    return (character, character.lower(), character.upper())


def is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _of_kind(character: str, kind: str) -> bool:
    match kind.lower():
        case "d":
            found = character.isdecimal()
        case "w":
            found = is_word(character)
        case _:
            found = character.isspace()
    return found is kind.islower()


def assemble(steps: tuple[Step, ...]) -> Automaton:
    """Index the instructions by the characters they take."""
    literals: dict[str, int] = {}
    sets: dict[Chars, int] = {}
    for number, step in enumerate(steps):
        if step.chars is None:
            continue
        match step.chars:
            case Chars(ranges=((low, high),), kinds="", negated=False) if low == high:
                for form in set(variants(low)):
                    literals[form] = literals.get(form, 0) | 1 << number
            case _:
                sets[step.chars] = sets.get(step.chars, 0) | 1 << number
    return Automaton(steps, literals, tuple(sets.items()), any(Here.BOUNDARY in step.here for step in steps))


def search(automaton: Automaton, text: str) -> bool:
    """Whether the pattern occurs anywhere in the text."""
    success = 1 << len(automaton.steps)
    takes: dict[str, int] = {}
    reach: dict[tuple[int, int], int] = {}
    active: dict[tuple[int, int], int] = {}
    taken = 0  # the instructions that took the last character
    for place in range(len(text) + 1):
        here = _here(automaton, text, place)
        now = active.get((taken, here))
        if now is None:
            now = _reach(automaton, 0, here, reach)  # the pattern may begin at every place
            rest = taken
            while rest:
                low = rest & -rest
                now |= _reach(automaton, low.bit_length(), here, reach)  # bit n is followed by instruction n + 1
                rest ^= low
            active[taken, here] = now
        if now & success:
            return True
        if place < len(text):
            character = text[place]
            mask = takes.get(character)
            if mask is None:
                mask = takes[character] = _takes(automaton, character)
            taken = now & mask
    return False


def _here(automaton: Automaton, text: str, place: int) -> int:
    here = _START if place == 0 else 0
    if place == len(text):
        here |= _END
    if automaton.asks_boundary:
        before = place > 0 and is_word(text[place - 1])
        after = place < len(text) and is_word(text[place])
        if before is not after:
            here |= _BOUNDARY
    return here


def _takes(automaton: Automaton, character: str) -> int:
    mask = 0
    for form in variants(character):
        mask |= automaton.literals.get(form, 0)
    for chars, steps in automaton.sets:
        if character in chars:
            mask |= steps
    return mask


def _reach(automaton: Automaton, start: int, here: int, known: dict[tuple[int, int], int]) -> int:
    """The instructions that could take the next character, and success, from `start` on without taking one."""
    if (found := known.get((start, here))) is not None:
        return found
    seen: set[int] = set()
    left = [start]
    reached = 0
    while left:
        at = left.pop()
        if at in seen:
            continue
        seen.add(at)
        if at == len(automaton.steps) or (step := automaton.steps[at]).chars is not None:
            reached |= 1 << at
        elif step.to:
            left.extend(step.to)
        elif step.here & here:
            left.append(at + 1)
    known[start, here] = reached
    return reached
