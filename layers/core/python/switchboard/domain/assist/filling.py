"""Placeholders in the texts of macros: `{{slot.order}}`, or with words for where it is not known, `{{customer_name|there}}`.

Values are customers' words: they are shown, never read again, so that no value can bring a placeholder in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

CUSTOMER, AGENT = "customer_name", "agent_name"
LONGEST = 200  # characters of a value
PLACEHOLDER = re.compile(r"\{\{([^{}|]*)(?:\|([^{}]*))?\}\}")
_NAME = re.compile(rf"{CUSTOMER}|{AGENT}|slot\.[a-z][a-z0-9_]{{0,39}}|contact\.[\w -]{{1,60}}")


@dataclass(frozen=True, slots=True)
class Filled:
    """`missing`: the placeholders that stand in the text still, for nothing is known for them."""

    text: str
    missing: tuple[str, ...] = ()


def is_known(name: str) -> bool:
    """Whether a placeholder of this name can ever be filled: a name, what a customer gave for a flow, a contact's attribute."""
    return _NAME.fullmatch(name) is not None


def names_in(text: str) -> tuple[str, ...]:
    """The placeholders of a text, each once, in order."""
    return tuple(dict.fromkeys(found[1].strip() for found in PLACEHOLDER.finditer(text)))


def values_of(customer: str, agent: str, slots: Mapping[str, str], attributes: Mapping[str, str]) -> dict[str, str]:
    """What placeholders stand for."""
    return {
        CUSTOMER: customer, AGENT: agent,
        **{f"slot.{name}": value for name, value in slots.items()},
        **{f"contact.{name}": value for name, value in attributes.items()},
    }  # fmt: skip


def fill(template: str, values: Mapping[str, str]) -> Filled:
    """The text with all filled in that is known."""
    missing: dict[str, None] = {}

    def shown(found: re.Match[str]) -> str:
        name, otherwise = found[1].strip(), found[2]
        if value := _cleaned(values.get(name, "")):
            return value
        if otherwise is not None:
            return otherwise.strip()
        missing[name] = None
        return f"{{{{{name}}}}}"

    return Filled(PLACEHOLDER.sub(shown, template), tuple(missing))


def _cleaned(value: str) -> str:
    """One line without anything that could be read as a placeholder or turn the text around."""
    plain = "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs") else c for c in value if c not in "{}")
    return " ".join(plain.split())[:LONGEST]
