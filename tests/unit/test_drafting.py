"""Drafts and summaries: what is asked of the model and what is not, what it costs, what is on record, and what a second click does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from local.emulators.process import ROOT
from switchboard.application.drafting import OUT_AT_MOST, Wish
from switchboard.application.large_model import NoAnswer, Throttled, TooLong, Withheld
from switchboard.domain import events as ev
from switchboard.domain.change import Change
from switchboard.domain.conversation import Conversation
from switchboard.domain.drafting import costs, reasons
from switchboard.domain.drafting.events import DraftAsked, DraftMade, DraftRefused
from switchboard.domain.errors import Malformed, Misconfigured, NotAllowedNow, StorageUnavailable
from tests.unit.drafting_desk import DRAFT, Desk, prices
from tests.unit.world import World

CALL = 1000 * 3 + 100 * 15  # millionths: what the fake's 1,000 and 100 tokens come to


@pytest.fixture
def desk(world: World) -> Desk:
    world.hire("mia")
    return Desk(world)


@pytest.fixture
def asked(desk: Desk) -> Conversation:
    return desk.asks()


def day(desk: Desk) -> str:
    return f"{desk.world.clock.now():%Y-%m-%d}"


def spent(desk: Desk) -> int:
    return desk.world.store.spent(day(desk))


def cost(desk: Desk, c: Conversation) -> costs.Spent:
    return costs.spent(desk.world.store.events(c.ledger))


class TestDrafts:
    def test_a_draft_lies_ready_and_nothing_is_sent(self, desk: Desk, asked: Conversation) -> None:
        sent = len(desk.of_type(asked, ev.MessageSent))
        made = desk.draft(asked)
        assert isinstance(made, DraftMade)
        assert made.text == DRAFT
        assert made.sources == ({"article": "returns", "version": 3, "passage": 0, "title": "Returning an item"},)
        assert (made.tokens_in, made.tokens_out, made.cost, made.currency) == (1000, 100, CALL, "EUR")
        assert desk.of_type(asked, DraftMade) == [made]
        assert len(desk.of_type(asked, ev.MessageSent)) == sent

    def test_the_call_is_on_record_before_it_is_made(self, desk: Desk, asked: Conversation) -> None:
        seen: list[DraftAsked] = []
        desk.model.meanwhile = lambda: seen.extend(desk.of_type(asked, DraftAsked))
        desk.draft(asked)
        [before] = seen
        assert before.reserved >= CALL
        assert before.model == desk.model.name

    def test_no_likely_source_no_call(self, desk: Desk, asked: Conversation) -> None:
        desk.librarian.probability = 0.39
        refused = desk.draft(asked)
        assert isinstance(refused, DraftRefused)
        assert refused.reason == reasons.NO_SOURCE
        assert desk.model.calls == []
        assert desk.of_type(asked, DraftAsked) == []
        assert spent(desk) == 0

    def test_the_latest_words_are_answered(self, desk: Desk, asked: Conversation) -> None:
        desk.asks("And where is the label?")
        desk.draft(asked)
        assert "And where is the label?" in desk.model.calls[0][1]

    def test_a_picture_alone_asks_nothing(self, desk: Desk) -> None:
        c = desk.asks("")
        refused = desk.draft(c)
        assert isinstance(refused, DraftRefused)
        assert refused.reason == reasons.NO_QUESTION
        assert desk.model.calls == []

    def test_what_fails_a_check_is_charged_and_not_shown(self, desk: Desk, asked: Conversation) -> None:
        desk.model.speak = lambda _system, _said: "Pay at https://evil.example now. [1]"
        refused = desk.draft(asked)
        assert isinstance(refused, DraftRefused)
        assert (refused.reason, refused.cost) == (reasons.LINK, CALL)
        assert "evil" not in str(desk.world.store.events(asked.ledger)[-1])
        assert spent(desk) == CALL

    def test_personal_data_stays_here_and_comes_back_in_the_draft(self, desk: Desk) -> None:
        c = desk.asks("My order SB-10198 is too small, write to ann@example.org or +49 151 23456789. name of 491510000001")
        said = "You can return \u27e6ORDER_1\u27e7 within 14 days. [1] We wrote to \u27e6EMAIL_1\u27e7. [1]"
        desk.model.speak = lambda _system, _said: said
        made = desk.draft(c)
        [(system, said)] = desk.model.calls
        for secret in ("SB-10198", "ann@example.org", "23456789", "491510000001"):
            assert secret not in system + said
        assert isinstance(made, DraftMade)
        assert "SB-10198" in made.text
        assert "ann@example.org" in made.text

    def test_a_draft_of_another_conversation_never_sees_this_one(self, desk: Desk, asked: Conversation) -> None:
        desk.asks("My secret word is xylophone.", address="491510000002")
        desk.draft(asked)
        assert "xylophone" not in desk.model.calls[0][1]

    def test_a_resolved_conversation_gets_a_summary_but_no_draft(self, desk: Desk, asked: Conversation) -> None:
        desk.world.desk.resolve(ev.Actor(ev.ActorKind.AGENT, asked.owner, "agent"), asked.id)
        with pytest.raises(NotAllowedNow):
            desk.draft(asked)
        desk.model.speak = lambda _system, _said: "The customer bought a kettle last week and it is too small. [1]"
        made = desk.draft(asked, "s1", "summary")
        assert isinstance(made, DraftMade)
        assert made.kind == "summary"
        assert made.sources[0].keys() == {"message"}

    def test_a_summary_needs_no_article_and_reads_the_conversation(self, desk: Desk, asked: Conversation) -> None:
        desk.librarian.probability = 0.0
        desk.model.speak = lambda _system, _said: "The customer bought a kettle last week and it is too small. [1]"
        assert isinstance(desk.draft(asked, "s1", "summary"), DraftMade)
        assert "article" not in desk.model.calls[0][1]

    def test_a_summary_comes_in_the_language_that_is_asked_for(self, desk: Desk, asked: Conversation) -> None:
        desk.model.speak = lambda _system, _said: "Der Kunde hat letzte Woche einen Wasserkocher gekauft, der ihm zu klein ist. [1]"
        made = desk.draft(asked, "s1", "summary", language="de")
        assert isinstance(made, DraftMade)
        assert made.language == "de"
        refused = desk.draft(asked, "s2", "summary", language="fr")
        assert isinstance(refused, DraftRefused)
        assert refused.reason == reasons.LANGUAGE

    @pytest.mark.parametrize("bad", ["", "with space", "x" * 65, "ü", "../"])
    def test_a_client_id_is_of_its_form(self, desk: Desk, asked: Conversation, bad: str) -> None:
        with pytest.raises(Malformed):
            desk.draft(asked, bad)

    def test_there_are_two_kinds(self, desk: Desk, asked: Conversation) -> None:
        with pytest.raises(Malformed):
            desk.draft(asked, kind="poem")


class TestOff:
    def test_without_a_model_nothing_is_asked_and_nothing_recorded(self, desk: Desk, asked: Conversation) -> None:
        desk.off = True
        before = desk.world.types(asked)
        with pytest.raises(NotAllowedNow):
            desk.draft(asked)
        assert desk.world.types(asked) == before
        assert desk.use_case.status() == {"on": False}

    def test_without_a_price_nothing_is_asked(self, desk: Desk, asked: Conversation) -> None:
        def unknown() -> costs.Prices:
            raise Misconfigured("say the price")

        with pytest.raises(Misconfigured):
            replace(desk.use_case, prices=unknown).draft(who_boss(), asked, Wish("reply", "d1"))
        assert desk.model.calls == []

    def test_the_library_out_of_reach_is_told_and_costs_nothing(self, desk: Desk, asked: Conversation) -> None:
        def away(*_: object, **__: object) -> list[object]:
            raise StorageUnavailable("away")

        desk.librarian.search = away  # type: ignore[method-assign,assignment]
        with pytest.raises(StorageUnavailable):
            desk.draft(asked)
        assert spent(desk) == 0


class TestCosts:
    def test_a_repeated_click_costs_nothing_and_shows_the_same(self, desk: Desk, asked: Conversation) -> None:
        first = desk.draft(asked)
        assert desk.draft(asked) == first
        assert len(desk.model.calls) == 1
        assert cost(desk, asked) == costs.Spent(1, 1000, 100, CALL, "EUR")

    def test_a_refusal_is_the_same_again_too(self, desk: Desk, asked: Conversation) -> None:
        desk.librarian.probability = 0.0
        first = desk.draft(asked)
        desk.librarian.probability = 0.9
        assert desk.draft(asked) == first
        assert isinstance(desk.draft(asked, "d2"), DraftMade)

    def test_a_second_click_while_the_call_is_out_makes_none(self, desk: Desk, asked: Conversation) -> None:
        told: list[str] = []

        def click(client_id: str) -> None:
            with pytest.raises(NotAllowedNow):
                desk.draft(asked, client_id)
            told.append(client_id)

        def twice() -> None:
            desk.model.meanwhile = lambda: None
            click("d1")
            click("d2")

        desk.model.meanwhile = twice
        assert isinstance(desk.draft(asked), DraftMade)
        assert (told, len(desk.model.calls)) == (["d1", "d2"], 1)

    def test_two_clicks_at_the_same_moment_make_one_call(self, desk: Desk, asked: Conversation) -> None:
        """The second is committed between the first one's reading and its writing."""
        desk.world.interfered.before_call(0, lambda: desk.draft(asked, "other"), only="commit")
        first = desk.draft(asked)
        assert isinstance(first, DraftMade)
        assert len(desk.model.calls) == 2  # another wish, made and over: both are paid, neither twice
        desk.world.interfered.before_call(0, lambda: desk.draft(asked, "same"), only="commit")
        assert isinstance(desk.draft(asked, "same"), DraftMade)
        assert len(desk.model.calls) == 3
        assert cost(desk, asked).calls == 3

    def test_a_message_that_comes_meanwhile_loses_nothing(self, desk: Desk, asked: Conversation) -> None:
        desk.model.meanwhile = lambda: desk.asks("One more thing")
        assert isinstance(desk.draft(asked), DraftMade)
        assert "One more thing" in [e.content.text for e in desk.of_type(asked, ev.MessageReceived)]
        assert spent(desk) == CALL

    @pytest.mark.parametrize(("trouble", "reason", "charged"), [
        (Throttled("busy"), reasons.THROTTLED, 0), (NoAnswer("refused"), reasons.UNAVAILABLE, 0),
        (Withheld("filter", (1000, 100)), reasons.WITHHELD, CALL), (TooLong("cut", (1000, 100)), reasons.TOO_LONG, CALL),
        (NoAnswer("lost", None), reasons.UNAVAILABLE, None),
    ])  # fmt: skip
    def test_what_a_trouble_cost_is_counted(
        self, desk: Desk, asked: Conversation, trouble: NoAnswer, reason: str, charged: int | None
    ) -> None:
        desk.model.trouble = trouble
        refused = desk.draft(asked)
        assert isinstance(refused, DraftRefused)
        [call] = desk.of_type(asked, DraftAsked)
        expected = call.reserved if charged is None else charged
        assert (refused.reason, refused.cost, spent(desk), cost(desk, asked).cost) == (reason, expected, expected, expected)
        assert desk.troubles == [str(trouble)]

    def test_who_dies_while_the_call_is_out_leaves_its_price_and_bars_nobody(self, desk: Desk, asked: Conversation) -> None:
        def dies() -> None:
            raise KeyboardInterrupt

        desk.model.meanwhile = dies
        with pytest.raises(KeyboardInterrupt):
            desk.draft(asked)
        desk.model.meanwhile = lambda: None
        [lost] = desk.of_type(asked, DraftAsked)
        assert cost(desk, asked).cost == spent(desk) == lost.reserved
        with pytest.raises(NotAllowedNow):
            desk.draft(asked)
        desk.world.clock.advance(seconds=OUT_AT_MOST.total_seconds() + 1)
        again = desk.draft(asked)
        assert isinstance(again, DraftRefused)
        assert again.reason == reasons.LOST
        assert len(desk.model.calls) == 1
        assert isinstance(desk.draft(asked, "d2"), DraftMade)

    def test_beyond_its_ceiling_a_conversation_gets_no_more(self, desk: Desk, asked: Conversation) -> None:
        desk.prices = prices(conversation="0.03")
        outcomes = [desk.draft(asked, f"d{n}") for n in range(8)]
        refused = [o.reason for o in outcomes if isinstance(o, DraftRefused)]
        assert refused
        assert set(refused) == {reasons.CONVERSATION_CEILING}
        assert cost(desk, asked).cost <= 30_000
        assert isinstance(desk.draft(desk.asks(address="491510000009"), "e1"), DraftMade)

    def test_beyond_the_days_ceiling_nobody_gets_more_until_tomorrow(self, desk: Desk) -> None:
        desk.prices = prices(day="0.04")
        talks = [desk.asks(address=f"49151000001{n}") for n in range(10)]
        outcomes = [desk.draft(c) for c in talks]
        refused = [o.reason for o in outcomes if isinstance(o, DraftRefused)]
        assert refused
        assert set(refused) == {reasons.DAILY_CEILING}
        assert spent(desk) <= 40_000
        desk.world.clock.advance(days=1)
        assert isinstance(desk.draft(talks[-1], "next"), DraftMade)

    def test_a_call_that_may_cost_more_than_the_day_is_not_made(self, desk: Desk, asked: Conversation) -> None:
        desk.prices = prices(day="0.000001")
        refused = desk.draft(asked)
        assert isinstance(refused, DraftRefused)
        assert refused.reason == reasons.DAILY_CEILING
        assert desk.model.calls == []

    def test_supervisors_see_what_the_day_has_cost(self, desk: Desk, asked: Conversation) -> None:
        desk.draft(asked)
        status = desk.use_case.status()
        assert (status["today"], status["currency"], status["model"]) == (CALL / 1_000_000, "EUR", desk.model.name)

    @pytest.mark.parametrize(("tokens", "expected"), [((0, 0), 0), ((1, 0), 3), ((1000, 1000), 18_000), ((333, 1), 1014)])
    def test_prices_are_rounded_up(self, tokens: tuple[int, int], expected: int) -> None:
        assert prices().of(*tokens) == expected


