"""An article of the knowledge base, and what is asked of one before it is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from switchboard.domain.errors import Malformed
from switchboard.domain.knowledge.regions import EVERYWHERE

TITLE, BODY = 200, 60_000  # characters; an event must fit into an item of 400 KB, encrypted and in any script
ID = re.compile(r"[a-z0-9][a-z0-9-]{0,79}\Z")
LOCALE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")
REGION = re.compile(r"[a-z]{2,16}\Z")
TOPIC = re.compile(r"[a-z0-9][a-z0-9-]{0,39}\Z")
FIELDS = frozenset({"id", "title", "locale", "regions", "audience", "topic", "body", "group"})


class Audience(StrEnum):
    CUSTOMER = "customer"  # anybody may read it
    AGENT = "agent"  # the company's own people only


@dataclass(frozen=True, slots=True)
class Text:
    """What an author writes. `locale`: ISO 639-1, with or without more ("pt-BR"). `regions`: where it holds, or ("all",).

    `group`: articles of one group say the same in other languages; empty: it stands alone."""

    title: str
    body: str
    locale: str
    regions: tuple[str, ...] = (EVERYWHERE,)
    audience: Audience = Audience.CUSTOMER
    topic: str = "general"
    group: str = ""

    @property
    def language(self) -> str:
        return language_of(self.locale)


def language_of(locale: str) -> str:
    """The language of a locale: "pt" of "pt-BR"."""
    return locale.partition("-")[0].lower()


def article_id(value: object) -> str:
    """A checked article id. Raises Malformed."""
    if not isinstance(value, str) or not ID.match(value):
        raise Malformed("an article's 'id' has 1 to 80 small letters, digits and hyphens, and begins with one of the first two")
    return value


def parse(data: Mapping[str, object]) -> Text:
    """An article's text from JSON's types. Raises Malformed, which names the field at fault."""
    if unknown := set(data) - FIELDS:
        raise Malformed(f"an article has no {sorted(map(str, unknown))[0][:40]!r}; its fields are {', '.join(sorted(FIELDS))}")
    regions = data.get("regions", [EVERYWHERE])
    if isinstance(regions, str):
        regions = [regions]
    if not isinstance(regions, list | tuple) or not 1 <= len(regions) <= 50 or not all(_fits(r, REGION) for r in regions):
        raise Malformed("'regions' lists small-letter names such as eu, cn, us; or is [all]")
    audience = data.get("audience", Audience.CUSTOMER.value)
    if audience not in list(Audience):
        raise Malformed("'audience' is customer or agent")
    group = data.get("group", "")
    if group and not _fits(group, ID):
        raise Malformed("'group' is written like an article's id")
    locale = data.get("locale", "")
    if not _fits(locale, LOCALE):
        raise Malformed("'locale' is a language such as en or zh, or one with a country: pt-BR")
    topic = data.get("topic", "general")
    if not _fits(topic, TOPIC):
        raise Malformed("'topic' is a word of small letters, digits and hyphens")
    return Text(
        title=_text(data, "title", TITLE), body=_text(data, "body", BODY), locale=str(locale), regions=tuple(dict.fromkeys(regions)),
        audience=Audience(str(audience)), topic=str(topic), group=str(group),
    )  # fmt: skip


def _fits(value: object, shape: re.Pattern[str]) -> bool:
    return isinstance(value, str) and shape.match(value) is not None


def _text(data: Mapping[str, object], name: str, most: int) -> str:
    value = data.get(name, "")
    if not isinstance(value, str) or not value.strip() or len(value) > most:
        raise Malformed(f"{name!r} is a text of 1 to {most} characters")
    if any(ord(c) < 32 and c not in "\n\r\t" for c in value):
        raise Malformed(f"{name!r} holds control characters")
    return value.strip().replace("\r\n", "\n")
