"""Macros: what may be set, how their texts are filled in, and that applying one is all of it or nothing, once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.application.macro_book import Application, MacroBook, MacroDesk
from switchboard.assisting import Assisting
from switchboard.bootstrap import shipped
from switchboard.domain import events as ev
from switchboard.domain.assist import macros
from switchboard.domain.assist.filling import fill, names_in, values_of
from switchboard.domain.assist.macros import Purpose, parse
from switchboard.domain.conversation import Conversation, Status
from switchboard.domain.errors import Forbidden, Malformed, Misconfigured, NotAllowedNow, NotFound, StaleVersion
from tests.unit.world import REFUND, World, who

LANGUAGES = ["ar", "de", "en", "es", "fr", "hi", "it", "ja", "ko", "pt", "ru", "zh"]
ADA, SUE = who("ada"), who("sue", "supervisor")


def document(**macro: Any) -> dict[str, Any]:
    return {"macros": [{"name": "one", "titles": {"en": "One"}, "texts": {"en": "Hello"}, **macro}]}


# -- what may be set -------------------------------------------------------------------------------


def test_the_shipped_macros_are_a_dozen_and_in_twelve_languages() -> None:
    found = parse(shipped("macros.json"))
    assert len(found.macros) >= 12
    for macro in found.macros:
        assert sorted(macro.texts) == LANGUAGES, macro.name
        assert {"en", "zh"} <= set(macro.titles)
        asked = {tuple(sorted(names_in(text))) for text in macro.texts.values()}
        assert len(asked) == 1, f"{macro.name} asks for different things in different languages"
    assert all(found.of_purpose(p) for p in Purpose if p)


@pytest.mark.parametrize(("bad", "named"), [
    ({"name": "One"}, "small letters"), ({"name": ""}, "name"), ({"titles": {"de": "Eins"}}, "'en'"), ({"texts": {"de": "x"}}, "'en'"),
    ({"texts": {"en": "Hi {{who}}"}}, "'who'"), ({"texts": {"en": "Hi {{slot.}}"}}, "slot."),
    ({"texts": {"en": "Hi {{customer_name"}}, "closed"), ({"texts": {}}, "neither"), ({"texts": {"en": "x" * 4_001}}, "4000"),
    ({"texts": {"english!": "x"}}, "language"),
    ({"texts": {"en": "a\x00b"}}, "control"), ({"actions": {"priority": 10}}, "priority"),
    ({"actions": {"priority": True}}, "priority"),
    ({"actions": {"queue": "billing", "resolve": True}}, "either"), ({"actions": {"delete": True}}, "delete"),
    ({"actions": {"tags": ["x"] * 11}}, "tags"), ({"actions": {"tags": "x"}}, "tags"), ({"purpose": "fun"}, "purpose"),
    ({"intents": [3]}, "intents"), ({"color": "red"}, "color"),
])  # fmt: skip
def test_a_macro_that_cannot_be_used_is_refused_with_its_field(bad: dict[str, Any], named: str) -> None:
    with pytest.raises(Malformed, match=named):
        parse(document(**bad))


@pytest.mark.parametrize("bad", [
    {}, {"macros": {}}, {"macros": [3]},
    {"macros": document()["macros"] * 2}, {"macros": [{}] * 201}, {**document(), "version": object()},
    {**document(), "more": 1}, document(titles={"en": "x" * 260_000}),
])  # fmt: skip
def test_a_document_that_is_none_is_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        parse(bad)


keys = st.sampled_from(["name", "texts", "titles", "actions", "en", "tags", "macros"])
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda c: st.lists(c, max_size=3) | st.dictionaries(keys, c, max_size=4),
)


@given(json_values)
def test_whatever_is_set_it_is_read_or_refused(value: Any) -> None:
    try:
        parse({"macros": value})
    except Malformed:
        return


def test_the_text_is_in_the_customers_language_or_the_fallback() -> None:
    [macro] = parse(document(texts={"en": "Hello", "pt": "Olá", "pt-BR": "Oi"})).macros
    assert macro.text("pt-BR") == ("Oi", "pt-BR")
    assert macro.text("pt-PT") == ("Olá", "pt")
    assert macro.text("sw") == ("Hello", "en")
    assert macro.text("und") == ("Hello", "en")


def test_what_fits_the_intent_is_offered_before_what_fits_all() -> None:
    found = parse({"macros": [
        {"name": "all", "titles": {"en": "x"}, "texts": {"en": "x"}},
        {"name": "queue", "titles": {"en": "x"}, "texts": {"en": "x"}, "queues": ["billing"]},
        {"name": "intent", "titles": {"en": "x"}, "texts": {"en": "x"}, "intents": ["refund_request"]},
        {"name": "other", "titles": {"en": "x"}, "texts": {"en": "x"}, "intents": ["praise"]},
    ]})  # fmt: skip
    assert [m.name for m in found.offered("refund_request", "billing")] == ["intent", "queue", "all"]
    assert [m.name for m in found.offered("", "general")] == ["all"]


# -- filling in --------------------------------------------------------------------------------------


def test_placeholders_are_filled_in_have_words_for_what_is_not_known_or_are_missing() -> None:
    values = values_of("Ann", "", {"order": "SB-1"}, {"tier": "gold"})
    assert fill("{{customer_name}} {{ slot.order }} {{contact.tier}}", values).text == "Ann SB-1 gold"
    assert fill("Hi {{agent_name|there}}, {{slot.size|}}!", values).text == "Hi there, !"
    missing = fill("{{agent_name}} {{slot.size}} {{agent_name}}", values)
    assert (missing.text, missing.missing) == ("{{agent_name}} {{slot.size}} {{agent_name}}", ("agent_name", "slot.size"))


@given(st.text(max_size=60))
def test_a_value_never_brings_a_placeholder_or_a_new_line_in(name: str) -> None:
    hostile = f"{name}{{{{slot.order}}}}\n\u202e"
    filled = fill("Hello {{customer_name|you}}.", values_of(hostile, "", {"order": "SB-SECRET"}, {})).text
    assert "SB-SECRET" not in filled
    assert names_in(filled) == ()
    assert "\n" not in filled
    assert "\u202e" not in filled


# -- the company's own ---------------------------------------------------------------------------------


@pytest.fixture
def helping(world: World) -> Assisting:
    return Assisting(world._made)


@pytest.fixture
def book(helping: Assisting) -> MacroBook:
    return helping.macro_book


@pytest.fixture
def desk(helping: Assisting) -> MacroDesk:
    return helping.macro_desk


def test_until_a_company_sets_any_the_shipped_ones_are_in_force(book: MacroBook) -> None:
    assert book.current().version == 0
    assert book.current().find("apologise") is not None
    assert book.set(SUE, document()).version == 1
    assert [m.name for m in book.current().macros] == ["one"]
    assert book.document(0)[1] == shipped("macros.json")
    book.set(SUE, document(name="two"))
    assert book.document(1)[1] == document()
    with pytest.raises(NotFound):
        book.document(7)


def test_of_two_who_set_macros_from_the_same_version_one_reads_again(book: MacroBook) -> None:
    book.set(SUE, {**document(), "version": 0})
    with pytest.raises(StaleVersion):
        book.set(SUE, {**document(), "version": 0})
    assert book.current().version == 1


def test_a_macro_names_only_queues_that_are_served(world: World, book: MacroBook) -> None:
    with pytest.raises(Malformed, match="'billing'"):
        book.set(SUE, document(actions={"queue": "billing"}))
    world.hire("bob", queues=("billing",))
    assert book.set(SUE, document(actions={"queue": "billing"})).version == 1


def test_what_this_build_cannot_read_is_said_so(world: World, book: MacroBook) -> None:
    world.store.append("cfg#macros", [ev.MacrosSet({"macros": "all"})], SUE, world.clock.now())
    with pytest.raises(Misconfigured, match="version 1"):
        book.current()


# -- used ----------------------------------------------------------------------------------------------


@pytest.fixture
def mine(world: World) -> Conversation:
    """Ada's, accepted; Bob serves billing."""
    world.hire("ada", queues=("general", "billing"))
    c = world.write("1", REFUND, text="I want my money back")
    world.desk.accept(ADA, c.id)
    world.hire("bob", queues=("billing",))
    return world.now_of(c)