class TestRecord:
    def test_no_prompt_and_no_refused_answer_is_on_record(self, desk: Desk, asked: Conversation) -> None:
        desk.model.speak = lambda system, _said: system
        desk.draft(asked)
        told = " ".join(str(r.event) for r in desk.world.store.events(asked.ledger))
        assert "You help a person" not in told

    def test_the_text_of_a_draft_is_personal_and_nothing_else_is(self) -> None:
        assert ev.personal_fields(DraftMade) == {"text"}
        assert not ev.personal_fields(DraftAsked) | ev.personal_fields(DraftRefused)

    def test_a_draft_changes_nothing_of_the_conversation_but_its_record(self, desk: Desk, asked: Conversation) -> None:
        before = desk.world.now_of(asked)
        desk.draft(asked)
        after = desk.world.now_of(asked)
        assert replace(after, version=before.version, last_event=before.last_event, head=before.head) == before

    def test_what_flows_and_systems_said_goes_along_without_what_is_personal(self, desk: Desk, asked: Conversation) -> None:
        c = desk.world.now_of(asked)
        events = (
            ev.SlotFilled("order_status", "order", "", "SB-10198"),
            ev.SlotFilled("address_change", "address", "", "12 Mill Lane, Leeds"),
            ev.ActionDone("a1", "order_status", "order_lookup", "ok", {"order": "SB-10198", "status": "shipped", "days": 3}),
        )  # fmt: skip
        desk.world.store.commit(Change(c, events, ev.SYSTEM, desk.world.clock.now()))
        desk.draft(asked)
        said = desk.model.calls[0][1]
        assert "status shipped" in said
        for secret in ("SB-10198", "Mill", "Leeds"):
            assert secret not in said

    def test_a_message_of_many_thousand_letters_is_cut(self, desk: Desk) -> None:
        c = desk.asks("kettle too small " * 1200)
        desk.draft(c)
        assert len(desk.model.calls[0][1]) < 6000


def who_boss() -> ev.Actor:
    return ev.Actor(ev.ActorKind.AGENT, "boss", "supervisor")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_reason_has_its_words_on_the_screen(language: str) -> None:
    words = (ROOT / f"web/console/src/i18n/{language}.drafts.ts").read_text(encoding="utf-8")
    assert [reason for reason in sorted(reasons.ALL) if f'"refused.{reason}"' not in words] == []
