"""Conversations in two languages: what is translated, what is kept, and what is said where nothing is."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from switchboard.adapters.translation.machines import MachineTranslator
from switchboard.adapters.translation.offline import OfflineTranslator
from switchboard.application import views
from switchboard.application.translation import TranslationDesk
from switchboard.application.translation_ports import Translator
from switchboard.domain import events as ev
from switchboard.domain.conversation import Conversation
from switchboard.domain.errors import Forbidden, Malformed, Misconfigured, NotAllowedNow, NotFound, StaleVersion
from switchboard.domain.inbound import DeliveryStatus
from switchboard.domain.translation.events import MessageTranslated
from switchboard.domain.translation.machine import Answer
from switchboard.domain.translation.own_words import own_words
from switchboard.domain.translation.result import Reason
from switchboard.domain.understanding import OUT_OF_SCOPE, Understanding
from switchboard.entry.calls import Call
from switchboard.entry.desk_api import ROUTES
from switchboard.settings import Settings
from switchboard.translating import Translating
from tests.fakes.translator import MemoryEngine
from tests.unit.world import World, who

MIA, ADMIN = who("mia"), who("boss", "administrator")
GERMAN, UNHEARD = Understanding(OUT_OF_SCOPE, 1.0, "de", model="t"), Understanding(OUT_OF_SCOPE, 1.0, "und", model="t")


class Setting:
    """Mia serves Ann, who writes German; `engine` translates."""

    def __init__(self, world: World, translator: Translator | None = None) -> None:
        self.world, self.engine = world, MemoryEngine()
        self.made = world._made
        self.translating = Translating(self.made)
        vars(self.translating).update(translator=translator or MachineTranslator(self.engine))
        vars(self.made).update(translating=self.translating)
        world.hire("mia")
        self.c = self.write("Guten Tag, wo ist SB-10214?")
        assert self.c.owner == "mia"
        world.desk.accept(MIA, self.c.id)

    @property
    def desk(self) -> TranslationDesk:
        return self.translating.desk

    def write(self, text: str, u: Understanding = GERMAN) -> Conversation:
        return self.world.write("ann", u, text=text)

    def messages(self) -> list[str]:
        return [r.event.message for r in self.recorded() if isinstance(r.event, ev.MessageReceived | ev.MessageSent)]

    def recorded(self) -> list[ev.Recorded]:
        return self.world.store.events(self.c.ledger)

    def translated(self) -> list[MessageTranslated]:
        return [r.event for r in self.recorded() if isinstance(r.event, MessageTranslated)]

    def read(self, *messages: str, language: str = "en") -> dict[str, Any]:
        now = self.world.now_of(self.c)
        return dict(self.desk.thread(MIA, now, messages or self.messages(), language))


@pytest.fixture
def scene(world: World) -> Setting:
    return Setting(world)


@pytest.fixture
def offline(world: World) -> Setting:
    return Setting(world, OfflineTranslator())


# -- the customer's words -----------------------------------------------------------------------------


def test_a_message_is_translated_once_and_is_then_on_record(scene: Setting) -> None:
    first = scene.messages()[0]
    for _ in range(3):
        found = scene.read(first)[first]
        assert (found.text, found.by, found.translated, found.source) == ("Hello, wo ist SB-10214?", "memory", True, "de")
    assert len(scene.engine.heard) == 1
    assert [(t.message, t.language, t.by) for t in scene.translated()] == [(first, "en", "memory")]


def test_the_message_itself_stays_as_it_was(scene: Setting) -> None:
    scene.read()
    received = next(r.event for r in scene.recorded() if isinstance(r.event, ev.MessageReceived))
    assert received.content.text == "Guten Tag, wo ist SB-10214?"


def test_what_is_new_goes_out_in_one_call_and_one_commit(scene: Setting) -> None:
    scene.read(scene.messages()[0])
    for n in range(5):
        scene.write(f"Guten Tag {n}")
    before = scene.world.now_of(scene.c).version
    scene.read()
    assert len(scene.engine.heard) == 2
    assert scene.world.now_of(scene.c).version == before + 1
    assert len(scene.translated()) == 7  # the bot's word is among them


def test_very_much_text_is_kept_in_commits_that_the_ledger_can_hold(scene: Setting) -> None:
    for n in range(9):
        scene.write(f"Guten Tag {n} " + "x y " * 4_900)
    before = scene.world.now_of(scene.c).version
    assert all(t.translated for t in scene.read(*scene.messages()[-9:]).values())
    assert scene.world.now_of(scene.c).version == before + 2
    assert len(scene.translated()) == 9


def test_each_language_is_kept_by_itself(scene: Setting) -> None:
    first = scene.messages()[0]
    scene.read(first)
    scene.read(first, language="fr")
    assert {t.language for t in scene.translated()} == {"en", "fr"}


def test_who_lost_the_race_shows_the_winners(scene: Setting) -> None:
    first = scene.messages()[0]
    other = Setting.__new__(Setting)
    other.world, other.engine, other.c = scene.world, MemoryEngine(), scene.c
    other.engine.answers = lambda _: Answer("the winner's words ⟦XA⟧")
    other.translating = Translating(scene.made)
    vars(other.translating).update(translator=MachineTranslator(other.engine))
    scene.world.interfered.before_call(0, lambda: other.read(first), only="commit")
    assert scene.read(first)[first].text == "the winner's words SB-10214"
    assert len(scene.translated()) == 1


def test_the_customers_next_message_meanwhile_loses_nothing(scene: Setting) -> None:
    first = scene.messages()[0]
    scene.world.interfered.before_call(0, lambda: scene.write("Noch etwas"), only="commit")
    assert scene.read(first)[first].translated
    assert len(scene.translated()) == 1


def test_what_was_not_translated_is_not_on_record_and_asked_for_again(scene: Setting) -> None:
    first = scene.messages()[0]
    scene.engine.answers = lambda _: Answer(refused=Reason.BUSY)
    found = scene.read(first)[first]
    assert (found.translated, found.reason, found.text) == (False, Reason.BUSY, "Guten Tag, wo ist SB-10214?")
    assert scene.translated() == []
    scene.engine.answers = lambda _: None
    assert scene.read(first)[first].translated


def test_a_part_that_failed_does_not_hold_up_the_rest(scene: Setting) -> None:
    scene.write("您好", Understanding(OUT_OF_SCOPE, 1.0, "zh", model="t"))
    scene.engine.answers = lambda said: Answer(refused=Reason.PAIR) if "您好" in said else None
    first, second = scene.read(scene.messages()[0], scene.messages()[-1]).values()
    assert first.translated
    assert (second.translated, second.reason, second.source) == (False, Reason.PAIR, "zh")


def test_the_same_language_and_no_words_and_an_unknown_language(scene: Setting) -> None:
    scene.write("12345", GERMAN)
    assert {t.reason for t in scene.read(language="de").values()} == {Reason.SAME}
    assert scene.read(scene.messages()[-1]).popitem()[1].reason is Reason.WORDLESS
    stranger = scene.world.write("bo", UNHEARD, text="Xyzzy plugh")
    message = scene.world.last(stranger, ev.MessageReceived).message
    [found] = scene.desk.thread(MIA, stranger, [message], "en").values()
    assert found.reason is Reason.UNKNOWN_LANGUAGE
    assert scene.engine.heard == []


def test_messages_of_nobody_and_too_many_are_refused(scene: Setting) -> None:
    with pytest.raises(NotAllowedNow):
        scene.read("m-of-another-conversation")
    with pytest.raises(Malformed, match="50"):
        scene.read(*[f"m{n}" for n in range(51)])
    with pytest.raises(Malformed, match="language"):
        scene.read(language="tlh")


def test_an_older_conversation_can_be_read_in_ones_language_too(scene: Setting) -> None:
    scene.world.desk.resolve(MIA, scene.c.id)
    scene.write("Guten Tag noch einmal")  # opens the next one
    assert scene.read(scene.messages()[0])[scene.messages()[0]].translated
    assert scene.world.store.conversation(scene.c.id).status.value == "resolved"
    assert len(scene.translated()) == 1


def test_a_customer_is_told_of_no_translation(scene: Setting) -> None:
    scene.read()
    scene.world.desk.reply(MIA, scene.c.id, "Guten Tag", "c1", own_words("Hello", "en", "memory"))
    shown = json.dumps(views.visitor_events(scene.recorded()))
    assert "Hello" not in shown
    assert "memory" not in shown
    assert "message_translated" not in shown


# -- the company's own texts, and no machine ------------------------------------------------------------


def test_offline_says_plainly_that_nothing_is_translated(offline: Setting) -> None:
    first = offline.messages()[0]
    found = offline.read(first)[first]
    assert (found.translated, found.reason, found.text, found.by) == (False, Reason.NO_ENGINE, "Guten Tag, wo ist SB-10214?", "")
    assert offline.translated() == []


def test_offline_names_the_companys_terms_in_the_text(offline: Setting) -> None:
    offline.translating.glossary_book.set(ADMIN, [{"de": "Rückschein", "en": "return label"}, {"keep": "High Oolong"}])
    draft = offline.desk.draft(offline.c, "Der rückschein für High Oolong", "de", "en")
    assert draft.terms == (("rückschein", "return label"),)
    assert not draft.translated
    whole = offline.desk.draft(offline.c, "Rückschein!", "de", "en")
    assert (whole.text, whole.translated, whole.by) == ("return label", True, "glossary")


@pytest.mark.parametrize(("text", "source", "target", "expected"), [
    ("Which order may I look up for you? The number looks like SB-12345.", "en", "de",
     "Welche Bestellung darf ich für Sie nachsehen? Die Nummer sieht aus wie SB-12345."),
    ("I cannot find SB-10214 among your orders. Could you check the number and send it again?", "en", "de",
     "Unter Ihren Bestellungen finde ich SB-10214 leider nicht. Könnten Sie die Nummer prüfen und noch einmal schicken?"),
    ("You are number 3 in the queue. Your wait is likely to be about 12 minutes.", "en", "zh",
     "您目前排在第 3 位。预计等待时间：约 12 分钟。"),
    ("Our team is not available right now. We are back on Monday at 09:00 and will reply to you then.", "en", "fr",
     "Notre équipe n’est pas disponible pour le moment. Nous serons de retour lundi à 09:00 et nous vous répondrons alors."),
    ("You are next in the queue.\n\nWhich order may I look up for you? The number looks like SB-12345.", "en", "de",
     "Sie sind als Nächstes an der Reihe.\n\nWelche Bestellung darf ich für Sie nachsehen? Die Nummer sieht aus wie SB-12345."),
    ("Hello!", "en", "zh", "您好！"),
    ("Hello Ann, my name is Mia. I am looking into this for you now.", "en", "de",
     "Guten Tag Ann, mein Name ist Mia. Ich kümmere mich jetzt um Ihr Anliegen."),
    ("Hello there, my name is Mia. I am looking into this for you now.", "en", "de",
     "Guten Tag und willkommen, mein Name ist Mia. Ich kümmere mich jetzt um Ihr Anliegen."),
])  # fmt: skip
def test_what_the_company_says_itself_needs_no_machine(
    offline: Setting, text: str, source: str, target: str, expected: str
) -> None:
    made = offline.made
    vars(made).update(configuration=SimpleNamespace(bot_policy=lambda: {"answers": {"greeting": {"en": "Hello!", "zh": "您好！"}}}))
    offline.world.flow_versions.update(order_status=0)
    draft = offline.desk.draft(offline.c, text, source, target)
    assert (draft.text, draft.translated, draft.by) == (expected, True, "company")


def test_what_the_bot_said_in_the_readers_language_is_no_foreign_text(scene: Setting) -> None:
    draft = scene.desk.draft(scene.c, "You are next in the queue.", "de", "en")
    assert (draft.translated, draft.reason) == (False, Reason.SAME)
    assert scene.engine.heard == []


@pytest.mark.parametrize("text", [
    "You are next in the queue. And something that nobody wrote down.", "You are next",
    "Your wait is likely to be endless I fear. No?",
])  # fmt: skip
def test_a_text_that_is_only_partly_the_companys_is_not_half_translated(offline: Setting, text: str) -> None:
    assert not offline.desk.draft(offline.c, text, "en", "de").translated


def test_the_companys_words_come_before_any_machine(scene: Setting) -> None:
    draft = scene.desk.draft(scene.c, "You are next in the queue.", "en", "de")
    assert (draft.text, draft.by) == ("Sie sind als Nächstes an der Reihe.", "company")
    assert scene.engine.heard == []


# -- the agent's words -----------------------------------------------------------------------------------


def test_a_draft_is_in_the_customers_language_and_nowhere_kept(scene: Setting) -> None:
    before = len(scene.recorded())
    draft = scene.desk.draft(scene.world.now_of(scene.c), "Hello, SB-10214", "en")
    assert (draft.text, draft.target, draft.translated) == ("Guten Tag, SB-10214", "de", True)
    assert len(scene.recorded()) == before


@pytest.mark.parametrize(("text", "source", "language"), [("x" * 20_001, "en", ""), ("Hello", "xx", ""), ("Hello", "en", "xx")])
def test_a_draft_that_cannot_be_read(scene: Setting, text: str, source: str, language: str) -> None:
    with pytest.raises(Malformed):
        scene.desk.draft(scene.c, text, source, language)


def test_half_a_character_is_no_reason_to_fail(scene: Setting) -> None:
    assert scene.desk.draft(scene.world.now_of(scene.c), "Hello \ud83d", "en").text == "Guten Tag ?"


def test_a_reply_keeps_the_agents_own_words(scene: Setting) -> None:
    scene.world.desk.reply(MIA, scene.c.id, "Guten Tag", "c1", own_words("Hello", "en", "memory"))
    sent = scene.world.last(scene.c, ev.MessageSent)
    assert (sent.content.text, sent.original, sent.original_language, sent.translated_by) == ("Guten Tag", "Hello", "en", "memory")
    assert {"original", "content"} <= ev.personal_fields(ev.MessageSent)
    assert ev.personal_fields(MessageTranslated) == {"text"}


def test_a_reply_that_is_sent_again_is_still_a_translation(scene: Setting) -> None:
    world = scene.world
    world.desk.reply(MIA, scene.c.id, "Guten Tag", "c1", own_words("Hello", "en", "memory"))
    message = world.last(scene.c, ev.MessageSent).message
    world.deliveries.claim(message, world.clock.now())
    world.deliveries.settle(message, DeliveryStatus.FAILED, [], "no", world.clock.now())
    world.desk.resend(MIA, scene.c.id, message)
    again = world.last(scene.c, ev.MessageSent)
    assert (again.resend_of, again.original, again.translated_by) == (message, "Hello", "memory")


@pytest.mark.parametrize(("text", "language", "by"), [
    ("Hello", "", "memory"), ("Hello", "xx", "memory"), ("Hello", "en", "Some Body"), ("Hello", "en", "x" * 33),
    ("Hello", "en", "a\n"),
])  # fmt: skip
def test_own_words_that_cannot_be_read(text: str, language: str, by: str) -> None:
    with pytest.raises(Malformed):
        own_words(text, language, by)


def test_own_words_without_words_are_none() -> None:
    assert own_words("  ", "", "") is None
    own = own_words("Hello", "en-GB", "")
    assert own is not None
    assert (own.language, own.translated_by) == ("en", "agent")


# -- over REST -----------------------------------------------------------------------------------------------

Ask = Callable[..., Any]


@pytest.fixture
def ask(scene: Setting) -> Ask:
    def asking(
        method: str, route: str, body: Any = None, *, role: str = "agent", agent: str = "mia", **path: str
    ) -> Any:
        call = Call(scene.made, who(agent, role), {"id": scene.c.id, **path}, {}, json.loads(json.dumps(body or {})))
        return json.loads(json.dumps(ROUTES[(method, route)](call)))  # it must be JSON

    return asking


THREAD = "/v1/conversations/{id}/translations"


def test_over_rest(ask: Ask, scene: Setting) -> None:
    message = scene.messages()[0]
    found = ask("POST", THREAD, {"messages": [message], "language": "en"})["translations"][message]
    assert found == {
        "text": "Hello, wo ist SB-10214?", "source": "de", "target": "en", "by": "memory", "translated": True, "reason": None,
        "terms": [],
    }  # fmt: skip
    draft = ask("POST", f"{THREAD}/draft", {"text": "Hello", "source": "en"})
    assert (draft["text"], draft["target"]) == ("Guten Tag", "de")
    about = ask("GET", "/v1/translation")
    assert about["translator"] == "memory"
    assert about["languages"]["hi"] == "हिन्दी"


def test_reading_in_ones_language_is_reading(ask: Ask, scene: Setting) -> None:
    """It is on the reader's access ledger, and nobody may who may not read."""
    scene.world.hire("eve", queues=("billing",), online=False)
    with pytest.raises(Forbidden):
        ask("POST", THREAD, {"messages": scene.messages(), "language": "en"}, agent="eve")
    with pytest.raises(Forbidden):
        ask("POST", f"{THREAD}/draft", {"text": "Hello", "source": "en"}, agent="eve")
    ask("POST", THREAD, {"messages": scene.messages(), "language": "en"})
    day = f"{scene.world.clock.now():%Y-%m-%d}"
    read = [r.event.name for r in scene.world.store.events(f"acs#mia#{day}") if isinstance(r.event, ev.AccessRecorded)]
    refused = [r.event.error for r in scene.world.store.events(f"acs#eve#{day}") if isinstance(r.event, ev.AccessRecorded)]
    assert read == ["TranslateMessages"]
    assert refused == ["forbidden", "forbidden"]


