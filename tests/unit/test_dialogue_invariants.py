"""What holds whatever customers and companies say, in any order, at any moment."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.domain.dialogue import engine
from switchboard.domain.dialogue import events as de
from switchboard.domain.dialogue.flow import Call, Confirm
from switchboard.domain.dialogue.state import EMPTY, Dialogue, folded, from_plain, to_plain
from switchboard.domain.dialogue.turn import HandOver, Hearing, Turn
from switchboard.domain.event import Event
from switchboard.domain.understanding import Understanding
from tests.unit.dialogue_shop import ANSWERS, START, Customer, ShopBook, company, sure

BOOK = ShopBook()
LANGUAGES = ["en", "de", "fr", "es", "pt", "it", "ru", "zh", "ja", "ko", "ar", "hi", "und", "xx"]
INTENTS = [*BOOK.flows, "affirm", "deny", "greeting", "goodbye", "praise", "store_info", "return_policy", "complaint", "out_of_scope"]
PHRASES = [
    "SB-42155", "41770", "sb 99999", "SB-90000", "yes", "no", "no wait, I meant SB-41770",
    "yes but to the other address: 12 Elm Street, York",
    "Hauptstr. 12, 10115 Berlin", "forget it", "cancel", "stop", "where is it now?", "thanks", "hello?", "it arrived broken",
    "the alpine jacket in M", "L", "pause it", "anna@example.org", "ja", "nein", "是的", "算了", "はい", "네", "نعم", "हाँ", "да",
    "no, it's too small",
    "", "   ", "👍", "?", "{order}", "{found.status}", "\u202eSB-42155\u202c", "a" * 5000, "1" * 3000, "\x00\x1b[31m", "😀" * 50,
    "no\nno\nyes",
]  # fmt: skip

texts = st.sampled_from(PHRASES) | st.text(max_size=60) | st.tuples(st.sampled_from(PHRASES), st.sampled_from(PHRASES)).map(" ".join)
messages = st.tuples(texts, st.sampled_from(INTENTS), st.sampled_from([0.2, 0.55, 0.9]))
plain = st.tuples(texts, st.just("out_of_scope"), st.just(0.2))
outcomes = st.sampled_from(["as the shop", "as the shop", "as the shop", "not_found", "refused", "failed", "bad_address", "odd"])
answers = st.tuples(st.just("answer"), outcomes)
moves_of_two = st.lists(st.tuples(st.just("write"), plain | messages) | answers | answers, min_size=1, max_size=16)


def write(text: str, intent: str = "out_of_scope") -> tuple[str, Any]:
    return "write", (text, intent, 0.9 if intent != "out_of_scope" else 0.2)


HOSTILE = ["{order}", "{found.status|order_status}", "\u202e\u2066txt", "a\x00b\x1b[0m", "{" * 500]
ANSWER = ("answer", "as the shop")
OPENINGS: list[list[Any]] = [
    [],
    [write("change the address of SB-42155", "address_change"), ANSWER],
    [write("change the address of SB-42155 to 12 Elm Street, York", "address_change"), ANSWER],
    [write("cancel SB-42155", "order_cancel")],
    [write("cancel SB-42155", "order_cancel"), ANSWER],
    [write("cancel SB-42155", "order_cancel"), ANSWER, write("yes")],
    [write("return SB-42155", "return_request"), ANSWER, write("it arrived broken")],
    [write("stop my subscription", "subscription")],
    [write("the alpine jacket", "stock_availability"), ANSWER],
    [write("where is it", "order_status"), write("cancel", "order_cancel"), write("back", "return_request")],
    [write("where is SB-42155", "order_status"), ANSWER],
]
steps = st.tuples(st.sampled_from(OPENINGS), moves_of_two).map(lambda parts: [*parts[0], *parts[1]])


class Play:
    """Plays steps, and checks every turn as it comes."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.d = EMPTY
        self.history: list[tuple[Event, Any]] = []
        self.turns: list[Turn] = []
        self.calls = 0
        self.at = START
        self.messages = 0
        self.shown: dict[str, dict[str, str]] = {}  # depth of the flow -> values of the confirmation asked last
        self.fresh: set[str] = set()  # asked in this turn: the customer has not seen it
        self.agreed: dict[str, dict[str, str]] = {}

    @property
    def means(self) -> dict[str, Any]:
        return {"language": self.language, "sure": sure, "new_call": self._new_call, "answer": lambda u: ANSWERS.get(u.intent, "")}

    def _new_call(self) -> str:
        self.calls += 1
        return f"call-{self.calls}"

    def step(self, kind: str, what: Any) -> None:
        if kind == "write":
            text, intent, confidence = what
            self.write(text, intent, confidence)
        elif self.d.call:
            self.answer(what)

    def write(self, text: str, intent: str = "out_of_scope", confidence: float = 0.2) -> None:
        self.messages += 1
        h = Hearing(f"m{self.messages}", text, Understanding(intent, confidence, self.language), self.at)
        before = self.d
        self._take(engine.hear(BOOK, self.d, h, **self.means))
        if before.call and self.d.frames:
            assert self.d.deferred[-1].message == h.message, "what is said while a call is out is kept"

    def answer(self, outcome: str) -> None:
        request = next(e for e, _ in reversed(self.history) if isinstance(e, de.ActionRequested) and e.call == self.d.call)
        found, data = company(request) if outcome == "as the shop" else (outcome, {"reason": "{order}\u202e"})
        done = de.ActionDone(request.call, request.flow, request.action, found, data)
        self._take(engine.resume(BOOK, self.d, done, self.at, **self.means))

    def _take(self, turn: Turn) -> None:
        self.turns.append(turn)
        self.fresh.clear()
        assert len(turn.events) < 120
        assert all(isinstance(text, str) and text.strip() for text in turn.say)
        for event in turn.events:
            self._check(event)
            self.d = folded(self.d, event, self.at)
            self.history.append((event, self.at))
        self._settled(turn)
        self.at += timedelta(seconds=7)

    def _check(self, event: Event) -> None:
        """Nothing is requested but what was confirmed, where the flow confirms."""
        frame = self.d.top
        key = str(len(self.d.frames))
        match event:
            case de.SlotAsked() if event.slot.startswith("confirm"):
                assert frame is not None
                self.shown[key] = dict(frame.values)
                self.fresh.add(key)
            case de.Confirmed():
                assert frame is not None
                assert frame.confirming
                assert key not in self.fresh, "nobody agrees to what they have not seen"
                self.agreed[key] = self.shown[key]
            case de.ActionRequested():
                assert frame is not None
                assert event.call not in [e.call for e, _ in self.history if isinstance(e, de.ActionRequested)]
                flow = BOOK.flow(frame.flow, 1)
                place = next(n for n, s in enumerate(flow.steps) if isinstance(s, Call) and s.into == event.into)
                if any(isinstance(s, Confirm) for s in flow.steps[:place]):
                    agreed = self.agreed.get(key, {})
                    step = flow.steps[place]
                    assert isinstance(step, Call)
                    assert all(agreed.get(slot) == event.arguments[name] for name, slot in step.arguments.items())
            case de.FlowEnded():
                self.shown.pop(key, None)
                self.agreed.pop(key, None)
            case _:
                pass

    def _settled(self, turn: Turn) -> None:
        """After a turn there is a question, a call, or no flow at all."""
        frame = self.d.top
        if isinstance(turn.outcome, HandOver):
            assert frame is None or not turn.events
        elif frame is not None:
            assert frame.waiting, "every flow under way waits for something"
            assert self.d.deadline is not None
            assert self.d.call or turn.say, "a customer who is asked hears the question"
            assert self.d.deadline > self.at - timedelta(seconds=7)


