"""The offline form: asked one by one or sent whole."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.errors import Malformed
from switchboard.domain.waiting_room.form import Form, Problem, Question, answered, asks, filled, opened, started, summary

LABELS = {"name": "Name", "contact": "Contact", "about": "About"}


def talk(form: Form, *replies: str, language: str = "en") -> tuple[Form, list[Problem | None]]:
    problems = []
    for reply in replies:
        form, problem = answered(form, reply, language)
        problems.append(problem)
    return form, problems


def test_one_question_a_message_until_people_can_act() -> None:
    form = started()
    assert asks(form) is Question.ABOUT
    form, _ = answered(form, "My lamp came broken.\nOrder 4711.", "en")
    assert asks(form) is Question.NAME
    form, _ = answered(form, "Jo\tDoe", "en")
    assert asks(form) is Question.CONTACT
    form, _ = answered(form, "it's jo@example.org", "en")
    assert form.done
    assert summary(form, LABELS) == "Name: Jo Doe\nContact: jo@example.org\nAbout: My lamp came broken.\nOrder 4711."


def test_the_offer_may_be_taken_up_declined_or_simply_answered() -> None:
    assert asks(opened(started(), "Yes please", "en")[0]) is Question.ABOUT
    assert opened(started(), "no thanks", "en")[0].declined
    form, _ = opened(started(), "My lamp came broken", "en")
    assert form.about == "My lamp came broken"
    assert opened(started(), "", "en")[1] is Problem.EMPTY


def test_nobody_is_asked_what_is_known() -> None:
    form, _ = talk(started(name="Jo", phone="+491712345678"), "Broken lamp")
    assert form.done
    assert form.contact == "+491712345678"
    assert talk(started(name="Jo", reachable=True), "Broken lamp")[0].done


def test_a_contact_that_is_none_is_asked_for_again_and_then_kept_in_the_customers_words() -> None:
    form, problems = talk(started(name="Jo"), "Broken lamp", "at home", "ask for Jo at the bakery")
    assert problems == [None, Problem.NOT_A_CONTACT, None]
    assert form.done
    assert form.contact == "ask for Jo at the bakery"


def test_a_picture_or_a_novel_is_no_answer_and_the_question_stays() -> None:
    form, problems = talk(started(), "  ", "x" * 4001)
    assert problems == [Problem.EMPTY, Problem.TOO_LONG]
    assert asks(form) is Question.ABOUT
    form, problems = talk(Form(about="a"), "n" * 101)
    assert problems == [Problem.TOO_LONG]


def test_a_no_ends_the_questions_and_keeps_what_was_said() -> None:
    form, _ = talk(started(), "Broken lamp", "Nein danke", language="de")
    assert form.declined
    assert not form.done
    assert asks(form) is None
    assert summary(form, LABELS) == "About: Broken lamp"
    assert answered(form, "more", "de") == (form, None)


def test_a_name_that_is_a_no_elsewhere_is_a_name() -> None:
    form, _ = talk(Form(about="a"), "Na")
    assert form.name == "Na"


def test_a_form_sent_whole_is_read() -> None:
    form = filled({"name": " Jo ", "contact": "+49 171 2345678", "about": "Broken lamp"})
    assert form.done
    assert form.contact == "+491712345678"


GOOD = {"name": "Jo", "contact": "jo@example.org", "about": "Lamp"}


@pytest.mark.parametrize(
    ("data", "at_fault"),
    [
        ("Jo", "'form'"),
        ({**GOOD, "fax": "1"}, "'fax'"),
        ({**GOOD, "name": " "}, "'form.name'"),
        ({**GOOD, "name": "n" * 101}, "'form.name'"),
        ({**GOOD, "contact": "at home"}, "'form.contact'"),
        ({"name": "Jo", "contact": "jo@example.org"}, "'form.about'"),
        ({**GOOD, "about": ["Lamp"]}, "'form.about'"),
    ],
)
def test_a_form_with_a_fault_is_refused_by_the_fields_name_and_without_its_words(data: Any, at_fault: str) -> None:
    with pytest.raises(Malformed) as refused:
        filled(data)
    assert at_fault in str(refused.value)
    assert "at home" not in str(refused.value)


@pytest.mark.parametrize("replies", [(), ("It leaks",)])
def test_signs_that_nobody_can_see_are_no_answer(replies: tuple[str, ...]) -> None:
    form = started()
    for reply in replies:
        form, _ = answered(form, reply, "en")
    assert answered(form, "\x08\u200b", "en") == (form, Problem.EMPTY)


@given(st.lists(st.text(max_size=300), max_size=20), st.sampled_from(["en", "ar", "ja", "und"]))
def test_whatever_is_replied_the_form_ends_and_loses_nothing_that_it_took(replies: list[str], language: str) -> None:
    form = started()
    for reply in replies:
        before = form
        form, problem = answered(form, reply, language)
        assert (before.about, before.name) in ((form.about, form.name), ("", ""), (form.about, ""))
        assert problem is None or (form.about, form.name, form.contact) == (before.about, before.name, before.contact)
    meaningful = [r for r in replies if any(c.isprintable() and not c.isspace() for c in r)]
    assert len(meaningful) < 5 or form.done or form.declined or not form.name