@pytest.mark.parametrize("body", [
    {}, {"messages": "m1", "language": "en"}, {"messages": [1], "language": "en"}, {"messages": ["m"], "language": 7},
    {"messages": ["x" * 65], "language": "en"}, {"language": "en"},
])  # fmt: skip
def test_malformed_requests(ask: Ask, body: Any) -> None:
    with pytest.raises(Malformed):
        ask("POST", THREAD, body)


# -- the glossary -----------------------------------------------------------------------------------------------


def test_the_glossary_has_versions_and_holds_at_once(ask: Ask, scene: Setting) -> None:
    assert ask("GET", "/v1/glossary") == {"version": 0, "at": None, "by": "", "note": "", "terms": [], "versions": []}
    terms = [{"en": "return label", "de": "Rückschein"}, {"keep": "High Oolong"}]
    assert ask("PUT", "/v1/glossary", {"terms": terms, "note": "first"}, role="administrator")["version"] == 1
    assert scene.desk.draft(scene.world.now_of(scene.c), "Hello, return label!", "en").text == "Guten Tag, Rückschein!"
    ask("PUT", "/v1/glossary", {"terms": [], "version": 1}, role="administrator")
    assert scene.desk.draft(scene.world.now_of(scene.c), "Hello, return label!", "en").text == "Guten Tag, return label!"
    shown = ask("GET", "/v1/glossary")
    assert [v["version"] for v in shown["versions"]] == [2, 1]
    assert ask("GET", "/v1/glossary/versions/{version}", version="1")["terms"] == terms
    with pytest.raises(StaleVersion):
        ask("PUT", "/v1/glossary", {"terms": terms, "version": 1}, role="administrator")
    for missing in ("0", "3"):
        with pytest.raises(NotFound):
            ask("GET", "/v1/glossary/versions/{version}", version=missing)
    with pytest.raises(Malformed):
        ask("GET", "/v1/glossary/versions/{version}", version="one")