def played(language: str, moves: list[Any]) -> Play:
    p = Play(language)
    for kind, what in moves:
        p.step(kind, what)
    return p


@settings(max_examples=300, deadline=None)
@given(language=st.sampled_from(LANGUAGES), moves=steps)
def test_whatever_is_said_the_fold_of_the_events_is_the_state_and_the_same_history_gives_the_same_events(
    language: str, moves: list[Any]
) -> None:  # fmt: skip
    first, second = played(language, moves), played(language, moves)
    assert first.turns == second.turns
    d = EMPTY
    for event, at in first.history:
        d = folded(d, event, at)
    assert d == first.d
    assert from_plain(to_plain(d)) == d
    assert from_plain(json.loads(json.dumps(to_plain(d)))) == d


@settings(max_examples=150, deadline=None)
@given(language=st.sampled_from(LANGUAGES), moves=steps)
def test_whatever_was_said_a_customer_who_is_not_understood_reaches_people_in_a_few_turns(language: str, moves: list[Any]) -> None:
    p = played(language, moves)
    for _ in range(60):
        if not p.d.frames:
            return
        if p.d.call:
            p.answer("as the shop")
        else:
            p.write("qwxz qwxz")
    raise AssertionError(f"{p.d.frames} still waits")


@settings(max_examples=150, deadline=None)
@given(language=st.sampled_from(LANGUAGES), moves=steps, words=st.lists(messages, min_size=1, max_size=6))
def test_whatever_was_said_while_a_call_was_out_is_heard_or_handed_over(language: str, moves: list[Any], words: list[Any]) -> None:
    p = played(language, moves)
    if not p.d.call:
        return
    for text, intent, confidence in words:
        p.write(text, intent, confidence)
    for _ in range(40):
        if not p.d.call:
            break
        p.answer("as the shop")
    handed = any(isinstance(t.outcome, HandOver) for t in p.turns)
    assert handed or not p.d.deferred or len(p.d.frames) == 3, "only what waits for a flow to end still waits"


