"""What the bot does with what customers write: the turns of a dialogue, told as customers see them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from switchboard.domain.dialogue import engine
from switchboard.domain.dialogue import events as de
from switchboard.domain.dialogue.state import CALL_SECONDS, EMPTY
from switchboard.domain.dialogue.turn import CLOSE, LED, NOT_MINE, HandOver
from tests.unit.dialogue_shop import DOCUMENTS, Customer, ShopBook

ADDRESS = "Hauptstr. 12, 10115 Berlin"


def changing() -> Customer:
    """A customer who was asked for the new address of SB-42155."""
    c = Customer()
    c.write("I moved, can you change the address of SB-42155?", "address_change")
    assert c.waiting == "address"
    return c


def confirming() -> Customer:
    """A customer who was asked to confirm the new address."""
    c = changing()
    assert c.write(ADDRESS) == f"Shall I have SB-42155 delivered to {ADDRESS}?"
    return c


# -- the straight way ------------------------------------------------------------------------------


def test_a_flow_asks_looks_up_confirms_and_has_it_done() -> None:
    c = Customer()
    assert c.write("I need another delivery address", "address_change") == "Which order is it?"
    assert c.write("it is sb 42155") == "Where should it go?"
    assert c.write(ADDRESS) == f"Shall I have SB-42155 delivered to {ADDRESS}?"
    assert c.effects == []
    assert c.write("yes please") == f"Done: SB-42155 goes to {ADDRESS}.\nAnything else?"
    assert c.effects == [("address_change", {"order": "SB-42155", "address": ADDRESS})]
    assert c.ends == [("address_change", "done")]
    assert c.write("no thanks") == "Goodbye."
    assert c.turns[-1].outcome is CLOSE


def test_nobody_is_asked_what_they_have_said() -> None:
    c = Customer()
    said = c.write("change the address of SB-42155 to 12 Elm Street, Springfield 62704", "address_change")
    assert said == "Shall I have SB-42155 delivered to 12 Elm Street, Springfield 62704?"


def test_the_constant_of_a_call_tells_the_company_what_it_is_for() -> None:
    c = Customer()
    said = c.write("change the address of SB-90000", "address_change")
    assert said == "Not possible: it is too late for that.\nAnything else?"
    assert c.ends == [("address_change", "refused")]


def test_a_number_the_company_does_not_know_is_asked_again_and_then_people_take_over() -> None:
    c = Customer()
    assert c.write("where is SB-99999?", "order_status") == "I cannot find SB-99999."
    assert c.write("SB-99999") == "I cannot find SB-99999."
    assert c.turns[-1].outcome == HandOver("misses")
    assert len(c.of(de.ActionRequested)) == 1, "the same look-up is not made twice"
    assert c.ends == [("order_status", "handed_over")]


def test_a_value_after_a_refused_one_goes_on() -> None:
    c = Customer()
    c.write("where is SB-99999?", "order_status")
    assert c.write("sorry, 41855") == "SB-41855 is on its way.\nAnything else?"


def test_an_outcome_no_step_names_hands_over() -> None:
    c = Customer(slow=True)
    c.write("where is SB-42155?", "order_status")
    c.answer("on_fire")
    assert c.turns[-1].outcome == HandOver("failed")
    assert c.ends == [("order_status", "failed")]


def test_what_the_company_refuses_after_the_confirmation_is_asked_and_confirmed_anew() -> None:
    c = confirming()
    c.slow = True
    c.write("yes")
    assert c.answer("bad_address") == f"The carrier does not know {ADDRESS}."
    c.slow = False
    assert c.write("Hauptstr. 14, 10115 Berlin") == "Shall I have SB-42155 delivered to Hauptstr. 14, 10115 Berlin?"
    c.write("yes")
    assert [a["address"] for _, a in c.effects] == [ADDRESS, "Hauptstr. 14, 10115 Berlin"]


# -- corrections -----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["no wait, I meant SB-41770", "no, 41770", "SB-41770", "sorry, SB 41770", "yes but for SB-41770"])
def test_another_number_at_the_confirmation_is_a_correction(text: str) -> None:
    c = confirming()
    assert c.write(text) == f"Shall I have SB-41770 delivered to {ADDRESS}?"
    assert c.of(de.ActionRequested)[-1].arguments == {"order": "SB-41770"}, "what was known of the other order does not hold"
    assert [e.slot for e in c.of(de.SlotFilled) if e.correction] == ["order"]
    c.write("yes")
    assert c.effects == [("address_change", {"order": "SB-41770", "address": ADDRESS})]


def test_a_number_corrected_while_something_else_is_asked() -> None:
    c = changing()
    assert c.write("no wait, I meant SB-41770") == "Where should it go?"
    assert c.values == {"order": "SB-41770"}
    assert c.d.frames[-1].misses == 0


@pytest.mark.parametrize(
    "text",
    ["yes but to the other address: 12 Elm Street, Springfield", "No, to 12 Elm Street, Springfield", "12 Elm Street, Springfield",
     "actually, please send it to 12 Elm Street, Springfield instead"],
)  # fmt: skip
def test_another_address_at_the_confirmation_is_a_correction(text: str) -> None:
    c = confirming()
    assert c.write(text) == "Shall I have SB-42155 delivered to 12 Elm Street, Springfield?"
    assert c.effects == []


def test_what_is_wrong_is_asked_again() -> None:
    c = confirming()
    assert c.write("no, that is the wrong address") == "Where should it go?"
    assert c.values == {"order": "SB-42155"}


def test_the_rest_of_a_no_is_the_new_text() -> None:
    c = Customer()
    c.write("I want to send SB-42155 back", "return_request")
    assert c.write("too small", "exchange_request") == "Shall I register the return of SB-42155 (too small)?"
    said = c.write("no, because it arrived broken", "item_problem")
    assert said == "Shall I register the return of SB-42155 (because it arrived broken)?"


def test_a_postcode_is_no_order_number() -> None:
    c = changing()
    c.write("Hauptstr. 12\n10115 Berlin")
    assert c.values == {"order": "SB-42155", "address": ADDRESS}


# -- yes, no, and out ------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["no", "no thanks", "nope!", "No, don't", "noooo", "👎"])
def test_a_bare_no_at_the_confirmation_changes_nothing(text: str) -> None:
    c = confirming()
    assert c.write(text) == "Nothing was changed.\nAnything else?"
    assert c.ends == [("address_change", "cancelled")]
    assert c.effects == []


@pytest.mark.parametrize("text", ["forget it", "Never mind!", "ok forget it", "Leave it, I'll keep the old one.", "stop"])
@pytest.mark.parametrize("where", [changing, confirming])
def test_a_customer_who_wants_out_gets_out(text: str, where) -> None:
    c = where()
    assert c.write(text) == "Nothing was changed.\nAnything else?"


def test_the_word_of_the_wish_is_not_the_way_out() -> None:
    c = Customer()
    c.write("please cancel SB-42155", "order_cancel")
    c.write("cancel it", "order_cancel")
    assert c.effects == [("order_cancel", {"order": "SB-42155"})]


def test_cancel_alone_is_no_consent_unless_it_surely_means_the_wish() -> None:
    c = Customer()
    c.write("please cancel SB-42155", "order_cancel")
    assert c.write("cancel") == "Shall I cancel SB-42155?"
    assert c.effects == []


def test_a_choice_may_have_the_words_of_the_way_out() -> None:
    c = Customer()
    assert c.write("my subscription", "subscription") == "Would you like to stop or pause it?"
    assert c.write("cancel it") == "Shall I stop your subscription?"
    assert c.write("no, pause it") == "Shall I pause your subscription?"
    c.write("yes, pause it")
    assert c.effects == [("subscription_set", {"wish": "pause"})]


def test_a_change_of_mind_may_be_the_reason() -> None:
    c = Customer()
    c.write("I want to send SB-42155 back", "return_request")
    assert c.write("I changed my mind") == "Shall I register the return of SB-42155 (I changed my mind)?"
    assert c.write("I changed my mind") == "Nothing was changed.\nAnything else?"


def test_a_mistyped_yes_counts_and_a_maybe_does_not() -> None:
    for text in ("yse", "yess", "YES!!!", "yeah sure", "ok", "yes, go ahead please"):
        c = confirming()
        c.write(text)
        assert c.effects, text
    c = confirming()
    c.write("yes, go ahead and do that please", "affirm")
    assert c.effects
    for text in ("maybe", "yes?", "hm", "yet", "is that free?", "yes but not now", "yes, if it is free"):
        c = confirming()
        c.write(text)
        assert c.effects == [], text


# -- in between ------------------------------------------------------------------------------------


def test_another_wish_in_between_is_served_and_then_the_question_comes_back() -> None:
    c = changing()
    said = c.write("where is it now?", "order_status")
    assert said == "SB-42155 is on its way.\nBack to where we were.\nWhere should it go?"
    assert [f.flow for f in c.d.frames] == ["address_change"]
    assert c.write(ADDRESS) == f"Shall I have SB-42155 delivered to {ADDRESS}?"


def test_a_question_in_between_is_answered_and_the_question_asked_again() -> None:
    c = confirming()
    assert c.write("When are you open?", "store_info").startswith("We are open from 9 to 18.\nShall I have")
    c.write("yes")
    assert len(c.effects) == 1


def test_a_yes_with_another_wish_does_both() -> None:
    c = Customer()
    c.write("please cancel SB-42155", "order_cancel")
    said = c.write("Yes. And where is SB-41111?", "order_status")
    assert c.effects == [("order_cancel", {"order": "SB-42155"})]
    assert said == "SB-42155 is cancelled.\nSB-41111 is on its way.\nAnything else?"


def test_a_yes_with_one_more_of_the_same_does_both() -> None:
    c = Customer()
    c.write("please cancel SB-42155", "order_cancel")
    assert c.write("yes, and also cancel SB-41111", "order_cancel").endswith("Shall I cancel SB-41111?")
    c.write("yes")
    assert [a["order"] for _, a in c.effects] == ["SB-42155", "SB-41111"]


def test_an_answer_with_another_wish_does_both() -> None:
    c = Customer()
    c.write("other address please", "address_change")
    said = c.write("It's SB-42155. By the way, where is it now?", "order_status")
    assert said == "SB-42155 is on its way.\nBack to where we were.\nWhere should it go?"


def test_a_no_with_another_wish_goes_over_to_that() -> None:
    c = confirming()
    assert c.write("no, please cancel the order instead", "order_cancel") == "Nothing was changed.\nShall I cancel SB-42155?"
    assert c.ends == [("address_change", "cancelled")]


def test_a_wish_from_further_out_goes_back_to_it() -> None:
    c = Customer()
    c.write("other address please", "address_change")
    assert c.write("I want to cancel something", "order_cancel") == "Which order is it?"
    assert c.write("no, change the address of SB-42155", "address_change").endswith("Where should it go?")
    assert [f.flow for f in c.d.frames] == ["address_change"]


def test_a_reason_that_sounds_like_a_wish_is_a_reason() -> None:
    c = Customer()
    c.write("I want to send SB-42155 back", "return_request")
    assert "parcel never arrived" in c.write("the parcel never arrived", "order_status")
    assert c.waiting == "confirm"


def test_a_fourth_wish_waits_until_one_has_ended() -> None:
    c = Customer()
    c.write("x", "address_change")
    c.write("x", "order_cancel")
    c.write("x", "return_request")
    c.write("where is my order?", "order_status")
    assert [f.flow for f in c.d.frames] == ["address_change", "order_cancel", "return_request"]
    c.write("forget it")
    assert [f.flow for f in c.d.frames] == ["address_change", "order_cancel", "order_status"]


def test_thanks_and_greetings_in_between_are_no_misses() -> None:
    c = changing()
    for text, intent in (("thanks", "goodbye"), ("hello", "greeting"), ("thank you", "")):
        assert c.write(text, intent) == "Where should it go?"
    assert c.of(de.BotMissed) == []


def test_two_misses_in_a_row_and_people_take_over() -> None:
    c = changing()
    assert c.write("blue") == "That is no full address."
    assert c.write("no idea what you mean") == ""
    assert c.turns[-1].outcome == HandOver("misses")
    assert c.ends == [("address_change", "handed_over")]


def test_a_miss_is_forgiven_by_an_answer() -> None:
    c = Customer()
    c.write("x", "address_change")
    assert c.write("the blue one") == "I see no order number in “the blue one”."
    c.write("SB-42155")
    assert c.write("hm") == "That is no full address."
    assert c.turns[-1].outcome is LED


# -- opening messages and what was heard before -----------------------------------------------------


def test_the_first_message_has_product_and_size() -> None:
    c = Customer()
    assert c.write("Is the Alpine jacket in stock in M?", "stock_availability") == "In stock: Alpine jacket M.\nAnything else?"


def test_a_first_message_without_the_product_is_as_if_never_tried() -> None:
    c = Customer()
    assert c.write("do you have it in stock?", "stock_availability") == "Which product?"
    assert c.d.frames[-1].misses == 0
    assert c.write("the alpine one") == "Alpine jacket in which size: S, M, L?"
    assert c.write("large please") == "Sold out: Alpine jacket L.\nAnything else?"


def test_a_value_heard_earlier_serves_unless_another_is_meant() -> None:
    c = Customer()
    c.write("where is SB-42155?", "order_status")
    assert c.write("then cancel it", "order_cancel") == "Shall I cancel SB-42155?"
    c.write("no")
    assert c.write("I want to cancel another order", "order_cancel") == "Which order is it?"


def test_what_was_heard_earlier_is_not_held_against_the_customer() -> None:
    c = Customer()
    c.write("where is SB-42155?", "order_status")
    c.slow = True
    c.write("cancel it", "order_cancel")
    assert c.answer("not_found") == "Which order is it?"
    assert c.d.frames[-1].misses == 0


# -- after the end ---------------------------------------------------------------------------------


def done() -> Customer:
    c = Customer()
    assert c.write("where is SB-42155?", "order_status").endswith("Anything else?")
    return c


@pytest.mark.parametrize("text", ["no", "No, that's all, thanks", "thanks!", "ok great", "nothing", "bye", "perfect, thank you"])
def test_a_content_customer_is_let_go(text: str) -> None:
    c = done()
    assert c.write(text) == "Goodbye."
    assert c.turns[-1].outcome is CLOSE


def test_a_yes_after_the_end_asks_what_it_is() -> None:
    c = done()
    assert c.write("yes") == "Anything else?"
    assert c.turns[-1].outcome is LED


def test_one_more_number_repeats_the_flow() -> None:
    c = done()
    assert c.write("and SB-41900?").startswith("SB-41900 is on its way.")


def test_what_no_flow_serves_is_not_mine() -> None:
    assert Customer().write("no") == ""
    c = done()
    c.write("what is the meaning of life")
    assert c.turns[-1].outcome is NOT_MINE
    assert c.turns[-1].events == ()


# -- while a call is out ---------------------------------------------------------------------------


def test_what_is_said_meanwhile_is_heard_afterwards() -> None:
    c = Customer(slow=True)
    assert c.write("change the address of SB-42155", "address_change") == ""
    assert c.write("hello?") == "One moment."
    assert c.write(f"to {ADDRESS}") == ""
    assert c.answer() == f"Shall I have SB-42155 delivered to {ADDRESS}?"
    assert c.of(de.BotMissed) == []
    assert c.d.deferred == ()


def test_a_yes_to_what_was_not_shown_yet_is_none() -> None:
    c = Customer(slow=True)
    c.write(f"change the address of SB-42155 to {ADDRESS}", "address_change")
    c.write("yes", "affirm")
    assert c.answer() == f"Shall I have SB-42155 delivered to {ADDRESS}?"
    assert c.of(de.Confirmed) == []
    c.write("yes")
    assert len(c.effects) == 1


def test_a_way_out_meanwhile_is_taken_afterwards() -> None:
    c = Customer(slow=True)
    c.write("change the address of SB-42155", "address_change")
    c.write("forget it")
    assert c.answer() == "Nothing was changed.\nAnything else?"


def test_a_wish_meanwhile_is_served_afterwards() -> None:
    c = Customer(slow=True)
    c.write("change the address of SB-42155", "address_change")
    c.write("where is SB-41111 now?", "order_status")
    c.write("when are you open?", "store_info")
    assert c.answer() == "", "the other order is looked up"
    assert [e.message for e in c.d.deferred] == ["m3"]
    said = c.answer()
    assert said == "SB-41111 is on its way.\nWe are open from 9 to 18.\nBack to where we were.\nWhere should it go?"


def test_an_answer_nobody_waits_for_is_put_on_record_and_changes_nothing() -> None:
    c = Customer(slow=True)
    c.write("change the address of SB-42155", "address_change")
    late = de.ActionDone("call-0", "address_change", "order_lookup", "ok", {})
    turn = engine.resume(c.book, c.d, late, c.at, **c.means)
    assert (turn.events, turn.say, turn.outcome) == ((late,), (), NOT_MINE)


def test_a_flood_of_messages_fetches_people() -> None:
    c = Customer(slow=True)
    c.write("change the address of SB-42155", "address_change")
    for _ in range(engine.DEFERRED + 1):
        c.write("hello?")
    assert c.turns[-1].outcome == HandOver("failed")


# -- silence ---------------------------------------------------------------------------------------


def test_a_silent_customer_is_let_go_when_the_time_is_over() -> None:
    c = changing()
    assert c.d.deadline == c.at + timedelta(seconds=1800)
    assert engine.expire(c.book, c.d, c.at + timedelta(seconds=1799), language="en").outcome is NOT_MINE
    turn = engine.expire(c.book, c.d, c.at + timedelta(seconds=1800), language="en")
    assert turn.say == ("I close this for now.",)
    assert turn.events == (de.FlowEnded("address_change", de.FlowOutcome.TIMED_OUT),)


def test_a_silent_company_fetches_people() -> None:
    c = Customer(slow=True)
    c.write("change the address of SB-42155", "address_change")
    turn = engine.expire(c.book, c.d, c.at + timedelta(seconds=CALL_SECONDS), language="en")
    assert turn.outcome == HandOver("failed")
    assert turn.events == (de.FlowEnded("address_change", de.FlowOutcome.FAILED),)


def test_no_flow_no_deadline() -> None:
    c = done()
    assert engine.expire(c.book, c.d, c.at + timedelta(days=1), language="en").outcome is NOT_MINE


def test_when_people_take_over_all_flows_end() -> None:
    c = changing()
    c.write("cancel another order", "order_cancel")
    assert [(e.flow, e.outcome.value) for e in engine.abandoned(c.d)] == [
        ("order_cancel", "handed_over"), ("address_change", "handed_over"),
    ]  # fmt: skip
    assert engine.abandoned(EMPTY) == ()


def test_a_flow_that_is_gone_hands_over() -> None:
    c = changing()
    c.book = ShopBook({"order_status": DOCUMENTS["order_status"]})
    c.write(ADDRESS)
    assert c.turns[-1].outcome == HandOver("failed")
