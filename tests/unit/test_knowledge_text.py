"""Articles' Markdown: read, cut into passages, folded into words, and said in a chat."""

from __future__ import annotations

import pytest

from switchboard.domain.errors import Malformed
from switchboard.domain.knowledge.answer import LONGEST, answer, shortened
from switchboard.domain.knowledge.article import Audience, Text, parse
from switchboard.domain.knowledge.hits import Hit
from switchboard.domain.knowledge.importing import read_article
from switchboard.domain.knowledge.markdown import blocks, front_matter, plain
from switchboard.domain.knowledge.passages import WORDS, contexts, passages, sentences, words
from switchboard.domain.knowledge.words import terms

FILE = """---
id: returns
title: "Send it back: how"
locale: en
regions: [eu, us]
audience: agent
topic: returns
---

# Send it back: how

Within **30 days**, see [the form](https://shop.example/form).

## Errors

| Code | Meaning | Do |
|---|---|---|
| E-1 | torn label | print anew |
"""


def article(body: str, locale: str = "en") -> Text:
    return Text("Title", body, locale)


def test_an_article_is_read_off_a_markdown_file() -> None:
    id_, text = read_article(FILE)
    assert id_ == "returns"
    assert (text.title, text.locale, text.regions) == ("Send it back: how", "en", ("eu", "us"))
    assert (text.audience, text.topic) == (Audience.AGENT, "returns")


def test_regions_may_stand_one_a_line() -> None:
    fields, _ = front_matter("---\nregions:\n  - eu\n  - us\nid: a\n---\nBody")
    assert fields == {"regions": ["eu", "us"], "id": "a"}


def test_without_a_title_the_first_heading_is_one() -> None:
    assert read_article("---\nid: a\nlocale: en\n---\n# What we do\n\nThis.")[1].title == "What we do"


@pytest.mark.parametrize(
    ("file", "says"),
    [
        ("# No fields", "line 1"),
        ("---\nid: a\n", "do not end"),
        ("---\nid: a\nid: b\n---\n", "line 3"),
        ("---\nid: a\nwhat is this\n---\n", "line 3"),
        ("---\nid: Bad Id\nlocale: en\n---\n# T\n\nx", "'id'"),
        ("---\nid: a\nlocale: english\n---\n# T\n\nx", "'locale'"),
        ("---\nid: a\nlocale: en\nregions: [EU!]\n---\n# T\n\nx", "'regions'"),
        ("---\nid: a\nlocale: en\naudience: nobody\n---\n# T\n\nx", "'audience'"),
        ("---\nid: a\nlocale: en\nprice: 3\n---\n# T\n\nx", "'price'"),
        ("---\nid: a\nlocale: en\ntitle: T\n---\n", "'body'"),
    ],
)
def test_a_bad_file_is_refused_and_why_is_said(file: str, says: str) -> None:
    with pytest.raises(Malformed, match=says):
        read_article(file)


def test_a_text_that_would_not_fit_into_a_record_is_refused() -> None:
    with pytest.raises(Malformed, match="'body'"):
        parse({"title": "T", "body": "x" * 60_001, "locale": "en"})


def test_chat_text_keeps_the_words_and_loses_the_marks() -> None:
    assert plain("**Restart** the *phone*, `*101*code#`, [form](https://a.example/f) ![x](y)") == (
        "Restart the phone, *101*code#, form (https://a.example/f) x"
    )


def test_a_table_is_said_row_by_row_with_its_columns_names() -> None:
    assert [b.text for b in blocks(FILE.split("---\n", 2)[2]) if b.kind == "row"] == ["- E-1: Meaning: torn label; Do: print anew"]


def test_a_list_keeps_its_numbers_and_what_is_under_an_item() -> None:
    assert [b.text for b in blocks("1. Open\n2. Close\n   the box\n* Done")] == ["1. Open", "2. Close the box", "- Done"]


def test_sections_are_passages_and_know_their_heading() -> None:
    found = passages(article("# Title\n\nFirst.\n\n## When\n\nSecond."))
    assert [(p.heading, p.text) for p in found] == [("", "First."), ("When", "Second.")]


def test_no_passage_is_longer_than_the_encoder_reads_and_nothing_is_lost() -> None:
    said = [f"This is sentence number {n} of a long paragraph." for n in range(60)]
    found = passages(article(" ".join(said)))
    assert len(found) > 3
    assert all(words(p.text) <= WORDS for p in found)
    assert " ".join(p.text for p in found).split() == " ".join(said).split()


def test_a_chinese_paragraph_is_cut_at_its_sentences() -> None:
    body = "请携带身份证到营业厅办理。" * 30
    found = passages(article(body, "zh"))
    assert all(p.text.endswith("。") for p in found)
    assert "".join(p.text for p in found) == body


def test_neighbours_are_read_together() -> None:
    pieces = passages(article("One.\n\n## A\n\nTwo.\n\n## B\n\n" + "word " * 79))
    texts, of = contexts(pieces, "Title")
    assert texts[0] == "Title. One. A. Two."
    assert of == [0, 0, 1]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Costs 4.90 a month. See z. B. here.", ["Costs 4.90 a month.", " See z. B. here."]),
        ("第一句。第二句！", ["第一句。", "第二句！"]),
        ("मेरा पार्सल कहाँ है। बताइए", ["मेरा पार्सल कहाँ है।", " बताइए"]),
    ],
)
def test_sentences_end_where_they_do(text: str, parts: list[str]) -> None:
    assert list(sentences(text)) == parts


@pytest.mark.parametrize(
    ("one", "other"),
    [("Rückgabe", "ruckgabe"), ("возвращённый", "возвращение"), ("إلغاء", "الغاء"), ("ｅＳＩＭ", "esim"), ("customer's", "customer")],
)
def test_spellings_of_a_word_meet(one: str, other: str) -> None:
    assert list(terms(one)) == list(terms(other))


def test_scripts_without_blanks_are_compared_by_pairs() -> None:
    assert list(terms("退款PUK码")) == ["退款", "puk", "码"]
    assert list(terms("डिलीवरी")) == ["डिलीवरी"[:6]]


def hit(text: str, heading: str = "", title: str = "Refunds") -> Hit:
    return Hit("refund", 2, title, "en", "returns", 0, heading, text, 1.0, 0.95)


def test_the_bot_cites_the_article_it_answers_from() -> None:
    assert answer(hit("Within ten days."), "de") == "Within ten days.\n\nQuelle: Refunds"
    assert answer(hit("Within ten days."), "xx", "https://help.example/a/") == (
        "Within ten days.\n\nSource: Refunds https://help.example/a/refund"
    )


def test_a_long_passage_is_said_as_far_as_whole_items_go() -> None:
    items = [f"- item {n}: " + "word " * 20 + "end." for n in range(12)]
    said = shortened("\n".join(items))
    assert len(said) <= LONGEST
    assert said.split("\n") == items[: len(said.split("\n"))]


def test_of_a_line_that_is_too_long_whole_sentences_are_said() -> None:
    text = "Short intro\n" + " ".join(f"Sentence {n} is of some length." for n in range(60))
    said = shortened(text)
    assert said.startswith("Short intro\nSentence 0")
    assert said.endswith("length.")
    assert len(said) <= LONGEST


def test_what_has_no_end_of_a_sentence_is_cut_at_a_word_and_says_so() -> None:
    said = shortened("word " * 400)
    assert said.endswith("word\u2026")
    assert len(said) <= LONGEST