@settings(max_examples=100, deadline=None)
@given(language=st.sampled_from(LANGUAGES), moves=steps)
def test_after_silence_nothing_is_open(language: str, moves: list[Any]) -> None:
    p = played(language, moves)
    turn = engine.expire(BOOK, p.d, p.at + timedelta(days=1), language=language)
    d = p.d
    for event in turn.events:
        d = folded(d, event, p.at)
    assert not d.frames
    assert bool(turn.events) is bool(p.d.frames)


@settings(max_examples=200, deadline=None)
@given(value=st.text(max_size=200) | st.sampled_from(HOSTILE))
def test_a_value_is_shown_and_never_read(value: str) -> None:
    c = Customer()
    c.write("I want to send SB-42155 back", "return_request")
    c.write(f"broken {value}")
    shown = "\n".join(c.said)
    assert not set(shown) & set("\x00\x1b\u202e\u2066")
    if "{" in value and c.waiting == "confirm":
        assert "on its way" not in shown


@settings(max_examples=25, deadline=None)
@given(character=st.characters(), language=st.sampled_from(LANGUAGES))
def test_a_hundred_kilobytes_are_read_as_far_as_they_are_read(character: str, language: str) -> None:
    c = Customer(language=language)
    for text in (character * 100_000, f"SB-42155 {character} " * 8_000):
        c.write(text, "address_change")
        c.write(text)
    assert len(json.dumps(to_plain(c.d))) < 40_000


def test_the_state_survives_being_stored_with_everything_in_it() -> None:
    c = Customer(slow=True)
    c.write("is the Alpine jacket in stock in M?", "stock_availability")
    c.write("hello?")
    c.answer()
    c.answer()
    c.write("return SB-42155", "return_request")
    c.write("hello?")
    d = replace(c.d, closing=True, ended="order_status")
    stored = json.loads(json.dumps(to_plain(d)))
    assert from_plain(stored) == d
    assert from_plain({}) == EMPTY
    assert to_plain(EMPTY) == {}
    assert isinstance(from_plain(stored), Dialogue)
