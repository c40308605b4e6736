"""Automatic replies in the customer's language, with the customer's name and nothing odd in it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.domain.errors import Malformed
from switchboard.domain.rules import parse, render
from switchboard.domain.rules.model import Reply
from tests.unit.test_rules_parse import rule


def reply(**texts: str) -> Reply:
    [found] = parse({"rules": [rule(then=[{"action": "reply", "texts": texts}])]}).rules[0].then
    assert isinstance(found, Reply)
    return found


@pytest.mark.parametrize(
    ("language", "said"), [("zh", "您好"), ("zh-TW", "您好"), ("en", "Hello"), ("fr", "Hello"), ("und", "Hello"), ("", "Hello")]
)
def test_the_reply_is_in_the_customers_language_or_the_fallback(language: str, said: str) -> None:
    assert render(reply(en="Hello", zh="您好"), language, {}) == said


def test_a_reply_with_one_language_needs_no_other() -> None:
    assert render(reply(de="Hallo"), "en", {}) == "Hallo"


@pytest.mark.parametrize(
    ("template", "values", "said"),
    [
        ("Hi {name}, I am {agent}.", {"name": "Eve", "agent": "Ada"}, "Hi Eve, I am Ada."),
        ("Hi {name|there}!", {"name": "Eve"}, "Hi Eve!"),
        ("Hi {name|there}!", {}, "Hi there!"),
        ("Hi {name|there}!", {"name": " \n"}, "Hi there!"),
        ("Hi {name}!", {"name": "{agent}", "agent": "Ada"}, "Hi {agent}!"),
        ("Hi {name}!", {"name": r"\1 \g<0>"}, r"Hi \1 \g<0>!"),
        ("Hi {name}!", {"name": "Eve\r\nYour account is closed"}, "Hi Eve Your account is closed!"),
        ("Line\nline", {}, "Line\nline"),
    ],
)
def test_placeholders_are_filled_once_and_stay_on_their_line(template: str, values: dict[str, str], said: str) -> None:
    assert render(reply(en=template), "en", values) == said


@settings(max_examples=100, deadline=None)
@given(name=st.text(max_size=300))
def test_whatever_a_customer_calls_themselves_the_reply_stays_short_and_on_one_line(name: str) -> None:
    said = render(reply(en="Hi {name|there}!"), "en", {"name": name})
    assert said.startswith("Hi ")
    assert len(said) <= len("Hi !") + 100
    assert not set(said) & set("\n\r\t\x00")


@pytest.mark.parametrize(
    "template",
    ["Hi {Name}", "Hi {name", "Hi name}", "Hi {}", "Hi {{name}}", "Hi {name!r}", "Hi {name.__class__}", "{name}", "{name|}"],
)
def test_a_template_that_would_look_broken_to_a_customer_is_refused_when_written(template: str) -> None:
    with pytest.raises(Malformed, match=r"^rule 'vip': 'then\[0\]\.texts\.en' "):
        reply(en=template)