def test_of_two_who_set_the_glossary_at_once_one_must_look_again(scene: Setting) -> None:
    book = scene.translating.glossary_book
    scene.world.interfered.before_call(0, lambda: book.set(ADMIN, [{"keep": "A"}]), only="append")
    with pytest.raises(StaleVersion):
        book.set(ADMIN, [{"keep": "B"}])
    assert book.current().terms == ({"keep": "A"},)


def test_only_administrators_set_terms(ask: Ask) -> None:
    for role in ("agent", "supervisor"):
        with pytest.raises(Forbidden):
            ask("PUT", "/v1/glossary", {"terms": []}, role=role)


@pytest.mark.parametrize("terms", [
    None, "x", {"en": "a"}, [1], [{}], [{"en": "a"}], [{"en": "a", "de": ""}], [{"en": "a", "tlh": "b"}], [{"keep": "a", "en": "b"}],
    [{"en": "a\nb", "de": "c"}], [{"en": "a" * 101, "de": "c"}], [{"en": 3, "de": "c"}], [{"keep": "a"}] * 2_001,
])  # fmt: skip
def test_terms_that_cannot_be_read(ask: Ask, terms: Any) -> None:
    with pytest.raises(Malformed, match=r"term|glossary"):
        ask("PUT", "/v1/glossary", {"terms": terms}, role="administrator")


# -- who is chosen -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("setting", "name"), [("offline", "offline"), ("amazon", "amazon"), ("argos:/models", "argos")])
def test_the_setting_chooses(world: World, setting: str, name: str) -> None:
    assert Translating(_with(world, setting)).translator.name == name


@pytest.mark.parametrize("setting", ["deepl", "argos", "argos:", "Amazon"])
def test_a_setting_that_is_none(world: World, setting: str) -> None:
    with pytest.raises(Misconfigured, match="SWITCHBOARD_TRANSLATOR"):
        _ = Translating(_with(world, setting)).translator


def _with(world: World, setting: str) -> Any:
    made = world._made
    made.settings = Settings(translator=setting)
    return made
