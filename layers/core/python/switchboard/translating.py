"""Translation's part of the composition root."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from switchboard.domain.errors import Misconfigured

if TYPE_CHECKING:
    from switchboard.application.glossary_book import GlossaryBook
    from switchboard.application.translation import TranslationDesk
    from switchboard.application.translation_ports import Translator
    from switchboard.bootstrap import Services
    from switchboard.domain.translation.glossary import Glossary
    from switchboard.domain.translation.known import KnownTexts, Texts

KEPT = 60.0  # seconds
OFFLINE, AMAZON, ARGOS = "offline", "amazon", "argos:"


class Translating:
    """One process's objects of translation, made when first asked for."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._known: KnownTexts | None = None
        self._known_read = 0.0
        self._glossary: Glossary | None = None
        self._glossary_read = 0.0

    @cached_property
    def translator(self) -> Translator:
        from switchboard.adapters.translation.machines import MachineTranslator

        chosen = self._services.settings.translator
        if chosen == OFFLINE:
            from switchboard.adapters.translation.offline import OfflineTranslator

            return OfflineTranslator()
        if chosen == AMAZON:
            from switchboard.adapters.translation.amazon import AmazonEngine

            return MachineTranslator(AmazonEngine(self._amazon))
        if chosen.startswith(ARGOS) and len(chosen) > len(ARGOS):
            from switchboard.adapters.translation.argos import ArgosEngine

            return MachineTranslator(ArgosEngine(chosen.removeprefix(ARGOS)))
        raise Misconfigured("SWITCHBOARD_TRANSLATOR is offline, amazon, or argos: and the path of a folder of models")

    @cached_property
    def _client(self) -> object:
        endpoint = self._services.settings.translate_endpoint
        elsewhere = {"endpoint_url": endpoint} if endpoint else {}
        return self._services.client("translate", retries=1, answer_within=5, **elsewhere)  # the reader waits for it

    def _amazon(self) -> object:
        return self._client

    @cached_property
    def glossary_book(self) -> GlossaryBook:
        from switchboard.application.glossary_book import GlossaryBook

        s = self._services
        return GlossaryBook(s.store, s.index, s.clock)

    @cached_property
    def desk(self) -> TranslationDesk:
        from switchboard.application.translation import TranslationDesk

        s = self._services
        return TranslationDesk(s.store, s.clock, self.translator, lambda: self.known(), lambda: self.glossary())

    def glossary(self) -> Glossary:
        """The company's terms in force, read once a minute."""
        from switchboard.bootstrap import kept

        if self._glossary is None or time.monotonic() - self._glossary_read > KEPT:
            self._glossary = kept(self.glossary_book.in_force, self._glossary, "the glossary")
            self._glossary_read = time.monotonic()
        return self._glossary

    def forget_glossary(self) -> None:
        """Other terms are in force now: read them when they are next asked for."""
        self._glossary = None

    def known(self) -> KnownTexts:
        """The company's own texts in several languages as they hold now, read once a minute."""
        from switchboard.domain.translation.known import KnownTexts

        if self._known is None or time.monotonic() - self._known_read > KEPT:
            self._known = KnownTexts(self._texts())
            self._known_read = time.monotonic()
        return self._known

    def _texts(self) -> Iterator[Texts]:
        from switchboard.application.flow_book import SHIPPED
        from switchboard.application.rule_book import RULES_LEDGER
        from switchboard.bootstrap import shipped
        from switchboard.domain.events import RulesSet
        from switchboard.domain.translation.known import texts_in

        book = self._services.conversing.flow_book
        yield from texts_in(self._services.configuration.bot_policy())
        for name, number in book.versions().items():
            if number >= SHIPPED:
                yield from texts_in(book.version(name, number).document)
        yield from texts_in(book.shipped.words())
        yield from texts_in(self._services.assisting.macro_book.document()[1])
        rules = self._services.store.last_event(RULES_LEDGER)
        if rules is not None and isinstance(rules.event, RulesSet):
            yield from texts_in(rules.event.rules)
        for name in ("waiting_room.json", "absence.json"):
            yield from texts_in(shipped(name))
