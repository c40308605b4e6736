"""What every translator promises (`application.translation_ports.Translator`)."""

from __future__ import annotations

import re

import pytest

from switchboard.application.translation_ports import Translator
from switchboard.domain.translation import glossary
from switchboard.domain.translation.glossary import NO_TERMS
from switchboard.domain.translation.result import Reason

ORDER = "Guten Tag, Bestellung SB-10214 vom 2026-03-05 kostet 1.234,56 € {{name}}: https://shop.example/o/SB-10214?x=1&y=2"
KEPT = ("SB-10214", "2026-03-05", "1.234,56 €", "{{name}}", "https://shop.example/o/SB-10214?x=1&y=2")


class TranslatorContract:
    """Fixture `translator`, for German and English at least."""

    def test_it_has_a_name(self, translator: Translator) -> None:
        assert re.fullmatch(r"[a-z][a-z0-9-]{0,31}", translator.name)

    def test_one_outcome_a_text_in_order(self, translator: Translator) -> None:
        found = translator.translate(["Guten Tag", "12345", "Guten Tag", "eins\nzwei"], "de", "en", NO_TERMS)
        assert len(found) == 4
        assert found[0] == found[2]
        assert found[1].reason is Reason.WORDLESS
        for outcome in found:
            assert bool(outcome.text) == bool(outcome.by) == (outcome.reason is None)

    def test_no_texts(self, translator: Translator) -> None:
        assert list(translator.translate([], "de", "en", NO_TERMS)) == []

    def test_what_must_survive_does(self, translator: Translator) -> None:
        [outcome] = translator.translate([ORDER], "de", "en", NO_TERMS)
        if outcome.reason is None:
            assert all(outcome.text.count(kept) == ORDER.count(kept) for kept in KEPT)

    @pytest.mark.parametrize("text", [
        "a < b & c > d &amp; <b>e</b>", "⟦XA⟧ ⟦", "<span translate=\"no\">XA</span> ja", "{", "%s %", " \n \n",
    ])  # fmt: skip
    def test_what_looks_like_markup_is_text(self, translator: Translator, text: str) -> None:
        [outcome] = translator.translate([text], "de", "en", NO_TERMS)
        for sign in "<>&⟦⟧{%":
            assert outcome.reason is not None or outcome.text.count(sign) == text.count(sign)

    def test_a_very_long_text_is_refused_or_whole(self, translator: Translator) -> None:
        for text in ("Guten Tag. " * 1_700, "您好。" * 6_000, "x" * 20_000, "Guten Tag " * 20_000):
            [outcome] = translator.translate([text], "de", "en", NO_TERMS)
            assert outcome.reason is not None or len(outcome.text) > len(text) // 3

    def test_terms_are_the_companys(self, translator: Translator) -> None:
        terms = glossary.parse([{"de": "Rückschein", "en": "return label"}]).terms("de", "en")
        [outcome] = translator.translate(["Guten Tag, der Rückschein, bitte"], "de", "en", terms)
        assert outcome.reason is not None or "return label" in outcome.text


class MachineContract(TranslatorContract):
    """Of those that translate any text."""

    def test_it_translates(self, translator: Translator) -> None:
        [outcome] = translator.translate(["Guten Tag"], "de", "en", NO_TERMS)
        assert (outcome.text, outcome.by, outcome.reason) == ("Hello", translator.name, None)

    def test_lines_and_blanks_stay(self, translator: Translator) -> None:
        text = "  Guten Tag\n\n\tGuten Tag \nGuten Tag"
        [outcome] = translator.translate([text], "de", "en", NO_TERMS)
        assert outcome.text == text.replace("Guten Tag", "Hello")
