"""The translators keep the contract: the fake, the one without a machine, Amazon's on the emulator of its wire."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from local.translate.server import TranslateServer
from switchboard.adapters.translation.amazon import AmazonEngine
from switchboard.adapters.translation.machines import MachineTranslator
from switchboard.adapters.translation.offline import OfflineTranslator
from switchboard.application.translation_ports import Translator
from switchboard.domain.errors import Misconfigured
from switchboard.domain.translation import glossary
from switchboard.domain.translation.glossary import NO_TERMS
from switchboard.domain.translation.result import Outcome, Reason
from tests.contract.translator_contract import KEPT, ORDER, MachineContract, TranslatorContract
from tests.fakes.translator import memory_translator


class TestMemory(MachineContract):
    @pytest.fixture
    def translator(self) -> Translator:
        return memory_translator()


class TestOffline(TranslatorContract):
    @pytest.fixture
    def translator(self) -> Translator:
        return OfflineTranslator()

    def test_it_says_plainly_that_it_does_not_translate(self, translator: Translator) -> None:
        assert translator.translate(["Guten Tag"], "de", "en", NO_TERMS) == [Outcome(reason=Reason.NO_ENGINE)]


@pytest.fixture(scope="module")
def running() -> Iterator[TranslateServer]:
    with TranslateServer() as server:
        yield server


@pytest.fixture
def service(running: TranslateServer) -> TranslateServer:
    running.well()
    running.texts.clear()
    return running


def client(endpoint: str, seconds: float = 5) -> Any:
    config = Config(retries={"mode": "standard", "total_max_attempts": 1}, connect_timeout=2, read_timeout=seconds)
    given = {"aws_access_key_id": "k", "aws_secret_access_key": "s", "region_name": "eu-central-1"}
    return boto3.client("translate", endpoint_url=endpoint, config=config, **given)


class TestAmazon(MachineContract):
    @pytest.fixture
    def translator(self, service: TranslateServer) -> Translator:
        made = client(service.endpoint)
        return MachineTranslator(AmazonEngine(lambda: made))

    def test_what_must_survive_never_leaves_us(self, translator: Translator, service: TranslateServer) -> None:
        [outcome] = translator.translate([ORDER], "de", "en", NO_TERMS)
        assert outcome.text.startswith("[en] Hello, order SB-10214")
        assert all(kept in outcome.text for kept in KEPT)
        assert not any(kept in sent for kept in KEPT for sent in service.texts)

    def test_many_messages_are_one_call(self, translator: Translator, service: TranslateServer) -> None:
        texts = [f"Guten Tag {n}" for n in range(60)]
        assert [o.text for o in translator.translate(texts, "de", "en", NO_TERMS)] == [f"Hello {n}" for n in range(60)]
        assert len(service.texts) == 1

    def test_a_long_text_takes_as_many_calls_as_its_bytes_ask_for(self, translator: Translator, service: TranslateServer) -> None:
        text = "Guten Tag. " * 1_700  # 18,700 bytes
        [outcome] = translator.translate([text], "de", "en", NO_TERMS)
        assert outcome.text == "Hello. " * 1_700
        assert len(service.texts) == 2
        [outcome] = translator.translate(["您好。" * 3_000], "zh", "en", NO_TERMS)  # 27,000 bytes
        assert outcome.text == "Hello。" * 3_000

    @pytest.mark.parametrize("trouble", ["no_marks", "twice", "digits"])
    def test_marks_that_were_damaged_have_the_words_sent_by_themselves(
        self, translator: Translator, service: TranslateServer, trouble: str
    ) -> None:
        service.trouble(trouble)
        [outcome] = translator.translate(["Guten Tag SB-10214, ja 3 kg"], "de", "en", NO_TERMS)
        assert outcome.text == "Hello SB-10214, yes 3 kg"
        assert len(service.texts) == 2

    @pytest.mark.parametrize("trouble", ["no_marks", "twice", "digits"])
    def test_numbers_are_never_wrong(self, translator: Translator, service: TranslateServer, trouble: str) -> None:
        service.trouble(*[trouble] * 9)
        [outcome] = translator.translate(["Guten Tag SB-10214, ja 3 kg"], "de", "en", NO_TERMS)
        digits = "".join(c for c in outcome.text if c.isdigit())
        assert outcome.reason is Reason.DAMAGED or digits == "102143"

    def test_lines_that_ran_together_are_told_apart(self, translator: Translator, service: TranslateServer) -> None:
        service.trouble("one_line", "one_line", "one_line")
        found = translator.translate(["Guten Tag 1\nja 2", "nein 3"], "de", "en", NO_TERMS)
        assert [o.text for o in found] == ["Hello 1\nyes 2", "no 3"]

    @pytest.mark.parametrize(("trouble", "reason"), [
        ("throttle", Reason.BUSY), ("unavailable", Reason.BUSY), ("internal", Reason.BUSY), ("garbage", Reason.BUSY),
        ("empty", Reason.DAMAGED),
    ])  # fmt: skip
    def test_a_service_in_trouble(
        self, translator: Translator, service: TranslateServer, trouble: str, reason: Reason
    ) -> None:
        service.trouble(*[trouble] * 9)
        assert translator.translate(["Guten Tag", "7"], "de", "en", NO_TERMS) == [
            Outcome(reason=reason), Outcome(reason=Reason.WORDLESS),
        ]  # fmt: skip

    def test_a_slow_service_is_busy(self, service: TranslateServer) -> None:
        made = client(service.endpoint, 0.2)
        service.trouble("slow")
        slow = MachineTranslator(AmazonEngine(lambda: made))
        assert slow.translate(["Guten Tag"], "de", "en", NO_TERMS) == [Outcome(reason=Reason.BUSY)]

    def test_a_pair_that_is_not_served(self, translator: Translator, service: TranslateServer) -> None:
        service.refused_pairs.add(("de", "hi"))
        assert translator.translate(["Guten Tag"], "de", "hi", NO_TERMS) == [Outcome(reason=Reason.PAIR)]

    def test_a_right_that_is_missing_is_our_own_fault(self, translator: Translator, service: TranslateServer) -> None:
        service.trouble("denied")
        with pytest.raises(Misconfigured, match="AccessDenied"):
            translator.translate(["Guten Tag"], "de", "en", NO_TERMS)

    def test_terms_and_names_are_not_the_engines_to_choose(self, translator: Translator, service: TranslateServer) -> None:
        terms = glossary.parse([{"keep": "Bestellung & Co"}, {"de": "Paket", "en": "package"}]).terms("de", "en")
        [outcome] = translator.translate(["Bestellung & Co schickt das paket"], "de", "en", terms)
        assert outcome.text == "[en] Bestellung & Co schickt das package"
        assert "Paket" not in service.texts[0]
