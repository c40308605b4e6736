"""What translation needs of the world."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from switchboard.domain.translation.glossary import Terms
from switchboard.domain.translation.result import Outcome


class Translator(Protocol):
    @property
    def name(self) -> str:
        """Who translates, as people are told: small letters, digits and -."""
        ...

    def translate(self, texts: Sequence[str], source: str, target: str, terms: Terms) -> Sequence[Outcome]:
        """One outcome a text, in order: what it is in the language `target`, or why that is not to be had; never some other text.
        Links, addresses, numbers, codes and placeholders come out as they went in, the company's terms as `terms` has them. Languages
        are of `domain.translation.languages`, and not the same. Raises Misconfigured; what a vendor does is an outcome."""
        ...
