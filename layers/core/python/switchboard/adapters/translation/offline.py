"""No machine: what is not one of the company's own texts or terms stays as it is, and is said to."""

from __future__ import annotations

from collections.abc import Sequence

from switchboard.domain.translation.glossary import Terms
from switchboard.domain.translation.result import Outcome, Reason
from switchboard.domain.translation.shielding import pieces, wordless


class OfflineTranslator:
    """Implements `application.translation_ports.Translator`. The company's texts are found before any translator is asked."""

    name = "offline"

    def translate(self, texts: Sequence[str], source: str, target: str, terms: Terms) -> Sequence[Outcome]:  # noqa: ARG002  # the port's
        return [Outcome(reason=Reason.WORDLESS if wordless(pieces(text)) else Reason.NO_ENGINE) for text in texts]