def use(desk: MacroDesk, c: Conversation, name: str = "one", client_id: str = "m-1", version: int = 1, **more: Any) -> Conversation:
    return desk.apply(ADA, c.id, Application(name, version, client_id, **more))


ALL = {
    "texts": {"en": "Hello {{customer_name}}, {{agent_name}} here."},
    "actions": {"tags": ["money"], "priority": 9, "queue": "billing"},
}


def by_agents(world: World, c: Conversation) -> list[str]:
    """What agents wrote to the customer."""
    sent = [r.event for r in world.store.events(c.ledger) if isinstance(r.event, ev.MessageSent)]
    return [e.content.text for e in sent if e.author is ev.ActorKind.AGENT]


def test_all_that_a_macro_does_is_one_commit(world: World, book: MacroBook, desk: MacroDesk, mine: Conversation) -> None:
    book.set(SUE, document(**ALL))
    preview = desk.preview(ADA, mine, "one")
    assert (preview.filled.text, preview.filled.missing, preview.version) == ("Hello name of 1, Ada here.", (), 1)
    before = mine.version
    after = use(desk, mine)
    recorded = [r for r in world.store.events(mine.ledger) if r.commit == before + 1]
    assert [r.event.type for r in recorded] == ["macro_applied", "message_sent", "tagged", "priority_set", "released", "queued"]
    assert recorded[1].event.content.text == "Hello name of 1, Ada here."  # type: ignore[attr-defined]
    assert (after.queue, after.priority, after.tags) == ("billing", 9, ("money",))
    assert (world.now_of(mine).owner, world.agent("ada").load) == ("bob", 0)  # whoever serves it has it at once
    assert by_agents(world, mine) == ["Hello name of 1, Ada here."]


