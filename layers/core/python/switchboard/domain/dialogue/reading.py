"""Flows and lists of words from JSON's types. Raises Malformed, which names the part at fault, e.g. `steps[2].with`."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NoReturn

from switchboard.domain.dialogue.flow import (
    SECOND,
    Ask,
    Call,
    Confirm,
    Flow,
    Otherwise,
    Say,
    Scalar,
    Slot,
    SlotKind,
    Step,
    Texts,
    When,
    Words,
)  # fmt: skip
from switchboard.domain.dialogue.reading_slots import as_object, read_slot, read_texts, wrong
from switchboard.domain.dialogue.texts import PLACEHOLDER
from switchboard.domain.errors import Malformed

STEPS, SLOTS, OUTCOMES, CONDITIONS, KIN = 30, 12, 20, 5, 5
LEAST_SECONDS, MOST_SECONDS, SECONDS = 60, 86_400, 1800
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_ENDS = ("done", "refused", "cancelled", "failed")
_FORMS = frozenset({"date", "money", "list"})


def parse(name: str, data: object, *, default: str = "en", lists: Collection[str] | None = None) -> Flow:
    """The flow of a document. `default`: the language every text has, which fills in for others. `lists`: the lists of words there
    are; None: texts may name any."""
    if not _NAME.fullmatch(name):
        raise Malformed("a flow has the name of the intent it serves: small letters, digits and _")
    document = as_object(data, "the flow", ("steps",), ("timeout", "slots", "done", "guess", "kin"))
    slots_data = as_object(document.get("slots", {}), "slots", (), None)
    if len(slots_data) > SLOTS:
        wrong("slots", f"are at most {SLOTS}")
    slots = {_slot_name(slot): read_slot(slot, value, default, f"slots.{slot}") for slot, value in slots_data.items()}
    steps = _Steps(slots, default, lists).read(document["steps"])
    known = _Names(frozenset(slots), frozenset(s.into for s in steps if isinstance(s, Call)), lists)
    for slot in slots.values():
        _check_slot(slot, known)
    done = read_texts(document["done"], default, "done") if "done" in document else {}
    known.check(done, "done")
    timeout = document.get("timeout", SECONDS)
    if isinstance(timeout, bool) or not isinstance(timeout, int) or not LEAST_SECONDS <= timeout <= MOST_SECONDS:
        wrong("timeout", f"is a whole number of seconds from {LEAST_SECONDS} to {MOST_SECONDS}")
    guess = document.get("guess", True)
    if not isinstance(guess, bool):
        wrong("guess", "is true or false")
    kin = document.get("kin", [])
    if not isinstance(kin, list | tuple) or len(kin) > KIN or name in kin:
        wrong("kin", f"is a list of at most {KIN} other flows")
    related = tuple(_named(each, "kin") for each in kin)
    return Flow(name, slots, tuple(steps), done, timeout, default, guess, _digest(document), related)


def _digest(document: Mapping[str, Any]) -> str:
    """The same for the same document, however it was written down."""
    return hashlib.sha256(json.dumps(document, sort_keys=True, default=str).encode()).hexdigest()[:16]


def parse_words(data: object, *, default: str = "en") -> Words:
    """Lists of words: name -> language -> text, or name -> value -> language -> text."""
    lists: dict[str, Mapping[str, Texts]] = {}
    for name, values in as_object(data, "the words", (), None).items():
        entries = as_object(values, str(name), (), None)
        nested = all(isinstance(v, Mapping) for v in entries.values())
        texts = entries if nested else {"": entries}
        lists[str(name)] = {str(v): read_texts(t, default, f"{name}.{v}" if v else str(name)) for v, t in texts.items()}
    return Words(lists, default)


def _slot_name(name: object) -> str:
    if not isinstance(name, str) or not _NAME.fullmatch(name) or name == "confirm":
        wrong(f"slots.{str(name)[:40]}", "is no name for a slot: small letters, digits and _, and not 'confirm'")
    return name


def _check_slot(slot: Slot, known: _Names) -> None:
    place = f"slots.{slot.name}"
    known.check(slot.ask, f"{place}.ask")
    known.check(slot.again, f"{place}.again", extra=("value",))
    if slot.kind is SlotKind.ONE_OF and slot.source.partition(".")[0] not in known.results:
        wrong(f"{place}.from", "names a result no step has, as 'into.field'")


class _Names:
    """The names texts may use."""

    def __init__(self, slots: frozenset[str], results: frozenset[str], lists: Collection[str] | None) -> None:
        self.slots = slots
        self.results = results
        self._lists = lists

    def check(self, texts: Texts, place: str, extra: Sequence[str] = ()) -> None:
        for language, text in texts.items():
            for found in PLACEHOLDER.finditer(text):
                name, part, form = found.groups()
                if not (name in self.results if part else name in self.slots or name in extra):
                    wrong(f"{place}.{language}", f"names {found[0]!r}, which is neither a slot nor a result's field")
                if form and form not in _FORMS and self._lists is not None and form not in self._lists:
                    wrong(f"{place}.{language}", f"knows no list of words {form!r}")

    def path(self, path: object, place: str) -> str:
        name, _, part = path.partition(".") if isinstance(path, str) else ("", "", "")
        if not (name in self.results if part else name in self.slots or name == SECOND):
            wrong(place, "is a slot or a field of an earlier result, as 'into.field'")
        return str(path)


class _Steps:
    """Reads the steps in order, knowing what came before each."""

    def __init__(self, slots: Mapping[str, Slot], default: str, lists: Collection[str] | None) -> None:
        self._slots = slots
        self._default = default
        self._lists = lists
        self._asked: list[str] = []
        self._results: list[str] = []
        self._confirms = 0
        self._unshown: set[str] = set()  # asked since the last confirmation

    def read(self, data: object) -> list[Step]:
        if not isinstance(data, list | tuple) or not 1 <= len(data) <= STEPS:
            wrong("steps", f"is a list of 1 to {STEPS}")
        return [self._step(value, f"steps[{n}]") for n, value in enumerate(data)]

    @property
    def _names(self) -> _Names:
        return _Names(frozenset(self._slots), frozenset(self._results), self._lists)

    def _step(self, value: object, place: str) -> Step:
        step = as_object(value, place, (), None)
        kinds = [k for k in ("ask", "call", "confirm", "offer", "say") if k in step]
        if len(kinds) != 1:
            wrong(place, "is one of ask, call, confirm, offer or say")
        when = self._conditions(step["when"], f"{place}.when") if "when" in step else ()
        if kinds[0] == "call":
            return self._call(step, place, when)
        as_object(step, place, (kinds[0],), ("when",))
        if kinds[0] == "ask":
            return self._ask(step["ask"], f"{place}.ask", when)
        texts = read_texts(step[kinds[0]], self._default, f"{place}.{kinds[0]}")
        self._names.check(texts, f"{place}.{kinds[0]}")
        if kinds[0] == "say":
            return Say(texts, when)
        self._confirms += 1
        self._unshown.clear()
        name = "confirm" if self._confirms == 1 else f"confirm.{self._confirms}"
        shown = [f[1] for text in texts.values() for f in PLACEHOLDER.finditer(text) if not f[2]]
        return Confirm(name, texts, tuple(dict.fromkeys((*self._asked, *shown))), when, kinds[0] == "offer")

    def _ask(self, slot: object, place: str, when: tuple[When, ...]) -> Ask:
        if not isinstance(slot, str) or slot not in self._slots:
            wrong(place, "names no slot of this flow")
        source = self._slots[slot].source
        if source and source.partition(".")[0] not in self._results:
            wrong(place, f"comes before the call that has {source!r}")
        self._asked.append(slot)
        self._unshown.add(slot)
        return Ask(slot, when)

    def _call(self, step: Mapping[str, object], place: str, when: tuple[When, ...]) -> Call:
        as_object(step, place, ("call",), ("with", "for", "into", "otherwise", "when"))
        action = _named(step["call"], f"{place}.call")
        into = _named(step.get("into", action), f"{place}.into")
        if into in self._results or into in self._slots:
            wrong(f"{place}.into", f"is taken: {into!r} names something else already")
        arguments = self._arguments(step.get("with", []), f"{place}.with")
        purpose = _named(step["for"], f"{place}.for") if "for" in step else ""
        self._results.append(into)
        data = as_object(step.get("otherwise", {}), f"{place}.otherwise", (), None)
        if len(data) > OUTCOMES or "ok" in data:
            wrong(f"{place}.otherwise", f"names at most {OUTCOMES} outcomes, and not 'ok'")
        otherwise = {
            _named(outcome, f"{place}.otherwise"): self._otherwise(value, f"{place}.otherwise.{outcome}")
            for outcome, value in data.items()
        }
        return Call(action, arguments, into, purpose, otherwise, when)

    def _arguments(self, data: object, place: str) -> Mapping[str, str]:
        if not isinstance(data, Mapping | list | tuple):
            wrong(place, "is a list of slots, or maps the company's names to slots")
        pairs = data if isinstance(data, Mapping) else {slot: slot for slot in data if isinstance(slot, str)}
        if len(pairs) != len(data):
            wrong(place, "names each slot once")
        for argument, slot in pairs.items():
            _named(argument, place)
            if slot not in self._asked:
                wrong(place, f"needs {str(slot)[:40]!r}, which no earlier step asks for")
            if self._confirms and slot in self._unshown:
                wrong(place, f"needs {slot!r}, which is asked after the confirmation; ask it before")
        return dict(pairs)

    def _otherwise(self, value: object, place: str) -> Otherwise:
        data = as_object(value, place, (), ("ask", "end", "say", "instead"))
        if ("ask" in data) == ("end" in data):
            wrong(place, "has either 'ask' or 'end'")
        ask, end = data.get("ask", ""), data.get("end", "")
        if "ask" in data and ask not in self._asked:
            wrong(f"{place}.ask", "names no slot that an earlier step asks for")
        if "end" in data and end not in _ENDS:
            wrong(f"{place}.end", f"is one of {', '.join(_ENDS)}")
        say = read_texts(data["say"], self._default, f"{place}.say") if "say" in data else {}
        self._names.check(say, f"{place}.say")
        given = as_object(data.get("instead", {}), f"{place}.instead", (), None)
        if given and (end != "refused" or len(given) > OUTCOMES):
            wrong(f"{place}.instead", f"names flows for at most {OUTCOMES} reasons, beside 'end: refused'")
        instead = {reason: _named(flow, f"{place}.instead") for reason, flow in given.items()}
        return Otherwise(str(ask), str(end), say, instead)

    def _conditions(self, value: object, place: str) -> tuple[When, ...]:
        if isinstance(value, list | tuple) and 1 <= len(value) <= CONDITIONS:
            return tuple(self._when(v, f"{place}[{n}]") for n, v in enumerate(value))
        return (self._when(value, place),)

    def _when(self, value: object, place: str) -> When:
        data = as_object(value, place, ("value",), ("is", "in", "is_not"))
        tests = [t for t in ("is", "in", "is_not") if t in data]
        if len(tests) != 1:
            wrong(place, "has one of 'is', 'in' and 'is_not'")
        path = self._names.path(data["value"], f"{place}.value")
        against = data[tests[0]]
        among = against if tests[0] == "in" else [against]
        if not isinstance(among, list | tuple) or not 1 <= len(among) <= OUTCOMES or not all(_is_scalar(a) for a in among):
            wrong(f"{place}.{tests[0]}", "is a text, a number, true or false; of 'in' a list of them")
        scalars: tuple[Scalar, ...] = tuple(among)
        return When(path, scalars, tests[0] == "is_not")


def _is_scalar(value: object) -> bool:
    return isinstance(value, str | bool | int | float)


def _named(value: object, place: str) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        _no_name(place)
    return value


def _no_name(place: str) -> NoReturn:
    wrong(place, "is a name: 1 to 40 small letters, digits and _, a letter first")
