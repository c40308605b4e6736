"""The judge of the bot is judged itself: by bots of which it is known how well they serve."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.bench import containment
from tests.journeys import report
from tests.journeys.customer import PATIENCE, Customer, End, converse
from tests.journeys.judgement import Outcome, Verdict, judge
from tests.journeys.ports import Heard, Record
from tests.journeys.scripts import Journey, JourneyError, read_journey, read_journeys
from tests.journeys.wording import contains, shows_date, speaks_of, statements
from tests.journeys.words import REFUND
from tests.unit.journey_bots import DONE, LAZY, SHOP, Perfect, PerfectDesk, Played, reply

DIALOGUE_DEV = Path(__file__).parents[1] / "data" / "dialogue_dev"
JOURNEYS = {each.id: each for each in read_journeys(SHOP)}


def after(journey: str, *replies: Heard, changes: list[Record] | None = None, told: list[Record] | None = None) -> Verdict:
    """The verdict on a bot that replies so; it changes and tells with its last reply."""
    steps: list[tuple[Heard, list[Record], list[Record]]] = [(heard, [], []) for heard in replies[:-1]]
    bot = Played([*steps, (replies[-1], changes or [], told or [])])
    return judge(JOURNEYS[journey], converse(JOURNEYS[journey], bot), SHOP)


def why(verdict: Verdict) -> tuple[Outcome, list[str]]:
    return verdict.outcome, [each.reason for each in verdict.findings]


def test_the_journeys_are_those_the_readme_speaks_of() -> None:
    languages = [each.language for each in JOURNEYS.values()]
    assert len(languages) == 390
    assert {languages.count(each) for each in languages} == {32, 33}
    assert sum(each.by == "bot" for each in JOURNEYS.values()) == 300


def test_a_bot_that_asks_every_slot_serves_everybody_within_their_patience() -> None:
    verdicts = report.play(JOURNEYS.values(), PerfectDesk(), SHOP)
    assert [(each.journey.id, each.findings) for each in verdicts if each.findings] == []
    assert report.figures(verdicts) == (
        [
            "figure containment 100% >=70% ok", "figure wrongly_ended 0% <2% ok", "figure persons_on_request 100% >=100% ok",
        ],
        True,
    )


def test_a_bot_that_hands_everything_over_is_useless_but_never_wrong() -> None:
    verdicts = report.play(JOURNEYS.values(), LAZY, SHOP)
    assert [sum(each.outcome is outcome for each in verdicts) for outcome in Outcome] == [0, 90, 300, 0]
    lines, met = report.figures(verdicts)
    assert (lines[0], lines[2], met) == ("figure containment 0% >=70% short", "figure persons_on_request 100% >=100% ok", False)


def test_a_figure_that_is_nearly_met_is_short_and_does_not_look_met() -> None:
    verdicts = report.play(JOURNEYS.values(), PerfectDesk(), SHOP)
    served = [at for at, each in enumerate(verdicts) if each.outcome is Outcome.CONTAINED]

    def lines(wrong: int) -> list[str]:
        spoilt = served[:wrong]
        return report.figures([replace(each, outcome=Outcome.WRONG) if at in spoilt else each for at, each in enumerate(verdicts)])[0]

    assert [lines(90)[0], lines(91)[0]] == ["figure containment 70% >=70% ok", "figure containment 69.66% >=70% short"]
    assert [lines(7)[1], lines(8)[1]] == ["figure wrongly_ended 1.79% <2% ok", "figure wrongly_ended 2.05% <2% short"]


CANCELLED = {"do": "order_cancel", "order": "SB-42140"}


@pytest.mark.parametrize(
    "changes",
    [
        [{"do": "order_cancel", "order": "SB-42155"}],
        [{"do": "refund_request", "order": "SB-42140"}],
        [CANCELLED, CANCELLED],
        [{"do": "membership_stopped"}, CANCELLED],
    ],
    ids=["another order", "another wish", "twice", "and something else"],
)
def test_changing_what_nobody_asked_for_is_wrong_even_if_a_person_then_has_it(changes: list[Record]) -> None:
    assert why(after("en-05", DONE, changes=changes)) == (Outcome.WRONG, ["wrong change"])
    assert why(after("en-05", reply(owner="person"), changes=changes)) == (Outcome.WRONG, ["wrong change"])


def test_two_changes_in_the_wrong_order_are_wrong() -> None:
    changes: list[Record] = [{"do": "refund_request", "order": "SB-41790"}, {"do": "trace_opened", "order": "SB-41790"}]
    assert after("en-04", DONE, DONE, changes=changes).outcome is Outcome.WRONG
    assert after("en-04", DONE, DONE, changes=changes[::-1]).outcome is Outcome.CONTAINED


def test_carrying_out_what_the_customer_took_back_is_wrong() -> None:
    assert after("en-15", DONE).outcome is Outcome.CONTAINED
    assert why(after("en-15", DONE, changes=[{"do": "membership_stopped"}])) == (Outcome.WRONG, ["wrong change"])


def test_finishing_without_the_change_is_wrong() -> None:
    assert why(after("en-05", DONE, changes=[CANCELLED])) == (Outcome.CONTAINED, [])
    assert why(after("en-05", DONE)) == (Outcome.WRONG, ["finished without a change"])


def test_an_invoice_to_a_mistyped_address_is_wrong() -> None:
    sent = {"do": "invoice_sent", "order": "SB-40310", "email": "marcus.adeyemi@pots.example"}
    assert why(after("en-13", DONE, changes=[sent])) == (Outcome.WRONG, ["wrong change"])


def test_who_needs_a_person_and_gets_none_was_served_wrongly() -> None:
    assert why(after("en-18", DONE)) == (Outcome.WRONG, ["finished without a person"])
    assert why(after("en-25", reply("Please say that again."))) == (Outcome.WRONG, ["gave up"])
    assert why(after("en-24", reply("Goodbye.", owner="nobody"))) == (Outcome.WRONG, ["closed on the customer"])


def test_a_person_may_have_it_before_all_of_the_expected_is_done() -> None:
    assert after("en-21", reply(owner="person")).outcome is Outcome.PERSON
    traced: list[Record] = [{"do": "trace_opened", "order": "SB-41790"}]
    assert after("en-21", DONE, reply(owner="person"), changes=traced).outcome is Outcome.PERSON


def test_a_bot_that_never_comes_to_an_end_is_given_up_and_was_wrong() -> None:
    verdict = after("en-05", reply("Which one?", "order"))
    assert why(verdict) == (Outcome.WRONG, ["gave up"])
    assert verdict.conversation is not None
    assert len(verdict.conversation.turns) == PATIENCE


STATUS: list[Record] = [{"about": "order_status", "order": "SB-42071"}]


@pytest.mark.parametrize(
    ("text", "readable"),
    [
        ("SB-42071 has been shipped.", True),
        (f"It comes on {SHOP.orders['SB-42071'].expected.isoformat()}.", True),
        (f"Tracking: {SHOP.orders['SB-42071'].tracking}", True),
        ("Is SB-42071 the one that was shipped?", False),
        ("SB-40310 has been shipped.", False),
        ("SB-42071. Thank you for your message.", False),
    ],
)
def test_a_status_must_be_on_record_and_be_read(text: str, readable: bool) -> None:
    told = after("en-03", reply(text, finished=True), told=STATUS)
    assert told.outcome is (Outcome.CONTAINED if readable else Outcome.WRONG)
    assert why(after("en-03", reply(text, finished=True))) == (Outcome.WRONG, ["not told by its record"])


def test_a_status_of_the_wrong_order_is_wrong() -> None:
    other: list[Record] = [{"about": "order_status", "order": "SB-40310"}]
    assert why(after("en-03", reply("SB-42071 has been shipped.", finished=True), told=other))[0] is Outcome.WRONG


def test_what_was_read_while_the_bot_still_asked_which_order_does_not_count() -> None:
    listed = reply("I see one that was shipped: SB-42071.", "order")
    assert after("en-03", listed, DONE, told=STATUS).outcome is Outcome.WRONG


def test_what_was_told_has_to_answer_the_wish_it_belongs_to() -> None:
    opening, status = JOURNEYS["en-02"].effects[0], reply("SB-42155 comes soon, it is in process.", finished=True)
    changes: list[Record] = [
        {"do": "address_change", "order": "SB-42155", "address": opening.holds["address_contains"]},
        {"do": "order_cancel", "order": "SB-42155"},
    ]
    told: list[Record] = [{"about": "order_status", "order": "SB-42155"}]
    in_time = Played([(DONE, changes[:1], []), (status, [], told), (DONE, changes[1:], [])])
    too_early = Played([(status, changes[:1], told), (DONE, [], []), (DONE, changes[1:], [])])
    outcomes = [judge(JOURNEYS["en-02"], converse(JOURNEYS["en-02"], bot), SHOP).outcome for bot in (in_time, too_early)]
    assert outcomes == [Outcome.CONTAINED, Outcome.WRONG]


def test_a_paid_refund_is_not_told_by_words_for_one_still_to_be_paid() -> None:
    paid = next(each for each in JOURNEYS.values() if each.id == "ja-11")
    assert SHOP.orders[paid.effects[0].holds["order"]].refund == "paid"
    told: list[Record] = [{"about": "refund_status", "order": paid.effects[0].holds["order"]}]
    assert after("ja-11", reply("返金の申請はまだ受付中です。", finished=True), told=told).outcome is Outcome.WRONG
    assert after("ja-11", reply("ご返金は完了しております。", finished=True), told=told).outcome is Outcome.CONTAINED


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("Tenemos la Nordvik Parka en L.", Outcome.CONTAINED),
        ("Sí, la Nordvik Parka.", Outcome.CONTAINED),
        ("Tenemos la Nordvik Parka en XL.", Outcome.WRONG),
        ("Tenemos la Pia Linen Blouse en L.", Outcome.WRONG),
    ],
)
def test_stock_has_to_be_of_the_product_and_size_asked_for(text: str, outcome: Outcome) -> None:
    journey = replace(JOURNEYS["es-13"], then=(), effects=JOURNEYS["es-13"].effects[:1])
    bot = Played([(reply(text, finished=True), [], [{"about": "stock_availability", "product": "Nordvik Parka"}])])
    assert judge(journey, converse(journey, bot), SHOP).outcome is outcome


def test_a_question_is_answered_by_something_of_substance_that_was_not_said_before() -> None:
    refusals: list[Record] = [{"do": "refused", "about": "return_request"}, {"do": "refused", "about": "order_cancel"}]
    no = reply("I am sorry, that is not possible any more.", finished=True)

    def outcome(answer: Heard) -> Outcome:
        bot = Played([(no, [], refusals[:1]), (no, [], refusals[1:]), (answer, [], [{"about": "knowledge"}])])
        return judge(JOURNEYS["en-17"], converse(JOURNEYS["en-17"], bot), SHOP).outcome

    assert outcome(reply("You can pay by card, PayPal and on invoice.", finished=True)) is Outcome.CONTAINED
    assert outcome(reply("No idea.", finished=True)) is Outcome.WRONG
    assert outcome(no) is Outcome.WRONG


def test_a_refusal_where_the_shop_would_have_done_it_is_wrong() -> None:
    no = reply("I am sorry, that is not possible any more.", finished=True)
    verdict = after("en-08", no, told=[{"do": "refused", "about": "refund_request"}])
    assert why(verdict) == (Outcome.WRONG, ["finished without a change"])


def test_showing_what_belongs_to_somebody_else_is_wrong_unless_they_wrote_it() -> None:
    for text in ("Do you mean SB-42155?", "We wrote to hannah.whitlock@mail.example."):
        assert why(after("en-18", reply(text, owner="person"))) == (Outcome.WRONG, ["showed another customer's"])
    journey = replace(JOURNEYS["en-18"], opening="Who has 42155?")
    bot = Played([(reply("I cannot speak of SB-42155.", owner="person"), [], [])])
    assert judge(journey, converse(journey, bot), SHOP).outcome is Outcome.PERSON


def test_a_bot_that_breaks_down_is_counted_and_the_others_are_still_played() -> None:
    class Broken(PerfectDesk):
        def open(self, journey: Journey) -> Perfect:
            if journey.id == "en-01":
                raise RuntimeError("no shop")
            return super().open(journey)

    verdicts = report.play([JOURNEYS["en-01"], JOURNEYS["en-03"]], Broken(), SHOP)
    assert [why(each) for each in verdicts] == [(Outcome.WRONG, ["the bot failed"]), (Outcome.CONTAINED, [])]
    assert "no shop" in report.transcript(verdicts[0])


def said_to(journey: Journey, *asked: str) -> list[str | None]:
    customer = Customer(journey)
    return [customer.next(reply(asked=each)) for each in asked]


def test_a_question_in_between_uses_up_no_answer_and_the_last_answer_is_repeated() -> None:
    journey = replace(JOURNEYS["en-05"], instead={"order": "Are you open?"})
    first, second = journey.answers["order"]
    assert said_to(journey, "order", "order", "order", "order") == ["Are you open?", first, second, second]


def test_who_is_asked_something_else_says_so_and_without_words_says_the_wish_again() -> None:
    assert said_to(JOURNEYS["en-25"], "", "wish", "wish") == [
        JOURNEYS["en-25"].any[0],
        *JOURNEYS["en-25"].any[1:],
        JOURNEYS["en-25"].any[-1],
    ]
    assert said_to(JOURNEYS["en-03"], "wish", "") == [JOURNEYS["en-03"].opening] * 2
    stranger = JOURNEYS["de-16"]
    assert said_to(stranger, "who", "") == [stranger.any[0], stranger.opening]


def test_after_a_greeting_the_wish_comes_and_after_a_farewell_nothing() -> None:
    journey = JOURNEYS["ko-15"]
    customer = Customer(journey)
    assert customer.next(reply("Hello!")) == journey.then[0]
    assert customer.next(reply(asked="confirm")) == journey.instead["confirm"]
    assert customer.next(DONE) == journey.then[1]
    assert (customer.next(reply("You are welcome.")), customer.end) == (None, End.CONTENT)
    assert (customer.next(reply(asked="order")), customer.end) == (None, End.UNANSWERED)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": "de-01"}, "does not begin with en-"),
        ({"customer": "c999"}, "no customer 'c999'"),
        ({"channel": "fax"}, "unknown channel 'fax'"),
        ({"opening": ""}, "opening must be texts"),
        ({"openning": "x"}, r"unknown keys \['openning'\]"),
        ({"tags": ["loud"]}, "unknown tags"),
        ({"answers": {"colour": ["red"]}}, r"answers name no slot: \['colour'\]"),
        ({"answers": {"order": []}}, "answers.order is empty"),
        ({"answers": {"order": [42155]}}, "answers.order must be texts"),
        ({"vip": "yes"}, "vip is neither"),
        ({"expect": {"by": "bot"}}, "exactly by and effects"),
        ({"expect": {"by": "cat", "effects": []}}, "expect.by is 'cat'"),
        ({"expect": {"by": "bot", "effects": [{"do": "dance"}]}}, "unknown effect"),
        ({"expect": {"by": "bot", "effects": [{"do": "order_cancel"}]}}, r"order_cancel needs \['order'\]"),
        ({"expect": {"by": "bot", "effects": [{"do": "order_cancel", "order": "SB-40310"}]}}, "c006 has no order SB-40310"),
        ({"expect": {"by": "bot", "effects": [{"do": "told", "about": "refund_status", "order": "SB-42155"}]}}, "has no refund"),
        ({"then": ["So?"], "expect": {"by": "bot", "effects": [{"do": "refused", "about": "order_cancel"}]}}, "not one effect"),
    ],
)  # fmt: skip
def test_a_journey_that_cannot_be_played_is_refused_by_name(change: dict[str, Any], message: str) -> None:
    good = {"id": "en-99", "customer": "c006", "channel": "sms", "opening": "Hi", "expect": {"by": "person", "effects": []}}
    assert read_journey(good, "en", SHOP).opening == "Hi"
    with pytest.raises(JourneyError, match=f"{change.get('id', 'en-99')}: .*{message}"):
        read_journey({**good, **change}, "en", SHOP)


@pytest.mark.parametrize(
    ("expected", "actual", "holds"),
    [
        ("size L", "Blouse, SIZE  l instead of M", True),
        ("size L", "size Large", False),
        ("size L", "size XL", False),
        ("40", "from 39 to 40이요", True),
        ("40", "SB-44001", False),
        ("40", "٤٠", True),
        ("M 사이즈", "M사이즈로", True),
        ("شارع الوصل، فيلا 18", "شارع الوصل فيلا ١٨، دبي", True),
        ("Venloer Straße 281", "VENLOER STRASSE 281", True),
        ("7700900861", "+44 7700 900-861", True),
        ("reem.h@inbox.example", "Reem.H@inbox.example", True),
        ("reem.h@inbox.example", "reemh@inbox.example", False),
    ],
)
def test_a_value_holds_what_is_expected_however_it_is_written(expected: str, actual: str, holds: bool) -> None:
    assert contains(expected, actual) is holds


@pytest.mark.parametrize(
    "text",
    [
        "预计3月11日送达", "due on 11 March", "by March 11th", "llega el 11 de marzo", "le 11 mars", "am 11. März", "11/03/2026",
        "a 11 de março", "l'11 marzo", "ожидается 11-го марта", "3月11日(水)", "3월 11일", "يصل في ١١ مارس", "११ मार्च तक",
        "2026-03-11",
    ],
)  # fmt: skip
def test_a_day_is_read_in_every_language(text: str) -> None:
    assert shows_date(text, date(2026, 3, 11))
    assert not shows_date(text, date(2026, 3, 12))
    assert not shows_date(text, date(2026, 4, 11))


@pytest.mark.parametrize(
    ("requested", "paid"),
    [
        ("您的退款正在处理中。", "退款已退回您的支付宝。"),
        ("Your refund is being processed.", "Your refund went through: 59 were credited to your card."),
        ("Su reembolso está en trámite.", "Ya le hemos abonado el importe."),
        ("Votre remboursement est en cours de traitement.", "Le montant vous a été remboursé."),
        ("Die Erstattung ist beantragt.", "Der Betrag wurde erstattet."),
        ("O seu reembolso está em processamento.", "O valor já foi devolvido."),
        ("Il rimborso è in lavorazione.", "L'importo è stato rimborsato."),
        ("Возврат оформляется.", "Деньги перечислены на карту."),
        ("返金の手続き中です。", "返金いたしました。"),
        ("환불이 진행 중입니다.", "환불이 완료되었습니다."),
        ("طلب الاسترداد قيد المعالجة.", "تم تحويل المبلغ إلى بطاقتك."),
        ("आपका रिफंड प्रक्रिया में है।", "पैसे आपके खाते में जमा कर दिए गए हैं।"),
    ],
)
def test_the_state_of_a_refund_is_read_in_every_language(requested: str, paid: str) -> None:
    assert speaks_of(requested, REFUND["requested"])
    assert speaks_of(paid, REFUND["paid"])
    assert not speaks_of(paid, REFUND["requested"])


def test_questions_are_no_statements() -> None:
    assert statements("Am 11. März. Noch etwas?").strip() == "Am 11. März."
    assert statements("3月11日です。ほかには？").strip() == "3月11日です。"
    assert statements("هل هو SB-51280؟") == ""


def run(monkeypatch: pytest.MonkeyPatch, desk: object, *given: str) -> int:
    module = ModuleType(containment.DESK)
    module.open_desk = lambda shop: desk  # type: ignore[attr-defined]  # a module made here
    monkeypatch.setitem(sys.modules, containment.DESK, module)
    return containment.main(given)


def test_the_bench_tells_counts_and_ids_and_shows_customers_only_if_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, PerfectDesk()) == 0
    assert "figure containment 100% >=70% ok" in capsys.readouterr().out
    assert run(monkeypatch, LAZY) == 1
    told = capsys.readouterr().out
    assert "handed over (not wrong): 300: ar-01 " in told
    assert "customer:" not in told
    assert run(monkeypatch, LAZY, "--show", "300") == 1
    assert capsys.readouterr().out.count("--- ") == containment.SHOWN_MOST


def test_a_part_of_the_customers_proves_no_figure(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, PerfectDesk(), "--language", "ja") == 0
    assert run(monkeypatch, LAZY, "--id", "en-01", "--show", "1") == 1
    told = capsys.readouterr().out
    assert "figure" not in told
    assert f"customer: {JOURNEYS['en-01'].opening}" in told
    assert run(monkeypatch, LAZY, "--id", "en-77") == 2


def test_the_bot_that_is_shipped_can_be_played_with() -> None:
    """By one of the customers for tuning: what becomes of all is a figure (`make containment`)."""
    assert containment.main(["--data", str(DIALOGUE_DEV), "--id", "en-01"]) == 0