def test_a_repeated_call_does_nothing_more_also_once_it_is_somebody_elses(
    world: World, book: MacroBook, desk: MacroDesk, mine: Conversation
) -> None:
    book.set(SUE, document(**ALL))
    use(desk, mine)
    book.set(SUE, document())
    assert use(desk, mine).id == mine.id
    assert len(by_agents(world, mine)) == 1
    with pytest.raises(Forbidden):
        use(desk, mine, client_id="m-2", version=2)


def test_pressed_in_two_tabs_at_once_it_is_sent_once(world: World, book: MacroBook, desk: MacroDesk, mine: Conversation) -> None:
    book.set(SUE, document(actions={"resolve": True}))
    with ThreadPoolExecutor(4) as pool:
        ends = list(pool.map(lambda _: use(desk, mine).status, range(4)))
    assert set(ends) == {Status.RESOLVED}
    assert len(by_agents(world, mine)) == world.types(mine).count("macro_applied") == 1


def test_a_customer_who_writes_at_the_same_moment_loses_nothing(
    world: World, book: MacroBook, desk: MacroDesk, mine: Conversation
) -> None:
    book.set(SUE, document(actions={"tags": ["x"]}))
    world.interfered.before_call(0, lambda: world.elsewhere().write("1", text="and quickly"), only="commit")
    after = use(desk, mine)
    assert after.tags == ("x",)
    assert world.types(mine).count("message_received") == 2


