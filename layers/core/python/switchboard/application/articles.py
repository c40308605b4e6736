"""What the knowledge base answers a customer, in the bot's name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from switchboard.application.knowledge_ports import Knowledge
from switchboard.domain.bot import BotPolicy
from switchboard.domain.contacts import Contact
from switchboard.domain.knowledge.answer import answer
from switchboard.domain.knowledge.article import Audience
from switchboard.domain.knowledge.events import ArticleCited
from switchboard.domain.knowledge.regions import region_of


@dataclass(frozen=True, slots=True)
class Asked:
    """A customer's message `message` and what it says; `contact`: who they are, where that is known."""

    message: str
    text: str
    language: str
    contact: Contact | None


@dataclass(frozen=True, slots=True)
class Cited:
    """`text` names its source; `event` puts on record which passage it is."""

    text: str
    event: ArticleCited


@dataclass(frozen=True, slots=True)
class Articles:
    """`knowledge` is asked for when first needed; None: this process has none. What goes wrong is told to `on_trouble`, and the bot
    goes on as if there were no article."""

    knowledge: Callable[[], Knowledge | None]
    on_trouble: Callable[[Exception], None]

    def answer(self, asked: Asked, policy: BotPolicy) -> Cited | None:
        """The best article's words, if it is probable enough that they answer the question."""
        if not asked.text.strip():
            return None
        region = region_of(asked.contact.attributes, asked.contact.phone) if asked.contact else ""
        try:
            knowledge = self.knowledge()
            hits = knowledge.search(asked.text, asked.language, region, Audience.CUSTOMER, 1) if knowledge else ()
        except Exception as error:  # whatever it is: a customer's message is worth more than an article
            self.on_trouble(error)
            return None
        if knowledge is None or not hits or hits[0].probability < knowledge.threshold:
            return None
        hit = hits[0]
        cited = ArticleCited(asked.message, hit.article, hit.version, hit.passage, round(hit.probability, 4))
        return Cited(answer(hit, asked.language, policy.article_url), cited)
