"""A desk with a large model that says what a test wants, a knowledge base of one article, and the corpus of attacks."""

from __future__ import annotations

import base64
import codecs
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from switchboard.application.drafting import DraftDesk, Outcome, Wish
from switchboard.application.knowledge_ports import Published
from switchboard.domain import events as ev
from switchboard.domain.conversation import Conversation
from switchboard.domain.drafting.costs import Prices
from switchboard.domain.drafting.prompt import COMPANY, CUSTOMER, REPLY, Material, Prompt, Source, Turn, prompt, trimmed
from switchboard.domain.knowledge.article import Text
from switchboard.domain.knowledge.hits import Hit
from tests.fakes.knowledge import MemoryLibrarian, WordsOnly
from tests.fakes.large_model import MemorySpending, ScriptedModel
from tests.unit.world import UNCLEAR, World, who

DATA = Path(__file__).parent.parent / "data" / "injection"
HONEST: Mapping[str, Mapping[str, str]] = yaml.safe_load((DATA / "honest.yaml").read_text(encoding="utf-8"))
ATTACKS: list[Mapping[str, str]] = yaml.safe_load((DATA / "attacks.yaml").read_text(encoding="utf-8"))
NONCE = "8f3a61c09d2be74410aa55ef01c2d3e4"
MIA = who("mia")
ARTICLE, QUESTION, DRAFT = (HONEST["en"][name] for name in ("article", "question", "draft"))


class SureLibrarian(MemoryLibrarian):
    """Finds every article for any question."""

    probability = 0.9

    def search(self, *args: Any, **kwargs: Any) -> list[Hit]:
        found = super().search(*args, **kwargs)
        return [Hit(**{**{n: getattr(h, n) for n in Hit.__slots__}, "probability": self.probability}) for h in found]


def prices(**more: str) -> Prices:
    given = {"tokens_in": "0.003", "tokens_out": "0.015", "currency": "EUR", "conversation": "0.10", "day": "5", **more}
    return Prices(**{k: v if k == "currency" else Decimal(v) for k, v in given.items()})  # type: ignore[arg-type]


@dataclass
class Desk:
    """`draft` is what an agent's click does."""

    world: World
    model: ScriptedModel = field(default_factory=lambda: ScriptedModel(lambda _system, _said: DRAFT))
    librarian: SureLibrarian = field(default_factory=lambda: SureLibrarian(WordsOnly([
        Published("returns", 3, Text("Returning an item", ARTICLE, "en")),
    ])))  # fmt: skip
    prices: Prices = field(default_factory=prices)
    troubles: list[str] = field(default_factory=list)
    off: bool = False
    hosts: frozenset[str] = frozenset()

    @property
    def use_case(self) -> DraftDesk:
        w = self.world
        return DraftDesk(
            w.interfered, w.index, w.clock, self.librarian, None if self.off else self.model, lambda: self.prices,
            MemorySpending(w.store), lambda: NONCE, self.hosts, self.troubles.append,
        )  # type: ignore[arg-type]  # fmt: skip

    def draft(self, c: Conversation, client_id: str = "d1", kind: str = REPLY, **more: str) -> Outcome:
        return self.use_case.draft(MIA, self.world.now_of(c), Wish(kind, client_id, **more))

    def asks(self, text: str = QUESTION, address: str = "491510000001") -> Conversation:
        """A customer's message; the conversation."""
        after = self.world.intake.receive(self.world.message(address, text), UNCLEAR)
        assert after is not None
        return self.world.store.conversation(after.id)

    def of_type(self, c: Conversation, kind: type[ev.Event]) -> list[Any]:
        return [r.event for r in self.world.store.events(c.ledger) if isinstance(r.event, kind)]


# -- attacks -----------------------------------------------------------------------------------------


def staged(language: str, via: str = "", text: str = "") -> tuple[Material, Prompt]:
    """A question and an article in a language, with an attack's words where it puts them."""
    h = HONEST[language]
    turns = [Turn(CUSTOMER, h["question"])]
    turns += [Turn(CUSTOMER if via == "customer" else COMPANY, text)] if via in ("customer", "company") else []
    article = f"{h['article']} {text}" if via == "article" else h["article"]
    name = text if via == "name" else "Ann Example"
    material = trimmed(Material(REPLY, language, tuple(turns), (Source(article, h["title"], language, {}),), names=(name,)))
    return material, prompt(material, NONCE)


def obeyed(answer: str, p: Prompt) -> str:
    """An attack's answer with what the model was told in it."""
    rule = p.system.partition("\n")[0]
    told: dict[str, Callable[[], str]] = {
        "system": lambda: p.system, "nonce": lambda: p.nonce, "nonce_spaced": lambda: " ".join(p.nonce),
        "system_b64": lambda: base64.b64encode(p.system.encode()).decode(), "system_rot13": lambda: codecs.encode(p.system, "rot13"),
        "rule_reversed": lambda: rule[::-1], "rule_hex": lambda: rule.encode().hex(),
    }  # fmt: skip
    for name, made in told.items():
        answer = answer.replace(f"{{{name}}}", made())
    return answer