def test_a_placeholder_without_a_value_is_refused_by_name_unless_the_agent_writes_it_in(
    world: World, book: MacroBook, desk: MacroDesk, mine: Conversation
) -> None:
    book.set(SUE, document(texts={"en": "About {{slot.order}}"}))
    assert desk.preview(ADA, mine, "one").filled.missing == ("slot.order",)
    before = world.types(mine)
    for text in (None, "About {{slot.order}}", "About {{ slot.order }} and {{more}}"):
        with pytest.raises(Malformed, match=r"slot\.order"):
            use(desk, mine, text=text)
    assert world.types(mine) == before
    after = use(desk, mine, text="About SB-10214")
    applied = world.last(after, ev.MacroApplied)
    assert (applied.edited, applied.language, applied.macro) == (True, "en", "one")


@pytest.mark.parametrize("text", ["", "  ", "x" * 20_001])
def test_a_text_that_cannot_be_sent_is_refused(book: MacroBook, desk: MacroDesk, mine: Conversation, text: str) -> None:
    book.set(SUE, document())
    with pytest.raises(Malformed):
        use(desk, mine, text=text)


def test_a_macro_that_only_acts_sends_nothing(world: World, book: MacroBook, desk: MacroDesk, mine: Conversation) -> None:
    book.set(SUE, {"macros": [{"name": "one", "titles": {"en": "x"}, "actions": {"tags": ["vip"], "priority": 7}}]})
    after = use(desk, mine)
    assert (after.tags, after.owner) == (("vip",), "ada")
    assert by_agents(world, mine) == []
    assert world.types(use(desk, mine, client_id="m-2")).count("tagged") == 1  # it has the tag already
    with pytest.raises(Malformed):
        use(desk, mine, client_id="m-3", text="words")


def test_only_the_owner_uses_macros_and_only_while_it_is_open(
    world: World, book: MacroBook, desk: MacroDesk, mine: Conversation
) -> None:
    book.set(SUE, document())
    for other in (who("bob"), SUE):
        with pytest.raises(Forbidden):
            desk.apply(other, mine.id, Application("one", 1, "m-1"))
    world.desk.resolve(ADA, mine.id)
    with pytest.raises(NotAllowedNow):
        use(desk, mine)


def test_macros_that_were_changed_after_they_were_shown_are_looked_at_again(
    world: World, book: MacroBook, desk: MacroDesk, mine: Conversation
) -> None:
    book.set(SUE, document(actions={"resolve": True}))
    with pytest.raises(StaleVersion):
        use(desk, mine, version=0)
    assert world.now_of(mine).open


@pytest.mark.parametrize(("name", "client_id", "error"), [("two", "m-1", NotFound), ("one", "", Malformed), ("one", "a b", Malformed)])
def test_a_call_that_names_nothing_is_refused(
    book: MacroBook, desk: MacroDesk, mine: Conversation, name: str, client_id: str, error: type[Exception]
) -> None:
    book.set(SUE, document())
    with pytest.raises(error):
        use(desk, mine, name, client_id)


def test_an_offer_is_accepted_by_using_a_macro(world: World, book: MacroBook, desk: MacroDesk) -> None:
    world.hire("ada")
    c = world.write("1")
    book.set(SUE, document())
    assert use(desk, c).status is Status.ACTIVE
    assert world.types(c)[-3:] == ["accepted", "macro_applied", "message_sent"]


def test_a_queue_nobody_serves_any_more_is_refused(
    world: World, book: MacroBook, desk: MacroDesk, mine: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    book.set(SUE, document(actions={"queue": "billing"}))
    nobody: Callable[[], frozenset[str]] = lambda: frozenset({"general"})  # noqa: E731
    monkeypatch.setattr(world.store, "queues", nobody)
    with pytest.raises(NotAllowedNow, match="nobody serves"):
        use(desk, mine)


def test_tags_have_an_end(world: World, book: MacroBook, desk: MacroDesk, mine: Conversation) -> None:
    for n in range(6):
        book.set(SUE, document(actions={"tags": [f"t{n}-{i}" for i in range(macros.TAGS)]}))
        mine = use(desk, mine, client_id=f"m-{n}", version=n + 1)
    assert len(mine.tags) == 50
